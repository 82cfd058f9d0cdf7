internal import CoreMetrics
internal import Synchronization

/// What a pool does now, and what it has done since it was made. For metrics.
public struct DatabaseStatistics: Sendable, Equatable {
    /// Connections that are there for work.
    public var connectionsOpen = 0
    /// Those of them that work, or that a transaction holds.
    public var connectionsInUse = 0
    /// Works that wait for a connection.
    public var worksWaiting = 0
    /// Segments (a run, or a part of a transaction) that were sent and are not answered.
    public var segmentsUnderWay = 0
    /// Connections that were made, and have said which server they lead to.
    public var connectionsOpened = 0
    /// Attempts to connect that failed, or at whose end nobody said which server it is.
    public var connectFailures = 0
    /// Connections that were closed, by reason.
    public var connectionsClosed: [ConnectionEnd: Int] = [:]
    /// Statements that the connection had prepared, and that it had not.
    public var statementHits = 0
    public var statementMisses = 0
    /// Works that were refused because the queue or a tenant's share of it was full.
    public var worksRefused = 0
    /// Notifications that came.
    public var notifications = 0
    /// Bytes that COPY gave and took.
    public var copyBytesOut = 0
    public var copyBytesIn = 0

    public init() {}
}

/// Why a connection was closed.
public enum ConnectionEnd: String, Sendable, CaseIterable {
    /// It was due.
    case age
    /// It had prepared its share of statements.
    case statements
    /// Its backend had grown to its bound.
    case memory
    /// Its statements no longer fit the tables, or its server takes no changes any more.
    case stale
    /// A work on it did not come back in time.
    case overdue
    /// A transaction was given up, by its deadline or by who asked for it.
    case abandoned
    /// It came back inside a transaction.
    case unclean
    /// The other side went.
    case lost
}

/// The numbers behind `DatabaseStatistics`: the reactor's thread writes, anybody reads.
final class DatabaseCounters: Sendable {
    private let open = Atomic(0)
    private let inUse = Atomic(0)
    private let waiting = Atomic(0)
    private let underWay = Atomic(0)
    private let opened = Atomic(0)
    private let failures = Atomic(0)
    private let hits = Atomic(0)
    private let misses = Atomic(0)
    private let refused = Atomic(0)
    private let notifications = Atomic(0)
    private let copiedOut = Atomic(0)
    private let copiedIn = Atomic(0)
    private let closed = Mutex<[ConnectionEnd: Int]>([:])
    /// Nil where nobody wants to know.
    private let waitTime: Timer?
    private let runTime: Timer?

    /// - Parameter pool: the label of the timers' series.
    init(metrics: (any MetricsFactory)?, pool: String) {
        func timer(_ name: String) -> Timer? {
            metrics.map { Timer(label: name, dimensions: [("pool", pool)], factory: $0) }
        }
        waitTime = timer("icds_database_wait_seconds")
        runTime = timer("icds_database_run_seconds")
    }

    func connectionOpened() { opened.add(1, ordering: .relaxed) }
    func connectFailed() { failures.add(1, ordering: .relaxed) }
    func connectionClosed(_ reason: ConnectionEnd) {
        closed.withLock { $0[reason, default: 0] += 1 }
    }
    func workRefused() { refused.add(1, ordering: .relaxed) }
    func notified() { notifications.add(1, ordering: .relaxed) }
    func copied(_ bytes: Int, _ direction: CopyWork.Direction) {
        switch direction {
        case .out: copiedOut.add(bytes, ordering: .relaxed)
        case .into: copiedIn.add(bytes, ordering: .relaxed)
        }
    }

    func waited(_ duration: Duration) {
        waitTime?.recordNanoseconds(duration.wholeNanoseconds)
    }

    func ran(_ duration: Duration) {
        runTime?.recordNanoseconds(duration.wholeNanoseconds)
    }

    func looked(hits: Int, misses: Int) {
        self.hits.add(hits, ordering: .relaxed)
        self.misses.add(misses, ordering: .relaxed)
    }

    func set(open: Int, inUse: Int, waiting: Int, underWay: Int) {
        self.open.store(open, ordering: .relaxed)
        self.inUse.store(inUse, ordering: .relaxed)
        self.waiting.store(waiting, ordering: .relaxed)
        self.underWay.store(underWay, ordering: .relaxed)
    }

    /// Each number by itself, not all of one instant.
    var snapshot: DatabaseStatistics {
        var statistics = DatabaseStatistics()
        statistics.connectionsOpen = open.load(ordering: .relaxed)
        statistics.connectionsInUse = inUse.load(ordering: .relaxed)
        statistics.worksWaiting = waiting.load(ordering: .relaxed)
        statistics.segmentsUnderWay = underWay.load(ordering: .relaxed)
        statistics.connectionsOpened = opened.load(ordering: .relaxed)
        statistics.connectFailures = failures.load(ordering: .relaxed)
        statistics.connectionsClosed = closed.withLock { $0 }
        statistics.statementHits = hits.load(ordering: .relaxed)
        statistics.statementMisses = misses.load(ordering: .relaxed)
        statistics.worksRefused = refused.load(ordering: .relaxed)
        statistics.notifications = notifications.load(ordering: .relaxed)
        statistics.copyBytesOut = copiedOut.load(ordering: .relaxed)
        statistics.copyBytesIn = copiedIn.load(ordering: .relaxed)
        return statistics
    }
}

extension Duration {
    /// Rounded down, and at most what fits.
    fileprivate var wholeNanoseconds: Int64 {
        let (seconds, attoseconds) = components
        let (whole, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        return overflow ? .max : whole &+ attoseconds / 1_000_000_000
    }
}
