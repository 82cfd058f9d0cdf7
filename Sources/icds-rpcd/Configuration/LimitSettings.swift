import Wire

/// What peers may cost, as far as an operator would want to set it; the rest are `Limits.default`.
struct LimitSettings: Sendable {
    var connections: Int
    var connectionsPerAddress: Int
    var connectionsPerOrganisation: Int
    var callsPerOrganisation: Int
    var handlers: Int
    var handlersPerOrganisation: Int
    var idleSeconds: Int
    var ageSeconds: Int

    init(_ reader: inout SettingsReader) {
        connections = reader.integer(.limitConnections, in: 1...65_536)
        connectionsPerAddress = reader.integer(.limitConnectionsPerAddress, in: 1...65_536)
        connectionsPerOrganisation = reader.integer(
            .limitConnectionsPerOrganisation, in: 1...65_536)
        callsPerOrganisation = reader.integer(.limitCallsPerOrganisation, in: 1...65_536)
        handlers = reader.integer(.limitHandlers, in: 1...65_536)
        handlersPerOrganisation = reader.integer(.limitHandlersPerOrganisation, in: 1...65_536)
        idleSeconds = reader.integer(.limitIdleSeconds, in: 10...86_400)
        ageSeconds = reader.integer(.limitAgeSeconds, in: 60...604_800)
    }

    /// The server's limits, with as many connections as the system allows.
    func makeLimits(connectionsMax: Int) -> Limits {
        var limits = Limits.default
        limits.connectionsMax = connectionsMax
        limits.addressConnectionsMax = connectionsPerAddress
        limits.organisationConnectionsMax = connectionsPerOrganisation
        limits.organisationCallsMax = callsPerOrganisation
        limits.serverHandlersMax = handlers
        // A call has a handler, so more of them could not be open.
        limits.serverCallsMax = min(limits.serverCallsMax, handlers)
        limits.organisationHandlersMax = handlersPerOrganisation
        limits.idleMillisecondsMax = idleSeconds * 1_000
        limits.ageMillisecondsMax = ageSeconds * 1_000
        return limits
    }
}
