import NIOCore
import Synchronization

/// Runs the tasks of handlers on the thread of one event loop.
///
/// Swift's global executor costs a thread hop a call in each direction. Jobs that come from the
/// loop's own thread, nearly all of them, go into a queue that needs no lock, which is worked off
/// after the loop's I/O of the same turn; afterwards the connections that have something to send
/// are flushed once each, however many of their calls were answered.
///
/// A loop runs whatever is due, and what becomes due meanwhile, before it looks at its sockets. So
/// jobs that are more than a run's worth rest, as connections that take much wait for their turn,
/// until it has looked (`LoopTaskExecutor+Turns`).
///
/// `@unchecked Sendable`: `foreign` is behind a mutex and `hasForeign` is atomic; everything else that
/// changes is touched on the event loop's thread only, by its runs and by the connections of this loop. What
/// a peer can cause are jobs and turns of its own connection, on that thread, within its limits.
final class LoopTaskExecutor: TaskExecutor, @unchecked Sendable {
    /// Jobs run in one go before the loop gets to its sockets again.
    static let jobsMax = 512
    /// Time after which no further job is begun likewise.
    static let jobsTimeMax = TimeAmount.milliseconds(1)
    /// The clock is read once in so many jobs.
    private static let jobsPerClock = 8
    /// Runs that the loop is asked for, by other threads or by jobs of its own, before it gets to its
    /// sockets.
    private static let runsMax = 64
    /// Connections that wait for the end of the loop's round before they are flushed; one more flushes
    /// them all, so that the first does not wait long.
    private static let gatheredFlushesMax = 16

    let eventLoop: any EventLoop
    /// Buffers of the connections of this loop. On the event loop only.
    let spare = SpareBuffers()
    /// The turns of handshakes on this loop.
    let handshakes: HandshakeTurns
    let rounds: LoopRounds
    /// What this round's work was. On the event loop only, as everything below.
    var work = RoundWork()
    /// What connections had used that are closed.
    var departed = DepartedUse()
    /// Connections that have something to take, or to read, and wait for their turn.
    var waiting: [any LoopFlushing] = []
    /// Jobs that wait until the loop has looked at its sockets.
    var resting: [UnownedJob] = []
    var areTurnsScheduled = false
    /// The loop has looked at its sockets since the turns were scheduled.
    var haveSocketsHadTheirs = false
    /// A turn is under way: whatever is enqueued is taken care of at its end.
    private var isRunning = false
    /// A run is waiting in the event loop's queue.
    private var isScheduled = false
    private var runsSinceSockets = 0
    /// When the loop began with the read that is under way, where that is a long one.
    private var readSince: NIODeadline?
    private var local: [UnownedJob] = []
    private var flushes: [any LoopFlushing] = []
    /// Emptied arrays, whose memory the next round takes over.
    private var spareJobs: [UnownedJob] = []
    private var spareFlushes: [any LoopFlushing] = []
    private let foreign = Mutex<[UnownedJob]>([])
    /// Whether `foreign` holds something; spares the loop the lock when it does not.
    private let hasForeign = Atomic(false)

    /// An executor on `eventLoop`, which must outlive every task that is started on it, and whose
    /// rounds `rounds` is told: those who wait would wait for ever with rounds of other loops.
    init(eventLoop: any EventLoop, rounds: LoopRounds) {
        self.eventLoop = eventLoop
        self.rounds = rounds
        handshakes = HandshakeTurns(eventLoop: eventLoop)
    }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        if eventLoop.inEventLoop {
            local.append(job)
            schedule()
        } else {
            let isFirst = foreign.withLock { jobs in
                jobs.append(job)
                hasForeign.store(true, ordering: .relaxed)
                return jobs.count == 1
            }
            if isFirst { eventLoop.execute { self.run() } }
        }
    }

    /// Calls `flushNow` of `connection` when this turn's jobs have run. On the event loop only.
    func flushLater(_ connection: any LoopFlushing) {
        eventLoop.assertInEventLoop()
        flushes.append(connection)
        schedule()
    }

    /// Runs `body`, a turn of `connection`, then the jobs that are ready. What they have to send
    /// goes out once the loop has been through all its ready sockets: peers that wait on one thread
    /// are then woken once for several answers. On the event loop only.
    ///
    /// The connection is charged for `body` and the jobs that it has enqueued, and for the read that
    /// brought what it takes; the round for all.
    ///
    /// - Parameter start: now, where the caller knows.
    func inOneTurn(
        of connection: any LoopFlushing, since start: NIODeadline? = nil, _ body: () -> Void
    ) {
        eventLoop.preconditionInEventLoop()
        guard !isRunning else { return body() }
        isRunning = true
        runsSinceSockets = 0
        let start = takeReadSince() ?? start ?? eventLoop.now
        // Jobs of others run after this connection's, which are then known to be its own.
        var others: [UnownedJob] = []
        if !local.isEmpty { swap(&others, &local) }
        body()
        var budget = JobBudget(deadline: start + Self.jobsTimeMax)
        runBatch(&budget)
        var end = eventLoop.now
        connection.loopUse.add(end - start, at: end)
        if !others.isEmpty { local = others + local }
        let restingBefore = resting.count
        if runJobs(&budget) { end = eventLoop.now }
        work.add(end - start)
        if flushes.count >= Self.gatheredFlushesMax || work.isFlushDue
            || resting.count > restingBefore
        {
            flush()
        }
        endTurn()
    }

    /// Charges `connection` for the read that is under way, of which nothing is taken now.
    func chargeRead(to connection: any LoopFlushing) {
        guard let start = takeReadSince() else { return }
        let end = eventLoop.now
        connection.loopUse.add(end - start, at: end)
        work.add(end - start)
        schedule()
    }

    /// How long the loop has been busy with the read that is under way; zero where that was a short
    /// one.
    func readTime(until now: NIODeadline) -> TimeAmount { readSince.map { now - $0 } ?? .zero }

    private func takeReadSince() -> NIODeadline? {
        guard readSince != nil else { return nil }
        defer { readSince = nil }
        return readSince
    }

    private func schedule() {
        guard !isScheduled, !isRunning else { return }
        isScheduled = true
        eventLoop.execute { self.run() }
    }

    private func run() {
        eventLoop.preconditionInEventLoop()
        isScheduled = false
        guard !isRunning else { return }
        // The loop has been through its ready sockets.
        work.socketsHadTheirs()
        runsSinceSockets += 1
        takeForeign()
        if runsSinceSockets > Self.runsMax { rest() }
        runAndFlush()
    }

    /// Runs what is ready and sends what there is to send.
    private func runAndFlush() {
        isRunning = true
        if !local.isEmpty {
            var budget = JobBudget(deadline: eventLoop.now + Self.jobsTimeMax)
            runJobs(&budget)
        }
        flush()
        endTurn()
    }

    private func flush() {
        work.flushed()
        var connections = spareFlushes
        spareFlushes = []
        swap(&connections, &flushes)
        for connection in connections { connection.flushNow() }
        connections.removeAll(keepingCapacity: true)
        spareFlushes = connections
    }

    private func endTurn() {
        isRunning = false
        if !local.isEmpty || !flushes.isEmpty || work.current > .zero { schedule() }
    }

    // MARK: Jobs

    /// What one run may still do.
    private struct JobBudget {
        var jobs = LoopTaskExecutor.jobsMax
        let deadline: NIODeadline
    }

    /// Runs jobs until there are none; what is more than a run's worth rests.
    ///
    /// - Returns: whether there were any.
    @discardableResult
    private func runJobs(_ budget: inout JobBudget) -> Bool {
        takeForeign()
        guard !local.isEmpty else { return false }
        while !local.isEmpty, runBatch(&budget) { takeForeign() }
        rest()
        return true
    }

    /// Runs the jobs that are ready now.
    ///
    /// - Returns: whether the budget allows for more; if not, the rest of them is put back.
    @discardableResult
    private func runBatch(_ budget: inout JobBudget) -> Bool {
        guard !local.isEmpty else { return true }
        let executor = asUnownedTaskExecutor()
        // Jobs that are enqueued meanwhile go into the other array.
        var jobs = spareJobs
        spareJobs = []
        swap(&jobs, &local)
        var done = 0
        while done < jobs.count, mayRun(budget, after: done) {
            jobs[done].runSynchronously(on: executor)
            done += 1
        }
        let isAll = done == jobs.count
        budget.jobs -= done
        if !isAll { local = jobs[done...] + local }
        jobs.removeAll(keepingCapacity: true)
        spareJobs = jobs
        return isAll && budget.jobs > 0
    }

    private func mayRun(_ budget: JobBudget, after done: Int) -> Bool {
        let left = budget.jobs - done
        guard left % Self.jobsPerClock == 0, left < Self.jobsMax else { return true }
        return left > 0 && eventLoop.now < budget.deadline
    }

    private func takeForeign() {
        // Whoever sets the flag after this has scheduled another run, if he was the first.
        guard hasForeign.load(ordering: .relaxed) else { return }
        local += foreign.withLock { jobs in
            hasForeign.store(false, ordering: .relaxed)
            defer { jobs = [] }
            return jobs
        }
    }

    // MARK: Rest

    /// Lets the jobs that are ready wait until the loop has looked at its sockets.
    private func rest() {
        guard !local.isEmpty else { return }
        resting += local
        local.removeAll(keepingCapacity: true)
        scheduleTurns()
    }

    /// The loop has looked at its sockets: whoever rested goes on.
    func endRest() {
        runsSinceSockets = 0
        guard !resting.isEmpty else { return }
        let start = eventLoop.now
        local = resting + local
        resting.removeAll(keepingCapacity: true)
        runAndFlush()
        work.add(eventLoop.now - start)
    }
}

extension LoopTaskExecutor: ReadMeasuring {
    /// What the kernel needs to copy what is read, which was done before: a nanosecond for eight bytes
    /// or so.
    private static let bytesPerNanosecond = 8

    func measureRead(bytes: Int, _ read: () -> Void) {
        readSince = eventLoop.now - .nanoseconds(Int64(bytes / Self.bytesPerNanosecond))
        read()
        // A turn that began meanwhile has taken it over.
        guard let since = takeReadSince() else { return }
        work.add(eventLoop.now - since)
        schedule()
    }
}

/// A connection that gathers frames and writes them in one go, and reads a turn at a time.
protocol LoopFlushing: AnyObject {
    /// How much of the loop it has used.
    var loopUse: LoopUse { get set }

    /// Takes what it could not take in its last turn, or asks for the bytes that it could not ask for.
    ///
    /// - Returns: how long the loop will probably be busy with what was asked for.
    func takeTurn() -> TimeAmount

    /// Writes and flushes everything gathered.
    func flushNow()
}
