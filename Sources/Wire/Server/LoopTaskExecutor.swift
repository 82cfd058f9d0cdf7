import NIOCore
import Synchronization

/// Runs the tasks of handlers on the thread of one event loop.
///
/// Swift's global executor costs a thread hop a call in each direction. Jobs that come from the
/// loop's own thread, nearly all of them, go into a queue that needs no lock, which is worked off
/// after the loop's I/O of the same turn; afterwards the connections that have something to send
/// are flushed once each, however many of their calls were answered.
///
/// `@unchecked Sendable`: what is neither immutable nor behind the mutex is touched on the event
/// loop's thread only, which each access checks.
final class LoopTaskExecutor: TaskExecutor, @unchecked Sendable {
    /// Jobs run in one go before the loop gets to its sockets again.
    private static let jobsPerTurnMax = 512
    /// Connections that wait for the end of the loop's round before they are flushed; one more flushes
    /// them all, so that the first does not wait long.
    private static let gatheredFlushesMax = 16

    /// How long a loop without anything else to do waits for its sockets before it goes on with those
    /// who wait.
    private static let waitForSockets = TimeAmount.microseconds(10)
    /// After how much work those who wait leave the loop to its sockets again.
    private static let waitingWorkMax = TimeAmount.microseconds(150)
    /// After how much work of one round greedy connections wait for the next.
    private static let roundWorkMax = TimeAmount.microseconds(250)
    /// After how much work what there is to send goes out, though the round goes on.
    private static let unflushedWorkMax = TimeAmount.microseconds(250)

    let eventLoop: any EventLoop
    /// Buffers of the connections of this loop. On the event loop only.
    let spare = SpareBuffers()
    /// The turns of handshakes on this loop.
    let handshakes: HandshakeTurns
    private var local: [UnownedJob] = []
    private var flushes: [any LoopFlushing] = []
    /// Emptied arrays, whose memory the next round takes over.
    private var spareJobs: [UnownedJob] = []
    private var spareFlushes: [any LoopFlushing] = []
    /// A run is waiting in the event loop's queue.
    private var isScheduled = false
    /// A turn is under way: whatever is enqueued is taken care of at its end.
    private var isRunning = false
    /// Connections that have something to take and wait for their turn.
    private var waiting: [any LoopFlushing] = []
    private var areTurnsScheduled = false
    /// The loop has looked at its sockets since the turns were scheduled.
    private var haveSocketsHadTheirs = false
    /// Work of this round, and since something was sent.
    private var roundWork = TimeAmount.zero
    private var unflushedWork = TimeAmount.zero
    private let foreign = Mutex<[UnownedJob]>([])
    /// Whether `foreign` holds something; spares the loop the lock when it does not.
    private let hasForeign = Atomic(false)

    private let rounds: LoopRounds

    /// An executor on `eventLoop`, which must outlive every task that is started on it, and whose
    /// rounds `rounds` is told.
    init(eventLoop: any EventLoop, rounds: LoopRounds = EventLoops.rounds) {
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

    /// Runs `body`, a turn of `connection`, then the jobs that it has enqueued. What they have to send
    /// goes out once the loop has been through all its ready sockets: peers that wait on one thread
    /// are then woken once for several answers. On the event loop only.
    func inOneTurn(of connection: any LoopFlushing, _ body: () -> Void) {
        eventLoop.preconditionInEventLoop()
        guard !isRunning else { return body() }
        isRunning = true
        let start = eventLoop.now
        body()
        runJobs()
        let end = eventLoop.now
        connection.loopUse.add(end - start, at: end)
        roundWork = roundWork + (end - start)
        unflushedWork = unflushedWork + (end - start)
        if flushes.count >= Self.gatheredFlushesMax || unflushedWork > Self.unflushedWorkMax {
            flush()
        }
        endTurn()
    }

    /// Whether a connection to which bytes have come, and which had more to take than a turn's worth
    /// last time, should wait for its turn. Who takes little is served at once: that is how peers that
    /// ask for all they can get do not hold up the others, however many they are.
    var shouldGreedyWait: Bool { roundWork > Self.roundWorkMax || !waiting.isEmpty }

    /// Whether anybody waits for a turn.
    var hasWaiting: Bool { !waiting.isEmpty }

    /// Calls `takeTurn` of `connection` when the sockets have been looked at, and those that have used
    /// less of the loop have had theirs. On the event loop only.
    func waitForTurn(_ connection: any LoopFlushing) {
        eventLoop.assertInEventLoop()
        waiting.append(connection)
        scheduleTurns()
    }

    /// `connection` is over.
    func stopWaiting(_ connection: any LoopFlushing) {
        waiting.removeAll { $0 === connection }
    }

    private func scheduleTurns() {
        guard !areTurnsScheduled, !waiting.isEmpty else { return }
        areTurnsScheduled = true
        let bound = NIOLoopBound(self, eventLoop: eventLoop)
        rounds.atEnd(of: eventLoop) { bound.value.haveSocketsHadTheirs = true }
        lookForTurns()
    }

    /// The end of a round does not wake the loop: something must be due soon after.
    private func lookForTurns() {
        eventLoop.assumeIsolated().scheduleTask(in: Self.waitForSockets) {
            if self.haveSocketsHadTheirs { self.takeTurns() } else { self.lookForTurns() }
        }
    }

    private func takeTurns() {
        areTurnsScheduled = false
        haveSocketsHadTheirs = false
        let end = eventLoop.now + Self.waitingWorkMax
        repeat {
            guard let connection = nextWaiting() else { break }
            inOneTurn(of: connection) { connection.takeTurn() }
        } while eventLoop.now < end
        scheduleTurns()
    }

    private func nextWaiting() -> (any LoopFlushing)? {
        let now = eventLoop.now
        let uses = waiting.map { $0.loopUse.counted(at: now) }
        guard let least = uses.indices.min(by: { uses[$0] < uses[$1] }) else { return nil }
        return waiting.remove(at: least)
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
        roundWork = .zero
        isRunning = true
        runJobs()
        flush()
        endTurn()
    }

    private func flush() {
        unflushedWork = .zero
        var connections = spareFlushes
        spareFlushes = []
        swap(&connections, &flushes)
        for connection in connections { connection.flushNow() }
        connections.removeAll(keepingCapacity: true)
        spareFlushes = connections
    }

    private func endTurn() {
        isRunning = false
        if !local.isEmpty || !flushes.isEmpty || roundWork > .zero { schedule() }
    }

    private func runJobs() {
        let executor = asUnownedTaskExecutor()
        var budget = Self.jobsPerTurnMax
        while budget > 0 {
            takeForeign()
            guard !local.isEmpty else { return }
            // Jobs that are enqueued meanwhile go into the other array and run in the next round.
            var jobs = spareJobs
            spareJobs = []
            swap(&jobs, &local)
            for job in jobs { job.runSynchronously(on: executor) }
            budget -= jobs.count
            jobs.removeAll(keepingCapacity: true)
            spareJobs = jobs
        }
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
}

/// A connection that gathers frames and writes them in one go, and reads a turn at a time.
protocol LoopFlushing: AnyObject {
    /// How much of the loop it has used.
    var loopUse: LoopUse { get set }

    /// Takes what it could not take in its last turn.
    func takeTurn()

    /// Writes and flushes everything gathered.
    func flushNow()
}
