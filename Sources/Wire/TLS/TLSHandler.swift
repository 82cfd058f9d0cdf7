package import NIOCore

/// TLS on a channel: ciphertext on the socket's side, plaintext above. `TLSStateMachine` decides,
/// this handler does. docs/tls.md goes through the cases that it has to cover.
///
/// Inward it fires `TLSHandshakeCompleted`, plaintext in one read a burst, `TLSInputClosed`, and a
/// `TLSFailure` at most once, after which the channel is closed. Writes before the end of the
/// handshake are held. `close` sends what was flushed and close_notify, and waits for the peer's.
package final class TLSHandler: ChannelDuplexHandler, HandshakeTurnTaking {
    package typealias InboundIn = ByteBuffer
    package typealias InboundOut = ByteBuffer
    package typealias OutboundIn = ByteBuffer
    package typealias OutboundOut = ByteBuffer

    let tls: TLSContext
    var machine = TLSStateMachine()
    var session: TLSSession?
    var writes = TLSWriteQueue()
    let spare: SpareBuffers
    /// The handshake's, later the shutdown's.
    var timer: Scheduled<Void>?
    var closePromise: EventLoopPromise<Void>?
    /// Somebody above has asked for data and got none yet.
    var isReadPending = false
    var isEncrypting = false
    var isDecrypting = false
    /// close_notify is due as soon as the encryption that is under way has come to its end.
    var isCloseNotifyDue = false
    /// Bytes dropped since the connection failed or was left.
    var droppedBytes = 0
    /// The last second, in Unix time, at which the peer's chain is valid; nil before the handshake.
    var validUntil: Int64?
    /// Which context has judged the peer's chain last.
    var judgedBy: UInt64
    /// Who says when a step of the handshake may be computed; nil: at any time.
    private let turns: HandshakeTurns?
    /// Who wants to know how long large reads take.
    private let reads: (any ReadMeasuring)?
    /// The handshake waits for its turn. More than a step needs is not read meanwhile.
    private var isWaitingForTurn = false
    /// The channel's own request to read came meanwhile; it does not come again.
    private var isReadHeld = false
    private var context: ChannelHandlerContext?

    /// - Parameter spare: of the channel's event loop.
    package convenience init(context: TLSContext, spare: SpareBuffers = SpareBuffers()) {
        self.init(context: context, spare: spare, turns: nil, reads: nil)
    }

    /// A handler whose handshake takes turns with others, and which tells of its large reads.
    init(
        context: TLSContext, spare: SpareBuffers = SpareBuffers(), turns: HandshakeTurns?,
        reads: (any ReadMeasuring)? = nil
    ) {
        tls = context
        self.spare = spare
        judgedBy = context.generation
        self.turns = turns
        self.reads = reads
    }

    package func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        if context.channel.isActive { drive(.activated, context) }
    }

    package func handlerRemoved(context: ChannelHandlerContext) {
        finish(context, with: ChannelError.ioOnClosedChannel)
        self.context = nil
    }

    package func channelActive(context: ChannelHandlerContext) {
        drive(.activated, context)
        context.fireChannelActive()
    }

    package func channelInactive(context: ChannelHandlerContext) {
        // The last bytes may have come without a read's end behind them.
        if let session, session.transport.receivedBytes > 0 { drive(.received, context) }
        drive(.endOfInput, context)
        finish(context, with: ChannelError.ioOnClosedChannel)
        context.fireChannelInactive()
    }

    package func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if machine.takesInput { session?.transport.receive(unwrapInboundIn(data)) }
    }

    /// A burst of reads is over: what came is decrypted in one go.
    package func channelReadComplete(context: ChannelHandlerContext) {
        guard let session else {
            context.fireChannelReadComplete()
            return
        }
        let bytes = session.transport.receivedBytes
        if bytes >= measuredReadBytesMin, machine.deliversPlaintext, let reads {
            reads.measureRead(bytes: bytes) { drive(.received, context) }
        } else if bytes > 0 {
            drive(.received, context)
        }
        // Bytes that held no plaintext satisfy nobody who asked for data.
        if !isWaitingForTurn, isReadPending || machine.needsInput { context.read() }
    }

    package func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case .inputClosed? = event as? ChannelEvent {
            // Half-closure of TCP has no meaning under TLS, where close_notify is the end.
            drive(.endOfInput, context)
        } else {
            context.fireUserInboundEventTriggered(event)
        }
    }

    package func channelWritabilityChanged(context: ChannelHandlerContext) {
        if context.channel.isWritable { drive(.flush, context) }
        context.fireChannelWritabilityChanged()
    }

    package func read(context: ChannelHandlerContext) {
        isReadPending = true
        isReadHeld = isWaitingForTurn
        if !isWaitingForTurn { context.read() }
    }

    package func write(
        context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?
    ) {
        guard machine.acceptsWrites else {
            promise?.fail(ChannelError.ioOnClosedChannel)
            return
        }
        writes.append(unwrapOutboundIn(data), promise: promise)
    }

    package func flush(context: ChannelHandlerContext) {
        writes.markFlush()
        drive(.flush, context)
    }

    package func close(
        context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?
    ) {
        guard mode == .all else {
            // Half-close belongs to the calls, not to the connection.
            promise?.fail(ChannelError.operationUnsupported)
            return
        }
        if let promise {
            if let closePromise {
                closePromise.futureResult.cascade(to: promise)
            } else {
                closePromise = promise
            }
        }
        drive(.closeRequested, context)
    }

    /// Has a step of the handshake computed now or, if its turn has not come, when it has.
    func computeInTurn(_ context: ChannelHandlerContext) {
        guard !isWaitingForTurn else { return }
        if let turns {
            guard turns.mayBegin(self) else {
                isWaitingForTurn = true
                return
            }
            turns.spend { computeHandshake(context) }
        } else {
            computeHandshake(context)
        }
        takeFirstCall(context)
    }

    /// The first call often comes in the same packet as the last of the handshake: what it costs is
    /// no part of that.
    private func takeFirstCall(_ context: ChannelHandlerContext) {
        guard machine.state != .handshaking, let session, session.transport.receivedBytes > 0
        else { return }
        drive(.received, context)
    }

    /// The turn has come.
    func takeHandshakeTurn() {
        isWaitingForTurn = false
        guard let context, machine.state == .handshaking else { return }
        computeHandshake(context)
    }

    func handshakeTurnIsOver() {
        guard let context else { return }
        takeFirstCall(context)
        guard !isWaitingForTurn, isReadHeld || isReadPending || machine.needsInput else { return }
        isReadHeld = false
        context.read()
    }

    /// Others wait for the place of a handshake that has had time enough: it fails as if all its time were
    /// over. One that waits for its turn here is not to blame, and goes on.
    func giveUpHandshake() {
        guard let context, machine.state == .handshaking, !isWaitingForTurn else { return }
        drive(.timerFired, context)
    }

    /// The handshake is over, or never will be.
    func leaveTurns() {
        turns?.leave(self)
        isWaitingForTurn = false
    }

    func drive(_ event: TLSStateMachine.Event, _ context: ChannelHandlerContext) {
        switch machine.handle(event) {
        case .none: break
        case .beginHandshake: beginHandshake(context)
        case .advanceHandshake: advanceHandshake(context)
        case .announce: announce(context)
        case .decrypt: decrypt(context)
        case .discard: discard(context)
        case .encrypt: encrypt(context)
        case .announceInputClosed: announceInputClosed(context)
        case .announceTruncation:
            context.fireUserInboundEventTriggered(TLSInputClosed(clean: false))
            closeChannel(context)
        case .sendCloseNotify: sendCloseNotify(context)
        case .closeChannel: closeChannel(context)
        case .fail(let failure): fail(failure, context)
        case .drop: drop(context)
        }
    }
}

/// A handler belongs to the event loop of its channel.
@available(*, unavailable)
extension TLSHandler: Sendable {}
