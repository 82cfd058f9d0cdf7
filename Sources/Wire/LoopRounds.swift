import NIOCore
import NIOPosix
import Synchronization

/// Tells when an event loop looks at its sockets.
///
/// A loop runs whatever is due, and what becomes due meanwhile, before it looks at its sockets again:
/// work that is to let others in between can neither be enqueued nor given a time. NIO tells the end
/// of such a round to whoever measures its loops.
final class LoopRounds: NIOEventLoopMetricsDelegate {
    private let waiting = Mutex<[ObjectIdentifier: [@Sendable () -> Void]]>([:])
    /// Whether `waiting` holds something; spares the loops the lock when it does not.
    private let isAnyWaiting = Atomic(false)

    /// Calls `work` on the thread of `eventLoop` at the end of this round. What it enqueues does not
    /// wake the loop, which has already decided how long it waits for its sockets.
    func atEnd(of eventLoop: any EventLoop, _ work: @escaping @Sendable () -> Void) {
        waiting.withLock { waiting in
            waiting[ObjectIdentifier(eventLoop), default: []].append(work)
            isAnyWaiting.store(true, ordering: .relaxed)
        }
    }

    func processedTick(info: NIOEventLoopTickInfo) {
        roundEnded(of: info.eventLoopID)
    }

    /// The loop looks at its sockets next. On its thread.
    func roundEnded(of eventLoop: ObjectIdentifier) {
        // Another loop's flag may be seen late; its own was set on this thread.
        guard isAnyWaiting.load(ordering: .relaxed) else { return }
        let due = waiting.withLock { waiting in
            defer { isAnyWaiting.store(!waiting.isEmpty, ordering: .relaxed) }
            return waiting.removeValue(forKey: eventLoop) ?? []
        }
        for work in due { work() }
    }
}
