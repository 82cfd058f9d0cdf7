import NIOCore
import Synchronization

/// A Ping that was not answered.
struct PendingPing {
    let continuation: CheckedContinuation<Duration, any Error>
    let sent: NIODeadline
    /// When its caller waits no more.
    let deadline: NIODeadline
}

/// Pings of callers; the connection's own are the keepalive's.
extension ClientConnection {
    /// Sends a ping, unless its task was cancelled first.
    func ping(
        _ opaque: UInt64, timeout: TimeAmount, token: CallToken,
        continuation: CheckedContinuation<Duration, any Error>
    ) {
        guard !token.isCancelled.load(ordering: .acquiring) else {
            return continuation.resume(throwing: CallFailure.cancelled.status)
        }
        switch machine.state {
        case .ready, .goingAway:
            let deadline = eventLoop.now + timeout
            pings[opaque] = PendingPing(
                continuation: continuation, sent: eventLoop.now, deadline: deadline)
            writer.writeOpaque(.ping, opaque)
            scheduleFlush()
            watch(deadline)
        case .closed(let status): continuation.resume(throwing: status)
        case .connecting, .awaitingHello:
            continuation.resume(
                throwing: LibraryReason.notProcessed.status("the connection is not ready"))
        }
    }

    /// The task that waits for the Pong was cancelled; the Pong is not missed.
    func cancelPing(_ opaque: UInt64) {
        pings.removeValue(forKey: opaque)?.continuation.resume(
            throwing: CallFailure.cancelled.status)
    }

    /// Ends the wait for Pongs that are overdue.
    ///
    /// - Returns: when the next one is.
    func expirePings(now: NIODeadline) -> NIODeadline {
        var next = NIODeadline.distantFuture
        for (opaque, ping) in pings {
            guard ping.deadline <= now else {
                next = min(next, ping.deadline)
                continue
            }
            pings[opaque] = nil
            ping.continuation.resume(
                throwing: LibraryReason.deadlineExceeded.status(
                    "the server did not answer the ping in time"))
        }
        return next
    }
}
