import NIOCore
import Synchronization

/// Runs the tasks of handlers on the thread of one event loop.
///
/// Swift's global executor costs a thread hop a call in each direction. Jobs that come from the
/// loop's own thread, nearly all of them, go into a queue that needs no lock, which is worked off
/// after the loop's I/O of the same turn; afterwards the connections that have something to send
/// are flushed once each, however many of their calls were answered.
///
/// `@unchecked Sendable`: `local`, `flushes` and `isScheduled` are touched on the event loop's thread
/// only, which each access checks; everything else is immutable or behind the mutex.
final class LoopTaskExecutor: TaskExecutor, @unchecked Sendable {
    /// Jobs run in one go before the loop gets to its sockets again.
    private static let jobsPerTurnMax = 512

    let eventLoop: any EventLoop
    private var local: [UnownedJob] = []
    private var flushes: [any LoopFlushing] = []
    private var isScheduled = false
    private let foreign = Mutex<[UnownedJob]>([])

    /// An executor on `eventLoop`, which must outlive every task that is started on it.
    init(eventLoop: any EventLoop) {
        self.eventLoop = eventLoop
    }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        if eventLoop.inEventLoop {
            local.append(job)
            schedule()
        } else {
            let isFirst = foreign.withLock { jobs in
                jobs.append(job)
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

    private func schedule() {
        guard !isScheduled else { return }
        isScheduled = true
        eventLoop.execute { self.run() }
    }

    private func run() {
        eventLoop.preconditionInEventLoop()
        isScheduled = true
        var budget = Self.jobsPerTurnMax
        while budget > 0 {
            let arrived = foreign.withLock { jobs in
                defer { jobs = [] }
                return jobs
            }
            local.append(contentsOf: arrived)
            guard !local.isEmpty else { break }
            // Jobs that are enqueued meanwhile go into a new array and run in the next round.
            var jobs: [UnownedJob] = []
            swap(&jobs, &local)
            for job in jobs {
                job.runSynchronously(on: asUnownedTaskExecutor())
            }
            budget -= jobs.count
            jobs.removeAll(keepingCapacity: true)
            if local.isEmpty { swap(&jobs, &local) }
        }
        var connections: [any LoopFlushing] = []
        swap(&connections, &flushes)
        for connection in connections { connection.flushNow() }
        isScheduled = false
        if !local.isEmpty || !flushes.isEmpty { schedule() }
    }
}

/// A connection that gathers frames and writes them in one go.
protocol LoopFlushing: AnyObject {
    /// Writes and flushes everything gathered.
    func flushNow()
}
