import Synchronization

/// What a handler knows of its call besides the request, and where it puts metadata of the answer.
public struct ServerContext: Sendable {
    /// Who calls.
    public var peer: PeerIdentity
    /// The row of the method table.
    public var method: MethodDescriptor
    /// What the request names; of a client's stream, what the message names that is authorized.
    public var address: RequestAddress
    /// When the handler has to be done: the caller's own time less what the answer needs to get
    /// back (PROTOCOL.md, "Deadlines"). Then its task is cancelled.
    public var deadline: ContinuousClock.Instant?
    /// Metadata of the request.
    public var metadata: Metadata
    /// Random name of the call, in logs and incident ids.
    public var callReference: String
    /// The caller's trace, where it sent a valid one.
    public var traceContext: TraceContext?
    /// The call that is answered; nil in a test without a server.
    var call: ServerCall?

    public init(
        peer: PeerIdentity, method: MethodDescriptor, address: RequestAddress = RequestAddress(),
        deadline: ContinuousClock.Instant? = nil, metadata: Metadata = Metadata(),
        callReference: String, traceContext: TraceContext? = nil
    ) {
        self.peer = peer
        self.method = method
        self.address = address
        self.deadline = deadline
        self.metadata = metadata
        self.callReference = callReference
        self.traceContext = traceContext
    }

    /// Sets the metadata that go before the answer: with the first message of a stream, else with
    /// the End. Does nothing once they are on their way, but for a line in the debug log.
    ///
    /// The limits are those of a request's metadata: over them the call ends with
    /// RESOURCE_EXHAUSTED/METADATA_TOO_LARGE, with characters that may not be with
    /// INTERNAL/BAD_METADATA.
    public func setLeadingMetadata(_ metadata: Metadata) {
        call?.answer.withLock { $0.setLeading(metadata) }
    }

    /// Sets the metadata that go with the End, whatever the call's status. Metadata of an `RPCStatus`
    /// that the handler throws come behind these. Limits as above; a status other than OK is sent
    /// without them then.
    public func setTrailingMetadata(_ metadata: Metadata) {
        call?.answer.withLock { $0.trailing = metadata }
    }
}
