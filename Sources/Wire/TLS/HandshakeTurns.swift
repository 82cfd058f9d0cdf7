import NIOCore

/// What wants to begin a connection on an event loop: to accept one, or to compute a step of its
/// handshake.
protocol HandshakeTurnTaking: AnyObject {
    /// The turn that was waited for has come.
    func takeHandshakeTurn()

    /// It is over: what else there is to do is no part of it.
    func handshakeTurnIsOver()
}

/// How much of an event loop's time beginning connections get, and when: one thing at a time, then
/// the loop looks at its sockets and answers who has called.
///
/// A step of a handshake takes a quarter of a millisecond that nothing can interrupt. Without turns
/// the loop computes one for each connection that is ready before it looks at its sockets again, so
/// that a storm of handshakes, for which nobody needs a certificate, holds up every call by all of
/// them. Used on the event loop only.
final class HandshakeTurns {
    /// From the end of one thing to the next. A loop runs what is due before it looks at its sockets:
    /// this is longer than other tasks of the same round take.
    static let restMin = TimeAmount.microseconds(100)
    /// At the most, where a step took long because the processor was taken away meanwhile.
    static let restMax = TimeAmount.milliseconds(2)
    /// While calls come, the loop rests so many times as long as it took: connections that begin
    /// get a quarter of its time.
    private static let restsPerWork: Int64 = 3
    /// Calls are taken to come for this long after the last.
    private static let callsLast = TimeAmount.milliseconds(20)

    /// When the last call came on this loop.
    var lastCallAt = NIODeadline.uptimeNanoseconds(0)

    private let eventLoop: any EventLoop
    /// Each once: the listening sockets, and at most as many handshakes as `Limits.handshakesMax`.
    private var waiting: [any HandshakeTurnTaking] = []
    private var freeAt = NIODeadline.uptimeNanoseconds(0)
    private var isScheduled = false

    init(eventLoop: any EventLoop) {
        self.eventLoop = eventLoop
    }

    /// Whoever waits.
    var count: Int { waiting.count }

    /// Whether `one` may begin now. If not, its `takeHandshakeTurn` is called when it may, unless it
    /// leaves before.
    func mayBegin(_ one: any HandshakeTurnTaking) -> Bool {
        eventLoop.assertInEventLoop()
        guard !waiting.isEmpty || eventLoop.now < freeAt else { return true }
        if !waiting.contains(where: { $0 === one }) { waiting.append(one) }
        schedule()
        return false
    }

    /// Does `work` at once; afterwards the loop rests.
    func spend(_ work: () -> Void) {
        let start = eventLoop.now
        work()
        let end = eventLoop.now
        freeAt =
            end + Self.rest(after: end - start, areCallsComing: end - lastCallAt < Self.callsLast)
        if !waiting.isEmpty { schedule() }
    }

    /// How long the loop leaves connections aside after one thing.
    static func rest(after work: TimeAmount, areCallsComing: Bool) -> TimeAmount {
        areCallsComing ? min(restMax, max(restMin, work * restsPerWork)) : restMin
    }

    /// `one` does not want to begin any more.
    func leave(_ one: any HandshakeTurnTaking) {
        waiting.removeAll { $0 === one }
    }

    private func schedule() {
        guard !isScheduled else { return }
        isScheduled = true
        eventLoop.assumeIsolated().scheduleTask(deadline: freeAt) {
            self.isScheduled = false
            guard !self.waiting.isEmpty else { return }
            guard self.eventLoop.now >= self.freeAt else { return self.schedule() }
            let next = self.waiting.removeFirst()
            self.spend { next.takeHandshakeTurn() }
            next.handshakeTurnIsOver()
        }
    }
}
