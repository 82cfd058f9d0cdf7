/// What a handler knows of its call besides the request.
public struct ServerContext: Sendable {
    /// Who calls.
    public var peer: PeerIdentity
    /// The row of the method table.
    public var method: MethodDescriptor
    /// What the request names.
    public var address: RequestAddress
    /// When the caller stops waiting; nil where neither side set a limit.
    public var deadline: ContinuousClock.Instant?
    /// Metadata of the request.
    public var metadata: Metadata
    /// Random name of the call, in logs and incident ids.
    public var callReference: String

    public init(
        peer: PeerIdentity, method: MethodDescriptor, address: RequestAddress = RequestAddress(),
        deadline: ContinuousClock.Instant? = nil, metadata: Metadata = Metadata(),
        callReference: String
    ) {
        self.peer = peer
        self.method = method
        self.address = address
        self.deadline = deadline
        self.metadata = metadata
        self.callReference = callReference
    }
}
