import Synchronization

/// What a context says of its call. A call is its own facts, so that a context costs no memory.
///
/// `@unchecked Sendable`: a call's facts are written before its handler starts and never after. A context
/// that changes one first copies them into `OwnFacts`, to which it alone refers
/// (`isKnownUniquelyReferenced`). A peer has given some of them with its request, and can change none.
class CallFacts: @unchecked Sendable {
    final var peer: PeerIdentity
    final var method: MethodDescriptor
    final var address = RequestAddress()
    final var metadata = Metadata()
    final var traceContext: TraceContext?

    init(peer: PeerIdentity, method: MethodDescriptor) {
        self.peer = peer
        self.method = method
    }

    /// Name of the call.
    var reference: String { "" }

    /// When the handler has to be done.
    var instant: ContinuousClock.Instant? { nil }
}

/// Facts of a context that was changed, or that never had a call.
///
/// `@unchecked Sendable`, as `CallFacts`: written only while one context alone refers to it. A peer does not
/// reach it.
private final class OwnFacts: CallFacts, @unchecked Sendable {
    var ownReference: String
    var ownInstant: ContinuousClock.Instant?

    init(
        peer: PeerIdentity, method: MethodDescriptor, reference: String,
        instant: ContinuousClock.Instant?
    ) {
        ownReference = reference
        ownInstant = instant
        super.init(peer: peer, method: method)
    }

    override var reference: String { ownReference }
    override var instant: ContinuousClock.Instant? { ownInstant }
}

/// What a handler knows of its call besides the request, and where it puts metadata of the answer.
///
/// Cheap to hand on: a copy shares its facts until one of the two is changed.
public struct ServerContext: Sendable {
    private var facts: CallFacts
    /// The call that is answered; nil in a test without a server.
    let call: ServerCall?

    /// Who calls.
    public var peer: PeerIdentity {
        get { facts.peer }
        set { own().peer = newValue }
    }
    /// The row of the method table.
    public var method: MethodDescriptor {
        get { facts.method }
        set { own().method = newValue }
    }
    /// What the request names; of a client's stream, what the message names that is authorized.
    public var address: RequestAddress {
        get { facts.address }
        set { own().address = newValue }
    }
    /// When the handler has to be done: the caller's own time less what the answer needs to get
    /// back (PROTOCOL.md, "Deadlines"). Then its task is cancelled.
    public var deadline: ContinuousClock.Instant? {
        get { facts.instant }
        set { own().ownInstant = newValue }
    }
    /// Metadata of the request.
    public var metadata: Metadata {
        get { facts.metadata }
        set { own().metadata = newValue }
    }
    /// Random name of the call, in logs and incident ids.
    public var callReference: String {
        get { facts.reference }
        set { own().ownReference = newValue }
    }
    /// The caller's trace, where it sent a valid one.
    public var traceContext: TraceContext? {
        get { facts.traceContext }
        set { own().traceContext = newValue }
    }

    public init(
        peer: PeerIdentity, method: MethodDescriptor, address: RequestAddress = RequestAddress(),
        deadline: ContinuousClock.Instant? = nil, metadata: Metadata = Metadata(),
        callReference: String, traceContext: TraceContext? = nil
    ) {
        facts = OwnFacts(
            peer: peer, method: method, reference: callReference, instant: deadline)
        facts.address = address
        facts.metadata = metadata
        facts.traceContext = traceContext
        call = nil
    }

    /// The context of a call that came over a connection.
    init(_ call: ServerCall) {
        facts = call
        self.call = call
    }

    /// Facts that nobody else sees.
    private mutating func own() -> OwnFacts {
        if isKnownUniquelyReferenced(&facts), let own = facts as? OwnFacts { return own }
        let own = OwnFacts(
            peer: facts.peer, method: facts.method, reference: facts.reference,
            instant: facts.instant)
        own.address = facts.address
        own.metadata = facts.metadata
        own.traceContext = facts.traceContext
        facts = own
        return own
    }

    /// Sets the metadata that go before the answer: with the first message of a stream, else with
    /// the End. Does nothing once they are on their way, but for a line in the debug log.
    ///
    /// The limits are those of a request's metadata: over them the call ends with
    /// RESOURCE_EXHAUSTED/METADATA_TOO_LARGE, with characters that may not be with
    /// INTERNAL/BAD_METADATA.
    public func setLeadingMetadata(_ metadata: Metadata) {
        change { $0.setLeading(metadata) }
    }

    /// Sets the metadata that go with the End, whatever the call's status. Metadata of an `RPCStatus`
    /// that the handler throws come behind these. Limits as above; a status other than OK is sent
    /// without them then.
    public func setTrailingMetadata(_ metadata: Metadata) {
        change { $0.trailing = metadata }
    }

    private func change(_ body: (inout AnswerMetadata) -> Void) {
        guard let call else { return }
        call.answer.withLock { body(&$0) }
        call.hasAnswerMetadata.store(true, ordering: .releasing)
    }
}
