/// Writes the requests of a streaming call, in order. Any number of tasks may send.
public struct RequestWriter<Message: WireMessage>: Sendable {
    private let stream: ClientStream

    init(_ stream: ClientStream) {
        self.stream = stream
    }

    /// Sends a message, and waits while too many wait for the server's credit.
    ///
    /// - Throws: `RPCStatus`: how the call ended, CANCELLED where the server ended it with OK before
    ///   it had read everything, INTERNAL after `finish`.
    public func send(_ message: Message) async throws {
        let payload = try message.encoded()
        do throws(CallFailure) {
            try await stream.send(payload)
        } catch {
            throw error.status
        }
    }

    /// No more messages will follow (half-close). Doing it again does nothing.
    public func finish() {
        stream.finish()
    }
}

/// A call with streams in both directions, which are independent of one another.
public struct BidirectionalCall<Request: WireMessage, Response: WireMessage>: Sendable {
    /// What goes to the server.
    public let requests: RequestWriter<Request>
    /// What comes from it. The call lasts as long as somebody holds this.
    public let responses: ResponseStream<Response>

    init(_ stream: ClientStream) {
        requests = RequestWriter(stream)
        responses = ResponseStream(stream)
    }

    /// Ends the call in both directions.
    public func cancel() {
        responses.cancel()
    }
}
