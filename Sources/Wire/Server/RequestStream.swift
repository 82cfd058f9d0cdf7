/// The messages that a client sends in one call, in order.
///
/// One task reads it, once. Each message was decoded, and judged by the server's authority with what
/// it names, before it comes out; one that fails ends the call with that status whatever the handler
/// does. It ends when the client has ended its stream, and throws `CancellationError` when the
/// call is over before. The client may be `callCreditBytes` ahead of the reader (PROTOCOL.md,
/// "Credit").
public struct RequestStream<Message: AddressedMessage>: AsyncSequence, Sendable {
    public typealias Element = Message

    let stream: ServerStream
    let context: ServerContext
    let authority: any ServerAuthority

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
        guard let bytes = try await stream.next() else { return nil }
        do {
            let message = try Message(decoding: bytes)
            var context = context
            context.address = message.address
            try await authority.authorize(context)
            return message
        } catch {
            stream.refuse(error)
            throw error
        }
    }
}
