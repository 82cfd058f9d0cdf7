import NIOCore
import Synchronization

/// The open connections of a server, from accept to close: for draining them, for finding those of
/// a peer, and for the cap of each address.
final class ConnectionRegistry: Sendable {
    private struct State {
        var connections: [UInt64: NIOLoopBound<ServerConnection>] = [:]
        var byAddress: [String: Int] = [:]
        var nextID: UInt64 = 0
        var isDraining = false
        var emptied: [CheckedContinuation<Void, Never>] = []
    }

    /// Why a connection cannot be taken.
    enum Refusal: String { case serverDraining, tooManyFromAddress, tooManyConnections }

    private let state = Mutex(State())
    private let limits: Limits

    init(limits: Limits) {
        self.limits = limits
    }

    /// Number of open connections.
    var count: Int { state.withLock { $0.connections.count } }

    /// Takes a connection from `address`.
    ///
    /// - Returns: its id, to be handed to `remove`, or why it is refused.
    func add(
        _ connection: NIOLoopBound<ServerConnection>, address: String
    ) -> Result<UInt64, RegistryRefusal> {
        state.withLock { state in
            guard !state.isDraining else { return .failure(.init(refusal: .serverDraining)) }
            guard state.connections.count < limits.connectionsMax else {
                return .failure(.init(refusal: .tooManyConnections))
            }
            guard state.byAddress[address, default: 0] < limits.addressConnectionsMax else {
                return .failure(.init(refusal: .tooManyFromAddress))
            }
            state.nextID += 1
            state.connections[state.nextID] = connection
            state.byAddress[address, default: 0] += 1
            return .success(state.nextID)
        }
    }

    /// Forgets a connection that has closed.
    func remove(_ id: UInt64, address: String) {
        let emptied: [CheckedContinuation<Void, Never>] = state.withLock { state in
            guard state.connections.removeValue(forKey: id) != nil else { return [] }
            let left = state.byAddress[address, default: 1] - 1
            state.byAddress[address] = left > 0 ? left : nil
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
