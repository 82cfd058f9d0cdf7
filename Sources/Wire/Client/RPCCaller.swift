/// Makes calls: a connection, a channel of several, or what a test puts in their place. Generated
/// stubs call it. Everything it throws is an `RPCStatus`.
///
/// Cancelling a task that waits for a call cancels the call, and the server learns of it.
public protocol RPCCaller: Sendable {
    /// Sends the request and waits for the answer.
    func call<Request: WireMessage, Response: WireMessage>(
        _ method: MethodDescriptor, _ request: Request, options: CallOptions
    ) async throws -> Response

    /// Sends the request; the answers come through the stream that is returned.
    func serverStream<Request: WireMessage, Response: WireMessage>(
        _ method: MethodDescriptor, _ request: Request, options: CallOptions
    ) async throws -> ResponseStream<Response>

    /// Sends what `write` writes, and waits for the answer. The stream of requests ends when `write`
    /// returns; where it throws, the call is cancelled and the error thrown on.
    func clientStream<Request: WireMessage, Response: WireMessage>(
        _ method: MethodDescriptor, options: CallOptions,
        _ write: @Sendable (RequestWriter<Request>) async throws -> Void
    ) async throws -> Response

    /// Opens a call with streams in both directions.
    func bidirectional<Request: WireMessage, Response: WireMessage>(
        _ method: MethodDescriptor, options: CallOptions
    ) async throws -> BidirectionalCall<Request, Response>
}
