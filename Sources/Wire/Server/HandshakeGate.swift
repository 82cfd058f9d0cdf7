import NIOCore
import Synchronization

/// Counts handshakes in progress and open connections, and says when accepting has to wait.
final class HandshakeGate: Sendable {
    private struct State {
        var handshakes = 0
        var connections = 0
        var resume: (@Sendable () -> Void)?
    }

    private let state = Mutex(State())
    private let handshakesMax: Int
    private let connectionsMax: Int

    init(limits: Limits) {
        handshakesMax = limits.handshakesMax
        connectionsMax = limits.connectionsMax
    }

    /// A connection was accepted and begins its handshake.
    func connectionAccepted() {
        state.withLock { state in
            state.handshakes += 1
            state.connections += 1
        }
    }

    /// Its handshake is over, well or not.
    func handshakeEnded() { release { $0.handshakes -= 1 } }

    /// It has closed.
    func connectionClosed() { release { $0.connections -= 1 } }

    /// Whether another connection may be accepted now. If not, `resume` is called once when it may.
    func mayAccept(orElse resume: @escaping @Sendable () -> Void) -> Bool {
        state.withLock { state in
            if isOpen(state) { return true }
            state.resume = resume
            return false
        }
    }

    private func isOpen(_ state: State) -> Bool {
        state.handshakes < handshakesMax && state.connections < connectionsMax
    }

    private func release(_ change: (inout State) -> Void) {
        let resume: (@Sendable () -> Void)? = state.withLock { state in
            change(&state)
            guard isOpen(state), let resume = state.resume else { return nil }
            state.resume = nil
            return resume
        }
        resume?()
    }
}

/// Counts connections as they are accepted, and withholds `read` on the listening socket while the
/// gate is shut or it is not its turn: further ones then wait in the kernel's backlog, where they
/// cost nothing.
final class AcceptHandler: ChannelDuplexHandler, HandshakeTurnTaking {
    typealias InboundIn = any Channel
    typealias InboundOut = any Channel
    typealias OutboundIn = Never
    typealias OutboundOut = Never

    private let gate: HandshakeGate
    private let turns: HandshakeTurns
    private var context: ChannelHandlerContext?

    /// - Parameter turns: those of the listening socket's event loop.
    init(gate: HandshakeGate, turns: HandshakeTurns) {
        self.gate = gate
        self.turns = turns
    }

    func handlerAdded(context: ChannelHandlerContext) { self.context = context }

    func handlerRemoved(context: ChannelHandlerContext) {
        turns.leave(self)
        self.context = nil
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        gate.connectionAccepted()
        unwrapInboundIn(data).closeFuture.whenComplete { [gate] _ in gate.connectionClosed() }
        turns.spend { context.fireChannelRead(data) }
    }

    func read(context: ChannelHandlerContext) {
        if turns.mayBegin(self) { readWhenOpen(context) }
    }

    func takeHandshakeTurn() {
        if let context { readWhenOpen(context) }
    }

    func handshakeTurnIsOver() {}

    private func readWhenOpen(_ context: ChannelHandlerContext) {
        let eventLoop = context.eventLoop
        let bound = NIOLoopBound(self, eventLoop: eventLoop)
        let mayAccept = gate.mayAccept {
            eventLoop.execute { bound.value.gateHasOpened() }
        }
        if mayAccept { context.read() }
    }

    /// Others may have a turn now, and the gate may be shut again.
    private func gateHasOpened() {
        if let context { read(context: context) }
    }
}
