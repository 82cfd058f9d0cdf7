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
}
