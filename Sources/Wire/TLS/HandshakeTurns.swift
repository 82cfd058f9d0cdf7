import NIOCore

/// Who may compute a step of a server's handshake on an event loop, and when: one step, then the
/// loop looks at its sockets, then the next.
///
/// A step takes a quarter of a millisecond that nothing can interrupt. Without turns the loop
/// computes one for each connection that is ready before it looks at its sockets again, so that a
/// storm of handshakes, for which nobody needs a certificate, would hold up every call by all of
/// them. Used on the event loop only.
final class HandshakeTurns {
    /// Under what anybody notices, and more than the loop takes to see that nothing is due: a loop
    /// runs what is due before it looks at its sockets.
    private static let pauseForSockets = TimeAmount.microseconds(10)

    private let eventLoop: any EventLoop
    /// Handshakes with something to compute, each once: as many as `Limits.handshakesMax` at most.
    private var waiting: [TLSHandler] = []
    /// A step was computed, and the loop has not looked at its sockets since.
    private var isResting = false

    /// Handshakes that wait.
    var count: Int { waiting.count }

    init(eventLoop: any EventLoop) {
        self.eventLoop = eventLoop
    }

    /// Whether `handler` may compute a step now. If not, its `takeHandshakeTurn` is called when it
    /// may, unless it leaves before.
    func mayCompute(_ handler: TLSHandler) -> Bool {
        eventLoop.assertInEventLoop()
        guard isResting || !waiting.isEmpty else {
            rest()
            return true
        }
        if !waiting.contains(where: { $0 === handler }) { waiting.append(handler) }
        return false
    }

    /// The connection of `handler` is over.
    func leave(_ handler: TLSHandler) {
        waiting.removeAll { $0 === handler }
    }

    private func rest() {
        isResting = true
        eventLoop.assumeIsolated().scheduleTask(in: Self.pauseForSockets) {
            self.isResting = false
            self.next()
        }
    }

    private func next() {
        guard !waiting.isEmpty else { return }
        let handler = waiting.removeFirst()
        rest()
        handler.takeHandshakeTurn()
    }
}
