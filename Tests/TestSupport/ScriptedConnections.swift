public import Contract
public import Services
import Synchronization

/// Connections as a test says that they are.
public final class ScriptedConnections: ConnectionDirectory {
    private let open = Mutex<[Connection]>([])

    public init() {}

    public func set(_ connections: [Connection]) { open.withLock { $0 = connections } }

    public func connections() async -> [Connection] { open.withLock { $0 } }

    public func totals() async -> ServerTotals {
        let count = open.withLock { $0.count }
        return ServerTotals.with { $0.connectionsOpen = UInt32(count) }
    }
}
