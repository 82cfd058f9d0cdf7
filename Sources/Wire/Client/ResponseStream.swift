/// The answers of a streaming call, in order, for one reader.
///
/// A reader that is slow stops the server's writer: no more than the call's credit waits here. The
/// loop over the stream ends when the server has ended the call with OK, and throws the call's
/// `RPCStatus` otherwise. A stream that nobody holds any more cancels its call, and so does
/// cancelling the task that reads.
public final class ResponseStream<Message: WireMessage>: AsyncSequence, Sendable {
    public typealias Element = Message

    /// Reads the stream; several iterators share it.
    public struct AsyncIterator: AsyncIteratorProtocol {
        fileprivate let stream: ResponseStream<Message>

        /// The next answer; nil after the last. Throws `RPCStatus`.
        public mutating func next() async throws -> Message? {
            try await stream.next()
        }
    }

    private let stream: ClientStream

    init(_ stream: ClientStream) {
        self.stream = stream
    }

    deinit {
        stream.cancel()
    }

    public func makeAsyncIterator() -> AsyncIterator {
        AsyncIterator(stream: self)
    }

    /// The next answer; nil after the last. Throws `RPCStatus`.
    public func next() async throws -> Message? {
        do throws(CallFailure) {
            guard let bytes = try await stream.next() else { return nil }
            return try decoded(bytes)
        } catch {
            throw error.status
        }
    }

    private func decoded(_ bytes: [UInt8]) throws(CallFailure) -> Message {
        do throws(RPCStatus) {
            return try Message(decoding: bytes)
        } catch {
            stream.cancel()
            throw CallFailure(status: error, origin: .client)
        }
    }

    /// Leading metadata: waits until the server has sent it, or anything else. Empty where there is
    /// none, or where the call failed before.
    public var metadata: Metadata {
        get async { await stream.leadingMetadata() }
    }

    /// Trailing metadata; empty until the end of the stream was read.
    public var trailingMetadata: Metadata { stream.trailingMetadata }

    /// Tells the server that no more answers are wanted; the reader gets CANCELLED.
    public func cancel() {
        stream.cancel()
    }
}
