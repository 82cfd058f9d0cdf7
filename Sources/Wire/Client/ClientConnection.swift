import NIOCore

/// One connection of a client, above TLS: carries out what `ClientStateMachine` decides. Everything
/// here runs on the connection's event loop.
final class ClientConnection: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    /// What becomes of a connection that was ready.
    enum Change: Sendable {
        /// It takes no new calls.
        case goingAway
        /// It is over.
        case closed(RPCStatus)
    }
    typealias Observer = @Sendable (Change) -> Void

    /// Calls that are open at once where the server sets no limit.
    static let openCallsMaxDefault = 1_024
    /// Bytes of the largest message that is sent, whatever the server allows: a frame's length has
    /// four bytes.
    static let messageBytesMaxDefault = 1_073_741_824
    /// Pongs that wait for a server which does not read.
    static let unreadPongsMax = 64

    let eventLoop: any EventLoop
    var machine = ClientStateMachine()
    var calls: [UInt32: ClientCall] = [:]
    /// Who waits for a Pong.
    var pings: [UInt64: PendingPing] = [:]
    /// Calls that wait until the server reads, the longest first.
    var waitingCalls = CircularBuffer<WaitingCall>()
    /// Bytes that may wait to be sent.
    let outboundBytesMax: Int
    var writer = FrameWriter()
    /// What the server allows; known once it has said Hello.
    var serverLimits = ConnectionLimits()
    /// What all streaming calls together may send, and the calls that wait for more of it or until
    /// the server reads.
    var sendCredit = CreditWindow(bytes: 0)
    var waitingForCredit: [UInt32] = []
    /// What the server may send for all streaming calls together, what of it goes back next, and what
    /// is kept back while readers hold too much.
    var receiveCredit = CreditWindow(bytes: 0)
    var receiveDebt = CreditDebt(windowBytes: 0)
    var withheldCredit = 0
    let budget: ReceiveBudget
    /// Pongs sent since the server stopped to read.
    var unreadPongs = 0
    /// Is told what becomes of the connection once the server has let us in.
    private var wasAdmitted = false
    let observer: Observer?
    var context: ChannelHandlerContext?

    private let implementation: String
    private let ready: EventLoopPromise<Hello>
    private var frames = FrameBuffer(frameBytesMax: Limits.default.frameBytesMax)
    private var keepaliveLimits = Limits.default
    private var keepalive: KeepaliveStateMachine
    private var isFlushScheduled = false
    private var timer: Scheduled<Void>?
    private var timerAt = NIODeadline.distantFuture
    private var callDeadline = NIODeadline.distantFuture

    /// A connection that fulfils `ready` with the server's Hello, or with why there is none.
    convenience init(
        configuration: ClientConfiguration, eventLoop: any EventLoop,
        ready: EventLoopPromise<Hello>, observer: Observer? = nil
    ) {
        self.init(
            implementation: configuration.implementation,
            bufferedBytesMax: configuration.bufferedBytesMax,
            outboundBytesMax: configuration.outboundBytesMax,
            keepaliveInterval: configuration.keepaliveInterval,
            keepaliveTimeout: configuration.keepaliveTimeout, eventLoop: eventLoop, ready: ready,
            observer: observer)
    }

    /// A connection with what it needs of a configuration: nothing of TLS.
    init(
        implementation: String, bufferedBytesMax: Int, outboundBytesMax: Int = 1_048_576,
        keepaliveInterval: Duration, keepaliveTimeout: Duration, eventLoop: any EventLoop,
        ready: EventLoopPromise<Hello>, observer: Observer? = nil
    ) {
        self.eventLoop = eventLoop
        self.ready = ready
        self.observer = observer
        self.implementation = implementation
        self.outboundBytesMax = max(1, outboundBytesMax)
        budget = ReceiveBudget(bytesMax: bufferedBytesMax)
        keepaliveLimits.keepaliveMilliseconds = keepaliveInterval.wholeMilliseconds
        keepaliveLimits.keepaliveTimeoutMilliseconds = keepaliveTimeout.wholeMilliseconds
        keepalive = KeepaliveStateMachine(limits: keepaliveLimits, now: eventLoop.now)
    }

    // MARK: Life in the channel

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        perform(machine.close(lost))
        self.context = nil
    }

    func channelInactive(context: ChannelHandlerContext) {
        perform(machine.close(lost))
        context.fireChannelInactive()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        switch event {
        case is TLSHandshakeCompleted: perform(machine.handshakeCompleted())
        case is TLSInputClosed: perform(machine.close(lost))
        default: context.fireUserInboundEventTriggered(event)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        if let failure = error as? TLSFailure {
            perform(machine.close(RPCStatus(clientFailure: failure)))
        } else {
            perform(machine.close(lost))
        }
    }

    private var lost: RPCStatus {
        let isIn = machine.state == .ready || machine.state == .goingAway
        return LibraryReason.connectionLost.status(
            isIn
                ? "the connection to the server was lost"
                : "the server closed the connection before it said whether we are admitted")
    }

    // MARK: Reading

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let now = eventLoop.now
        keepalive.receiveBytes(now: now)
        frames.append(unwrapInboundIn(data))
        // Moved out meanwhile: what a frame leads to may come back here.
        var frames = FrameBuffer(frameBytesMax: Limits.default.frameBytesMax)
        swap(&frames, &self.frames)
        do throws(FrameError) {
            while isOpen {
                let isFrame = try frames.withNextFrame { bytes throws(FrameError) in
                    receive(try InboundFrame(decoding: bytes), now: now)
                }
                if !isFrame { break }
            }
        } catch {
            perform(machine.close(error.status))
        }
        frames.shrink()
        swap(&frames, &self.frames)
        armTimer()
    }

    var isOpen: Bool {
        if case .closed = machine.state { false } else { true }
    }

    /// Carries out what the machine decided.
    func perform(_ action: ClientStateMachine.Action) {
        switch action {
        case .none: break
        case .sendHello: sendHello()
        case .admitted: armTimer()
        case .failCalls(let id):
            failCalls(above: id)
            failWaitingCalls(Self.leaving)
            closeIfDone()
        case .close(let status): close(status, .client)
        case .leave(let status, let lastCallID):
            failCalls(above: lastCallID)
            // Calls up to that id may have been started, whatever the reason says.
            let isProof = status.isSafeToRetry
            close(isProof ? LibraryReason.connectionLost.status(status.message) : status, .goAway)
        }
    }

    private static let leaving = LibraryReason.notProcessed.status(
        "the server is leaving and did not start this call; make it again")

    /// Calls that the server never started, as it says, whatever else it says.
    private func failCalls(above id: UInt32) {
        for (callID, call) in calls where callID > id {
            calls[callID] = nil
            call.isOver()
            guard !call.machine.isAbandoned else { continue }
            call.fail(CallFailure(status: Self.leaving, origin: .client))
        }
    }

    private func sendHello() {
        var hello = Hello()
        hello.versions = [ProtocolVersion.current]
        hello.implementation = implementation
        do {
            writer.write(.hello, body: try hello.encoded())
            flush()
        } catch {
            perform(machine.close(error))
        }
    }

    /// Tells the caller of `connect`.
    func fulfil(_ hello: Hello) {
        ready.succeed(hello)
    }

    /// The server told its limits.
    func admitted(_ limits: ConnectionLimits) {
        wasAdmitted = true
        serverLimits = limits
        // Pinging oftener than the server likes would cost the connection.
        keepaliveLimits.keepaliveMilliseconds = max(
            keepaliveLimits.keepaliveMilliseconds, Int(limits.pingIntervalMillisecondsMin))
        keepalive = KeepaliveStateMachine(limits: keepaliveLimits, now: eventLoop.now)
        let creditBytes = Int(limits.connectionCreditBytes)
        sendCredit = CreditWindow(bytes: creditBytes)
        receiveCredit = CreditWindow(bytes: creditBytes)
        receiveDebt = CreditDebt(windowBytes: creditBytes)
    }

    /// What a call's windows start with.
    var callCreditBytes: Int { Int(serverLimits.callCreditBytes) }

    /// Calls that may be open at once, those included that were given up and have no End yet.
    var openCallsMax: Int {
        let limit = Int(serverLimits.openCallsMax)
        return limit == 0 ? Self.openCallsMaxDefault : limit
    }

    /// A connection that the server leaves is closed when its last call is answered.
    func closeIfDone() {
        guard machine.state == .goingAway, calls.values.allSatisfy(\.machine.isAbandoned) else {
            return
        }
        perform(machine.close(LibraryReason.notProcessed.status("the server closed in order")))
    }

    /// Whoever connects has waited long enough, or wants no connection any more. Nothing happens where
    /// the server has let us in before: either that or this is so, and never both.
    func giveUpConnecting(_ status: RPCStatus) {
        if !wasAdmitted { perform(machine.close(status)) }
    }

    private func close(_ status: RPCStatus, _ origin: CallFailure.Origin) {
        timer?.cancel()
        timer = nil
        ready.fail(status)
        for call in calls.values {
            if !call.machine.isAbandoned {
                call.fail(CallFailure(status: status, origin: origin))
            }
            call.isOver()
        }
        calls = [:]
        failWaitingCalls(status)
        for ping in pings.values { ping.continuation.resume(throwing: status) }
        pings = [:]
        if !writer.isEmpty { flush() }
        context?.close(promise: nil)
        if wasAdmitted { observer?(.closed(status)) }
    }

    // MARK: Writing

    /// What was written goes out once this turn's other calls are written too.
    func scheduleFlush() {
        guard !isFlushScheduled else { return }
        isFlushScheduled = true
        eventLoop.assumeIsolated().execute { self.flush() }
    }

    private func flush() {
        isFlushScheduled = false
        guard let context, !writer.isEmpty else { return }
        context.writeAndFlush(wrapOutboundOut(writer.take()), promise: nil)
        resumeSending()
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        resumeSending()
        context.fireChannelWritabilityChanged()
    }

    // MARK: Time

    /// Makes sure that `deadline` is noticed.
    func watch(_ deadline: NIODeadline) {
        callDeadline = min(callDeadline, deadline)
        armTimer()
    }

    private func armTimer() {
        let next = min(callDeadline, keepalive.nextDeadline)
        guard isOpen, next < timerAt else { return }
        timer?.cancel()
        timerAt = next
        timer = eventLoop.assumeIsolated().scheduleTask(deadline: next) { self.tick() }
    }

    private func tick() {
        timerAt = .distantFuture
        let now = eventLoop.now
        if now >= callDeadline {
            callDeadline = .distantFuture
            for (id, call) in calls {
                if call.deadline <= now {
                    giveUp(id, .deadlineExceeded)
                } else {
                    callDeadline = min(callDeadline, call.deadline)
                }
            }
            callDeadline = min(callDeadline, expireWhatWaits(now: now))
        }
        switch keepalive.tick(now: now) {
        case .none: break
        case .sendPing where machine.state == .ready || machine.state == .goingAway:
            writer.writeOpaque(.ping, 0)
            scheduleFlush()
        case .sendPing: break
        case .peerIsGone:
            perform(
                machine.close(
                    LibraryReason.connectionLost.status("the server does not answer any more")))
        }
        armTimer()
    }
}
