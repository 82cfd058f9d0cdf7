internal import Synchronization

/// What a pool does now, and what it has done since it was made. For metrics.
public struct DatabaseStatistics: Sendable, Equatable {
    /// Connections that are established.
    public var connectionsOpen = 0
    /// Those of them that work, or that a transaction holds.
    public var connectionsInUse = 0
    /// Works that wait for a connection.
    public var worksWaiting = 0
    /// Connections that were made.
    public var connectionsOpened = 0
    /// Attempts to connect that failed.
    public var connectFailures = 0

    public init() {}
}

/// The numbers behind `DatabaseStatistics`: the reactor's thread writes, anybody reads.
final class DatabaseCounters: Sendable {
    private let open = Atomic(0)
    private let inUse = Atomic(0)
    private let waiting = Atomic(0)
    private let opened = Atomic(0)
    private let failures = Atomic(0)

    func connectionOpened() { opened.add(1, ordering: .relaxed) }
    func connectFailed() { failures.add(1, ordering: .relaxed) }

    func set(open: Int, inUse: Int, waiting: Int) {
        self.open.store(open, ordering: .relaxed)
        self.inUse.store(inUse, ordering: .relaxed)
        self.waiting.store(waiting, ordering: .relaxed)
    }

    /// Each number by itself, not all of one instant.
    var snapshot: DatabaseStatistics {
        var statistics = DatabaseStatistics()
        statistics.connectionsOpen = open.load(ordering: .relaxed)
        statistics.connectionsInUse = inUse.load(ordering: .relaxed)
        statistics.worksWaiting = waiting.load(ordering: .relaxed)
        statistics.connectionsOpened = opened.load(ordering: .relaxed)
        statistics.connectFailures = failures.load(ordering: .relaxed)
        return statistics
    }
}
