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
    case setQuotas([String: TenantQuota])
    case tellUse(tenant: String, to: CheckedContinuation<TenantUse, Never>)
    case subscribe(UInt64, NotificationSubscriber)
    case unsubscribe(UInt64)
    case copy(CopyWork)
    /// A task that reads or writes a COPY was cancelled.
    case abandon(lease: UInt64)
    /// There is room again for what comes.
    case continueCopy(lease: UInt64)
    case stop
}

/// The one thread that owns all connections of a ``Database``.
///
/// `@unchecked Sendable` is safe because of what another thread can reach: through ``post(_:)`` the
/// inbox, behind its lock, and the poller's bell, which is one write to a descriptor that stays open as
/// long as the reactor lives; `availability`, `primaryNumber` and `counters`, which are locked or atomic;
/// and `configuration` and `logger`, which never change. Everything below the mark belongs to the
/// reactor's thread, which starts once, in ``start()``. What a peer sends arrives there as commands:
/// how many works wait, and how large each is, is bounded by ``DatabaseLimits``.
final class Reactor: @unchecked Sendable {
    private struct Inbox {
        var commands: [ReactorCommand] = []
        var isStarted = false
        var isStopped = false
        /// The thread waits, or is about to, and must be woken.
        var isSleeping = false
    }

    let configuration: DatabaseConfiguration
    let logger: Logger
    let availability = Availability()
    /// Grows with each change of the server that takes this pool's work.
    let primaryNumber = Atomic<Int64>(0)
    let counters: DatabaseCounters
    private let inbox = Mutex(Inbox())
    let poller: Poller

    // MARK: The reactor's thread only

    struct Interest: Equatable {
        var descriptor: Int32
        var read: Bool
        var write: Bool
    }

    struct Lease {
        var tenant: String
        var slot: Int?
        /// Counts towards the tenant's quota.
        var isUnderWay = false
        var deadline: ContinuousClock.Instant?
        /// Why the connection went, for the segments that still come.
        var error: DatabaseError?
    }

    /// One more than the pool keeps, for the one that is to take another's place.
    var connections: [PostgresConnection?]
    /// What is waited for on each slot's socket; the last one is the listener's.
    var interest: [Interest?]
    var scheduler: WorkScheduler
    /// Kept between turns, so that a turn allocates nothing for them.
    private var taken: [ReactorCommand] = []
    private var events: [Poller.Event] = []
    var jobs: [UInt64: Job] = [:]
    var leases: [UInt64: Lease] = [:]
    var backoff: Backoff
    var hosts: HostRotation
    var listener: PostgresConnection?
    /// The server that takes this pool's work, once it has said which it is.
    var primary: String?
    var subscribers: [UInt64: NotificationSubscriber] = [:]
    var listenerBackoff: Backoff
    var listenerHosts: HostRotation
    var nextListenAt: ContinuousClock.Instant?
    var nextConnectAt: ContinuousClock.Instant?
    /// Since when there has been no connection, once an attempt to connect has failed.
    var downSince: ContinuousClock.Instant?
    /// Works wait, or share connections, that one more connection would serve.
    var wantsMoreConnections = false
    /// No deadline passes before this; it may be too early, never too late.
    var earliestDeadline: ContinuousClock.Instant?
    var cancelsUnderWay = 0
    var saidMemoryIsUnknown = false
    var shutdownLimit: ContinuousClock.Instant?
    var shutdownWaiters: [CheckedContinuation<Void, Never>] = []
    var isStopping = false

    init(
        configuration: DatabaseConfiguration, logger: Logger, counters: DatabaseCounters
    ) throws(DatabaseError) {
        self.configuration = configuration
        self.logger = logger
        self.counters = counters
        self.poller = try Poller()
        let limits = configuration.limits
        let count = configuration.connectionCountMax
        self.connections = Array(repeating: nil, count: count + 1)
        self.interest = Array(repeating: nil, count: count + 2)
        self.scheduler = WorkScheduler(
            connectionCountMax: count, queuedMax: limits.queuedWorksMax,
            quotaDefault: limits.tenantQuota)
        self.backoff = Backoff(first: limits.reconnectDelayMin, last: limits.reconnectDelayMax)
        self.listenerBackoff = backoff
        self.hosts = HostRotation(configuration.hosts)
        self.listenerHosts = hosts
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
        let (isSleeping, isRefused) = inbox.withLock { inbox in
            guard !inbox.isStopped else { return (false, true) }
            inbox.commands.append(command)
            defer { inbox.isSleeping = false }
            return (inbox.isSleeping, false)
        }
        if isSleeping { poller.wake() }
        if isRefused { refuse(command) }
    }

    private func refuse(_ command: ReactorCommand) {
        switch command {
        case .submit(let job): job.fail(.unavailable, "the database has been shut down")
        case .shutdown(_, let done): done.resume()
        case .tellUse(_, let answer): answer.resume(returning: TenantUse())
        case .subscribe(_, let subscriber): subscriber.continuation.finish()
        case .copy(let work):
            work.end(.failure(DatabaseError(.unavailable, "the database has been shut down")))
        case .cancel, .rollback, .cancelSent, .setQuotas, .unsubscribe, .continueCopy, .abandon,
            .stop:
            break
        }
    }

    // MARK: Loop

    private func loop() {
        while !isStopping {
            let now = ContinuousClock.now
            takeCommands(now)
            expire(now)
            maintainConnections(now)
            maintainListener(now)
            assignWork(now)
            finishShutdownIfDone(now)
            publishStatistics()
            guard !isStopping else { break }
            poller.wait(milliseconds: timeToSleep(), &events)
            for event in events { handle(event) }
        }
        stop()
    }

    /// How long nothing is due, as `epoll_wait` takes it. From here on a command rings the bell; while
    /// the thread works, it finds commands by itself.
    private func timeToSleep() -> Int32? {
        let isDue = inbox.withLock { inbox in
            inbox.isSleeping = inbox.commands.isEmpty
            return !inbox.isSleeping
        }
        return isDue ? 0 : millisecondsToWait(ContinuousClock.now)
    }

    private func takeCommands(_ now: ContinuousClock.Instant) {
        taken.removeAll(keepingCapacity: true)
        inbox.withLock { inbox in
            inbox.isSleeping = false
            swap(&inbox.commands, &taken)
        }
        for command in taken {
            switch command {
            case .submit(let job): accept(job, now)
            case .cancel(let work): cancel(work: work)
            case .rollback(let lease): rollBack(lease: lease)
            case .cancelSent: cancelsUnderWay -= 1
            case .shutdown(let limit, let done): beginShutdown(limit, done)
            case .setQuotas(let quotas): scheduler.set(quotas)
            case .tellUse(let tenant, let answer):
                answer.resume(returning: scheduler.use(of: tenant))
            case .subscribe(let id, let subscriber): subscribe(id, subscriber)
            case .unsubscribe(let id): unsubscribe(id)
            case .copy(let work): beginCopy(work)
            case .continueCopy(let lease): continueCopy(lease: lease)
            case .abandon(let lease):
                abandon(lease: lease, DatabaseError(.cancelled, "cancelled"))
            case .stop: isStopping = true
            }
        }
    }

    private func handle(_ event: Poller.Event) {
        if event.slot == listenerSlot { return handleListener(event) }
        guard let connection = connections[event.slot] else { return }
        if connection.machine.state == .connecting {
            continueConnecting(slot: event.slot)
            return
        }
        if event.isWritable && !connection.flush() {
            lose(slot: event.slot)
            return
        }
        if connection.copy != nil {
            advanceCopy(slot: event.slot, isReadable: event.isReadable)
        } else if event.isReadable {
            receive(slot: event.slot)
        }
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
        for slot in connections.indices { lose(slot: slot, .age) }
        stopListening()
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
