import Logging

/// What all connections of a server share. Immutable but for its counters and its registry.
struct ServerCore: Sendable {
    let limits: Limits
    let methods: MethodTable
    let authority: any ServerAuthority
    let logger: Logger
    let counters: ServerCounters
    let registry: ConnectionRegistry
    let organisations: OrganisationLedger
    let gate: HandshakeGate
    let throttle = LogThrottle()
    /// For errors alone, which a flood of other lines must not hide.
    let errorThrottle = LogThrottle()
    var notice: ConnectionNotice?

    /// Whether requests take as much room as they may.
    var isFullOfRequests: Bool { counters.bytesHeld > limits.serverRequestBytesMax }
}

extension ServerCore {
    /// What the connections of a server with these services share.
    ///
    /// - Throws: `ServerConfigurationError.duplicateMethod`.
    init(
        limits: Limits, services: [any RPCService], authority: any ServerAuthority, logger: Logger,
        metrics: ServerMetrics = ServerMetrics()
    ) throws(ServerConfigurationError) {
        self.init(
            limits: limits, methods: try MethodTable(services: services, metrics: metrics),
            authority: authority, logger: logger, counters: ServerCounters(metrics: metrics),
            registry: ConnectionRegistry(limits: limits),
            organisations: OrganisationLedger(limits: limits), gate: HandshakeGate(limits: limits))
    }
}
