/// The messages that a client sends in one call, in order.
///
/// One task reads it, once. Each message was decoded, and judged by the server's authority with what
/// it names, before it comes out; one that fails ends the call with that status whatever the handler
/// does. A stream without messages is judged with an empty address before its end comes out. It ends when the client has ended its stream, and throws `CancellationError` when the
/// call is over before. The client may be `callCreditBytes` ahead of the reader (PROTOCOL.md,
/// "Credit").
public struct RequestStream<Message: AddressedMessage>: AsyncSequence, Sendable {
    public typealias Element = Message

    let stream: ServerStream
    let judge: StreamJudge

    public struct AsyncIterator: AsyncIteratorProtocol {
        let requests: RequestStream<Message>

        public mutating func next() async throws -> Message? {
            try await requests.next()
        }
    }

    public func makeAsyncIterator() -> AsyncIterator {
        AsyncIterator(requests: self)
    }

    private func next() async throws -> Message? {
        guard let bytes = try await stream.next() else {
            try await judge.judgeUnlessDone()
            return nil
        }
        let message: Message
        do {
            message = try Message(decoding: bytes)
        } catch {
            stream.refuse(error)
            throw error
        }
        try await judge.judge(message.address)
        return message
    }
}
