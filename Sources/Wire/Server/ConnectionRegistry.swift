import NIOCore
import Synchronization

/// The open connections of a server, from accept to close: for draining them, for finding those of
/// a peer, and for the cap of each address.
final class ConnectionRegistry: Sendable {
    /// What one address, or one network, has open.
    private struct AddressUse {
        var connections = 0
        /// Those of them that are in their handshake.
        var handshakes = 0
    }

    private struct State {
        var connections: [UInt64: NIOLoopBound<ServerConnection>] = [:]
        var byAddress: [AddressShare: AddressUse] = [:]
        /// When the handshakes that are under way began.
        var handshakes: [UInt64: NIODeadline] = [:]
        var nextID: UInt64 = 0
        var isDraining = false
        var emptied: [CheckedContinuation<Void, Never>] = []
    }

    /// Why a connection cannot be taken.
    enum Refusal: String {
        case serverDraining, tooManyFromAddress, tooManyHandshakesFromAddress, tooManyConnections
    }

    private let state = Mutex(State())
    private let limits: Limits

    init(limits: Limits) {
        self.limits = limits
    }

    /// Number of open connections.
    var count: Int { state.withLock { $0.connections.count } }

    /// Takes a connection from an address with `share`, which begins its handshake.
    ///
    /// - Returns: its id, to be handed to `remove` after `handshakeEnded`, or why it is refused.
    func add(
        _ connection: NIOLoopBound<ServerConnection>, _ share: AddressShare
    ) -> Result<UInt64, RegistryRefusal> {
        state.withLock { state in
            guard !state.isDraining else { return .failure(.init(refusal: .serverDraining)) }
            guard state.connections.count < limits.connectionsMax else {
                return .failure(.init(refusal: .tooManyConnections))
            }
            var use = state.byAddress[share] ?? AddressUse()
            guard use.connections < limits.addressConnectionsMax else {
                return .failure(.init(refusal: .tooManyFromAddress))
            }
            guard use.handshakes < limits.addressHandshakesMax else {
                return .failure(.init(refusal: .tooManyHandshakesFromAddress))
            }
            use.connections += 1
            use.handshakes += 1
            state.byAddress[share] = use
            state.nextID += 1
            state.connections[state.nextID] = connection
            state.handshakes[state.nextID] = .now()
            return .success(state.nextID)
        }
    }

    /// The handshake of a connection that was taken is over, well or not.
    func handshakeEnded(_ id: UInt64, _ share: AddressShare) {
        state.withLock { state in
            state.handshakes[id] = nil
            state.byAddress[share]?.handshakes -= 1
        }
    }

    /// The connection whose handshake has been under way for longest, and since when.
    func oldestHandshake() -> (connection: NIOLoopBound<ServerConnection>, began: NIODeadline)? {
        state.withLock { state in
            guard let (id, began) = state.handshakes.min(by: { $0.key < $1.key }),
                let connection = state.connections[id]
            else { return nil }
            return (connection, began)
        }
    }

    /// Forgets a connection that has closed.
    func remove(_ id: UInt64, _ share: AddressShare) {
        let emptied: [CheckedContinuation<Void, Never>] = state.withLock { state in
            guard state.connections.removeValue(forKey: id) != nil else { return [] }
            state.byAddress[share]?.connections -= 1
            if state.byAddress[share]?.connections == 0 { state.byAddress[share] = nil }
            guard state.connections.isEmpty else { return [] }
            defer { state.emptied = [] }
            return state.emptied
        }
        for continuation in emptied { continuation.resume() }
    }

    /// Refuses further connections from now on.
    func startDraining() {
        state.withLock { $0.isDraining = true }
    }

    /// Runs `body` with every connection, on its event loop.
    func onEach(_ body: @escaping @Sendable (ServerConnection) -> Void) {
        let connections = state.withLock { Array($0.connections.values) }
        for connection in connections {
            connection.eventLoop.execute { body(connection.value) }
        }
    }

    /// The connections that are open now, each to be used on its event loop.
    var connections: [NIOLoopBound<ServerConnection>] {
        state.withLock { Array($0.connections.values) }
    }

    /// What `body` says of every connection, asked on its event loop.
    func collect<Value: Sendable>(
        _ body: @escaping @Sendable (ServerConnection) -> Value
    ) async -> [Value] {
        let loops = Dictionary(grouping: connections) { ObjectIdentifier($0.eventLoop) }
        var values: [Value] = []
        for group in loops.values {
            guard let eventLoop = group.first?.eventLoop else { continue }
            let answers = eventLoop.submit { group.map { body($0.value) } }
            values += (try? await answers.get()) ?? []
        }
        return values
    }

    /// Returns when no connection is open.
    func waitUntilEmpty() async {
        await withCheckedContinuation { continuation in
            let isEmpty = state.withLock { state in
                if !state.connections.isEmpty { state.emptied.append(continuation) }
                return state.connections.isEmpty
            }
            if isEmpty { continuation.resume() }
        }
    }
}

/// A connection that was not taken.
struct RegistryRefusal: Error {
    let refusal: ConnectionRegistry.Refusal
}
