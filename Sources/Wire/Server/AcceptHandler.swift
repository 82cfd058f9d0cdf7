import NIOCore

/// Counts connections as they are accepted, and withholds `read` on the listening socket while the
/// gate is shut or it is not its turn: further ones then wait in the kernel's backlog, where they
/// cost nothing. While it is shut for handshakes, those that keep others waiting for too long are ended.
final class AcceptHandler: ChannelDuplexHandler, HandshakeTurnTaking {
    typealias InboundIn = any Channel
    typealias InboundOut = any Channel
    typealias OutboundIn = Never
    typealias OutboundOut = Never

    /// From one look at the oldest handshake to the next, where it could not be ended.
    private static let lookInterval = TimeAmount.milliseconds(100)

    private let gate: HandshakeGate
    private let registry: ConnectionRegistry
    private let patience: TimeAmount
    private let turns: HandshakeTurns
    private var context: ChannelHandlerContext?
    private var nextLook: Scheduled<Void>?

    /// - Parameters:
    ///   - patience: how long a handshake may take while others wait for its place.
    ///   - turns: those of the listening socket's event loop.
    init(
        gate: HandshakeGate, registry: ConnectionRegistry, patience: TimeAmount,
        turns: HandshakeTurns
    ) {
        self.gate = gate
        self.registry = registry
        self.patience = patience
        self.turns = turns
    }

    func handlerAdded(context: ChannelHandlerContext) { self.context = context }

    func handlerRemoved(context: ChannelHandlerContext) {
        turns.leave(self)
        nextLook?.cancel()
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
        if mayAccept { context.read() } else { makeRoom(eventLoop) }
    }

    /// Ends the oldest handshake, once it has had its time: the gate then opens. Looks again later, since
    /// that one may wait for its turn and not for its peer, or be known on its own loop only.
    private func makeRoom(_ eventLoop: any EventLoop) {
        nextLook?.cancel()
        guard gate.isFullOfHandshakes else { return }
        var next = NIODeadline.now() + min(Self.lookInterval, patience)
        if let (oldest, began) = registry.oldestHandshake() {
            if began + patience <= .now() {
                oldest.eventLoop.execute { oldest.value.giveUpHandshake() }
            } else {
                next = began + patience
            }
        }
        nextLook = eventLoop.assumeIsolated().scheduleTask(deadline: next) {
            self.makeRoom(eventLoop)
        }
    }

    /// Others may have a turn now, and the gate may be shut again.
    private func gateHasOpened() {
        if let context { read(context: context) }
    }
}
