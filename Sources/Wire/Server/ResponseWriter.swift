/// Sends the messages of a streaming answer, in order.
///
/// The End follows when the handler returns; nothing can be sent after that.
public struct ResponseWriter<Message: WireMessage>: Sendable {
    let stream: ServerStream
    /// Of a call whose client streams: nothing is sent before it was judged.
    let judge: StreamJudge?

    /// Sends a message. Waits while the client has given no credit, does not read, or gets more from
    /// this call than is good for its other calls: at most one message of each sender is held.
    ///
    /// Throws RESOURCE_EXHAUSTED/RESPONSE_TOO_LARGE for a message over `messageBytesMax`, what
    /// `encoded()` throws, and `CancellationError` when the task is cancelled or the call is over.
    public func send(_ message: Message) async throws {
        if let judge, !judge.hasJudged { try await judge.judgeUnlessDone() }
        try await stream.send(.message(try message.encoded()))
    }

    /// Sends the leading metadata now, where a client waits for them before it goes on; otherwise
    /// they go with the first message.
    public func sendLeadingMetadata() async throws {
        if let judge, !judge.hasJudged { try await judge.judgeUnlessDone() }
        try await stream.send(.metadata)
    }
}
