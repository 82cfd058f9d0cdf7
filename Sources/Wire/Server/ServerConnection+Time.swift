import Logging
import NIOCore

/// The one timer of a connection.
extension ServerConnection {
    /// Makes the one timer of the connection fire when the next thing is due. A timer that is
    /// already set for earlier is left: it finds nothing due and comes here again.
    func armTimer() {
        guard !isClosing, !isHandshaking else { return }
        var next = min(machine.nextDeadline, keepalive.nextDeadline)
        next = min(next, callDeadline)
        if let stalledSince {
            next = min(
                next,
                stalledSince + .milliseconds(Int64(core.limits.writeStallMillisecondsMax)))
        }
        if machine.isWithholdingCredit {
            next = min(
                next, eventLoop.now + .milliseconds(Int64(Limits.withheldCreditMilliseconds)))
        }
        guard next < timerAt else { return }
        timer?.cancel()
        timerAt = next
        timer = eventLoop.assumeIsolated().scheduleTask(deadline: next) { self.tick() }
    }

    private func tick() {
        timerAt = .distantFuture
        let now = eventLoop.now
        expireCalls(now: now)
        giveWithheldCredit()
        if let stalledSince,
            now >= stalledSince + .milliseconds(Int64(core.limits.writeStallMillisecondsMax))
        {
            logPeer("the peer does not read", metadata: ["address": "\(remoteAddress)"])
            core.counters.count("WRITE_STALLED")
            perform(machine.endOfInput())
        }
        perform(machine.tick(now: now))
        perform(keepalive.tick(now: now))
        armTimer()
    }
}
