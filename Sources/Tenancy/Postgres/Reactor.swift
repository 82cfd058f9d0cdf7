internal import Glibc
internal import Logging
internal import Synchronization

/// What other threads ask of the reactor.
enum ReactorCommand: Sendable {
    case submit(Job)
    /// The waiting task was cancelled.
    case cancel(work: UInt64)
    /// The transaction's holder has given up; nobody waits.
    case rollback(lease: UInt64)
    case shutdown(limit: ContinuousClock.Instant, done: CheckedContinuation<Void, Never>)
    case cancelSent
    case stop
}

/// The one thread that owns all connections of a ``Database``.
///
/// `@unchecked Sendable` is safe because only `inbox`, `poller`, `availability` and `counters`, which
/// are thread-safe themselves, are touched by other threads. Everything below the mark belongs to
/// the reactor's thread, which starts in ``start()``.
final class Reactor: @unchecked Sendable {
    private struct Inbox {
        var commands: [ReactorCommand] = []
        var isStarted = false
        var isStopped = false
    }

    let configuration: DatabaseConfiguration
    let logger: Logger
    let availability = Availability()
    let counters = DatabaseCounters()
    private let inbox = Mutex(Inbox())
    let poller: Poller

    // MARK: The reactor's thread only

    struct Lease {
        var slot: Int?
        var deadline: ContinuousClock.Instant?
        /// Why the connection went, for the segments that still come.
        var error: DatabaseError?
    }

    var connections: [PostgresConnection?]
    var interest: [(descriptor: Int32, write: Bool)?]
    var scheduler: WorkScheduler
    var jobs: [UInt64: Job] = [:]
    var leases: [UInt64: Lease] = [:]
    var backoff: Backoff
    var nextConnectAt: ContinuousClock.Instant?
    /// Since when there has been no connection, once an attempt to connect has failed.
    var downSince: ContinuousClock.Instant?
    /// Works wait, or share connections, that one more connection would serve.
    var wantsMoreConnections = false
    /// No deadline passes before this; it may be too early, never too late.
    var earliestDeadline: ContinuousClock.Instant?
    var cancelsUnderWay = 0
    var shutdownLimit: ContinuousClock.Instant?
    var shutdownWaiters: [CheckedContinuation<Void, Never>] = []
    var isStopping = false

    init(configuration: DatabaseConfiguration, logger: Logger) throws(DatabaseError) {
        self.configuration = configuration
        self.logger = logger
        self.poller = try Poller()
        let limits = configuration.limits
        let count = configuration.connectionCountMax
        self.connections = Array(repeating: nil, count: count)
        self.interest = Array(repeating: nil, count: count)
        self.scheduler = WorkScheduler(
            connectionCountMax: count, queuedMax: limits.queuedWorksMax,
            queuedPerTenantMax: limits.queuedWorksPerTenantMax)
        self.backoff = Backoff(first: limits.reconnectDelayMin, last: limits.reconnectDelayMax)
    }

    /// Starts the thread, once. Throws when the system gives none.
    func start() throws(DatabaseError) {
        let isFirst = inbox.withLock { inbox in
            defer { inbox.isStarted = true }
            return !inbox.isStarted
        }
        guard isFirst else { return }
        guard DetachedThread.start(name: "icds-database", { [self] in loop() }) else {
            throw DatabaseError(.unavailable, "cannot start the reactor's thread")
        }
    }

    /// From any thread. After the reactor has stopped, the command is refused at once.
    func post(_ command: ReactorCommand) {
        let (isFirst, isRefused) = inbox.withLock { inbox in
            guard !inbox.isStopped else { return (false, true) }
            inbox.commands.append(command)
            return (inbox.commands.count == 1, false)
        }
        if isFirst { poller.wake() }
        if isRefused { refuse(command) }
    }

    private func refuse(_ command: ReactorCommand) {
        switch command {
        case .submit(let job): job.fail(.unavailable, "the database has been shut down")
        case .shutdown(_, let done): done.resume()
        case .cancel, .rollback, .cancelSent, .stop: break
        }
    }

    // MARK: Loop

    private func loop() {
        while !isStopping {
            let now = ContinuousClock.now
            takeCommands(now)
            expire(now)
            maintainConnections(now)
            assignWork(now)
            finishShutdownIfDone(now)
            publishStatistics()
            guard !isStopping else { break }
            for event in poller.wait(milliseconds: millisecondsToWait(ContinuousClock.now)) {
                handle(event)
            }
        }
        stop()
    }

    private func takeCommands(_ now: ContinuousClock.Instant) {
        let commands = inbox.withLock { inbox in
            let commands = inbox.commands
            inbox.commands = []
            return commands
        }
        for command in commands {
            switch command {
            case .submit(let job): accept(job, now)
            case .cancel(let work): cancel(work: work)
            case .rollback(let lease): rollBack(lease: lease)
            case .cancelSent: cancelsUnderWay -= 1
            case .shutdown(let limit, let done): beginShutdown(limit, done)
            case .stop: isStopping = true
            }
        }
    }

    private func handle(_ event: Poller.Event) {
        guard let connection = connections[event.slot] else { return }
        if connection.machine.state == .connecting {
            continueConnecting(slot: event.slot)
            return
        }
        if event.isWritable && !connection.flush() {
            lose(slot: event.slot)
            return
        }
        if event.isReadable { receive(slot: event.slot) }
        updateInterest(slot: event.slot)
    }

    // MARK: End

    private func beginShutdown(
        _ limit: ContinuousClock.Instant, _ done: CheckedContinuation<Void, Never>
    ) {
        shutdownWaiters.append(done)
        shutdownLimit = min(shutdownLimit ?? limit, limit)
        for job in jobs.values where job.slot == nil {
            fail(waiting: job, .unavailable, "the database is shutting down")
        }
    }

    private func finishShutdownIfDone(_ now: ContinuousClock.Instant) {
        guard let shutdownLimit else { return }
        if (jobs.isEmpty && leases.isEmpty) || now >= shutdownLimit { isStopping = true }
    }

    private func stop() {
        for lease in Array(leases.keys) {
            abandon(lease: lease, DatabaseError(.unavailable, "the database has been shut down"))
        }
        for slot in connections.indices { lose(slot: slot) }
        for job in jobs.values { job.fail(.unavailable, "the database has been shut down") }
        jobs.removeAll()
        leases.removeAll()
        let late = inbox.withLock { inbox in
            inbox.isStopped = true
            defer { inbox.commands = [] }
            return inbox.commands
        }
        late.forEach(refuse)
        publishStatistics()
        availability.set(false)
        availability.finish()
        for waiter in shutdownWaiters { waiter.resume() }
        shutdownWaiters = []
    }
}
