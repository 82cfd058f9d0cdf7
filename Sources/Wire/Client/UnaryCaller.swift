/// Makes unary calls: a connection, or what a test puts in its place. Generated stubs call it.
public protocol UnaryCaller: Sendable {
    /// Sends the request and waits for the answer. Throws `RPCStatus`.
    func call<Request: WireMessage, Response: WireMessage>(
        _ method: MethodDescriptor, _ request: Request, options: CallOptions
    ) async throws -> Response
}

/// What a caller wants of one call.
public struct CallOptions: Sendable {
    /// How long the caller waits; nil: the connection's own default.
    public var timeout: Duration?
    /// Metadata of the request.
    public var metadata: Metadata

    public init(timeout: Duration? = nil, metadata: Metadata = Metadata()) {
        self.timeout = timeout
        self.metadata = metadata
    }
}
