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

    /// From the end of a connection's turn to the next: longer than other tasks of the same round
    /// take, and shorter than a turn.
    private static let pauseForSockets = TimeAmount.microseconds(50)

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
    /// Connections that have had their turn and have more to take, in their order.
    private var waiting = CircularBuffer<any LoopFlushing>()
    private var isTurnScheduled = false
    private let foreign = Mutex<[UnownedJob]>([])
    /// Whether `foreign` holds something; spares the loop the lock when it does not.
    private let hasForeign = Atomic(false)

    /// An executor on `eventLoop`, which must outlive every task that is started on it.
    init(eventLoop: any EventLoop) {
        self.eventLoop = eventLoop
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

    /// Runs `body`, then the jobs that it has enqueued. What they have to send goes out once the loop
    /// has been through all its ready sockets: peers that wait on one thread are then woken once for
    /// several answers. On the event loop only.
    func inOneTurn(_ body: () -> Void) {
        eventLoop.preconditionInEventLoop()
        guard !isRunning else { return body() }
        isRunning = true
        body()
        runJobs()
        if flushes.count >= Self.gatheredFlushesMax { flush() }
        endTurn()
    }

    /// Whether anybody waits for a turn.
    var hasWaiting: Bool { !waiting.isEmpty }

    /// Calls `takeTurn` of `connection` when the sockets have been looked at and those before it have
    /// had theirs: one connection at a time, so that they together delay others by one turn. On the
    /// event loop only.
    func waitForTurn(_ connection: any LoopFlushing) {
        eventLoop.assertInEventLoop()
        waiting.append(connection)
        scheduleTurn()
    }

    /// A loop runs what is due before it looks at its sockets, and a task that is due at once would
    /// be run first again and again: this one is due a moment later.
    private func scheduleTurn() {
        guard !isTurnScheduled, !waiting.isEmpty else { return }
        isTurnScheduled = true
        eventLoop.assumeIsolated().scheduleTask(in: Self.pauseForSockets) {
            self.isTurnScheduled = false
            if let connection = self.waiting.popFirst() {
                self.inOneTurn { connection.takeTurn() }
                // Whatever is left to do in this round would put off the look at the sockets.
                self.flush()
            }
            self.scheduleTurn()
        }
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
        isRunning = true
        runJobs()
        flush()
        endTurn()
    }

    private func flush() {
        var connections = spareFlushes
        spareFlushes = []
        swap(&connections, &flushes)
        for connection in connections { connection.flushNow() }
        connections.removeAll(keepingCapacity: true)
        spareFlushes = connections
    }

    private func endTurn() {
        isRunning = false
        if !local.isEmpty || !flushes.isEmpty { schedule() }
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
    /// Takes what it could not take in its last turn.
    func takeTurn()

    /// Writes and flushes everything gathered.
    func flushNow()
}
