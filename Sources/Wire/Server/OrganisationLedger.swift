import Synchronization

/// What one organisation has open in the server, on all its connections: a peer's share must not
/// depend on how many connections it opens.
final class OrganisationUse: Sendable {
    /// Kind and code of the organisation, as in its certificates: "municipality:837".
    let name: String
    fileprivate let connections = Atomic(0)
    private let openCalls = Atomic(0)
    private let runningHandlers = Atomic(0)
    private let requestBytes = Atomic(0)

    fileprivate init(name: String) {
        self.name = name
    }

    /// Handlers that run now.
    var handlersRunning: Int { runningHandlers.load(ordering: .relaxed) }

    /// Bytes of requests that are held now.
    var bytesHeld: Int { requestBytes.load(ordering: .relaxed) }

    /// Takes one of `limit` places for a call; false when all are taken.
    func openCall(limit: Int) -> Bool { openCalls.take(limit: limit) }

    func endCall() { openCalls.subtract(1, ordering: .relaxed) }

    /// Takes one of `limit` places for a handler; false when all are taken.
    func startHandler(limit: Int) -> Bool { runningHandlers.take(limit: limit) }

    /// - Returns: the handlers that still run.
    func endHandler() -> Int { runningHandlers.subtract(1, ordering: .relaxed).newValue }

    /// Takes `bytes` of the room for requests whether there is some or not; negative gives back.
    ///
    /// - Returns: the bytes that are taken now.
    func hold(bytes: Int) -> Int { requestBytes.add(bytes, ordering: .relaxed).newValue }
}

extension Atomic<Int> {
    /// Counts one more, unless that were more than `limit`.
    func take(limit: Int) -> Bool {
        if add(1, ordering: .relaxed).newValue <= limit { return true }
        subtract(1, ordering: .relaxed)
        return false
    }
}

/// The organisations that have connections, or handlers that still run for connections that are gone.
final class OrganisationLedger: Sendable {
    private let organisations = Mutex<[String: OrganisationUse]>([:])
    private let connectionsMax: Int

    init(limits: Limits) {
        connectionsMax = limits.organisationConnectionsMax
    }

    /// Number of organisations that are remembered.
    var count: Int { organisations.withLock { $0.count } }

    /// Counts a connection that was admitted.
    ///
    /// - Returns: what its organisation has open; nil when that are as many connections as it may have.
    func join(_ peer: PeerIdentity) -> OrganisationUse? {
        let name = "\(peer.kind.rawValue):\(peer.code)"
        return organisations.withLock { organisations in
            let use = organisations[name] ?? OrganisationUse(name: name)
            guard use.connections.take(limit: connectionsMax) else { return nil }
            organisations[name] = use
            return use
        }
    }

    /// A connection that has joined is closed.
    func leave(_ use: OrganisationUse) {
        organisations.withLock { organisations in
            use.connections.subtract(1, ordering: .relaxed)
            Self.forget(use, &organisations)
        }
    }

    /// A handler of the organisation has returned.
    func endHandler(of use: OrganisationUse) {
        guard use.endHandler() == 0, use.connections.load(ordering: .relaxed) == 0 else { return }
        organisations.withLock { Self.forget(use, &$0) }
    }

    /// Handlers that go on after their connection count for the next one, so they are remembered.
    private static func forget(
        _ use: OrganisationUse, _ organisations: inout [String: OrganisationUse]
    ) {
        guard use.connections.load(ordering: .relaxed) == 0, use.handlersRunning == 0,
            organisations[use.name] === use
        else { return }
        organisations[use.name] = nil
    }
}
