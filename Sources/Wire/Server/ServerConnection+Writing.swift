import Logging
import NIOCore

/// What a connection sends: gathered, flushed once a turn, and bounded where the peer does not read.
extension ServerConnection {
    /// Something was written: it goes out at the end of this turn of the loop.
    func scheduleFlush() {
        guard !isFlushScheduled else { return }
        isFlushScheduled = true
        executor.flushLater(self)
    }

    func flushNow() {
        isFlushScheduled = false
        guard let context, !hasReleased, !writer.isEmpty else { return }
        let bytes = writer.bytes
        core.counters.sent(bytes: bytes)
        tally.bytesSent += bytes
        var promise: EventLoopPromise<Void>?
        let streamBytes = outbound.flush()
        if streamBytes > 0 {
            let sent = eventLoop.makePromise(of: Void.self)
            sent.futureResult.assumeIsolated().whenComplete { _ in
                self.outbound.sent(streamBytes)
                self.resumeStreams()
            }
            promise = sent
        }
        var frames = writer.take()
        context.writeAndFlush(wrapOutboundOut(frames), promise: promise)
        executor.spare.giveBack(&frames)
        if stalledSince != nil { countUnread(bytes: bytes) }
        beginStreamTurn()
    }

    /// Whether the peer does not read what is sent.
    var isStalled: Bool { stalledSince != nil }

    private func countUnread(bytes: Int) {
        guard !hasReleased else { return }
        unreadBytes += bytes
        guard core.counters.countUnread(bytes: bytes) > core.limits.serverUnreadBytesMax else {
            return
        }
        logPeer("answers are not read", metadata: ["address": "\(remoteAddress)"])
        core.counters.count("ANSWERS_NOT_READ")
        perform(machine.endOfInput())
    }

    func forgetUnread() {
        guard unreadBytes > 0 else { return }
        _ = core.counters.countUnread(bytes: -unreadBytes)
        unreadBytes = 0
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        if context.channel.isWritable {
            stalledSince = nil
            forgetUnread()
            resumeReading()
            resumeStreams()
        } else {
            let now = eventLoop.now
            stalledSince = now
            holdFrameClock(now: now)
            armTimer()
        }
        context.fireChannelWritabilityChanged()
    }
}
