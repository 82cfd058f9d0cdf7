import Logging
import NIOCore

/// One connection of a server, above TLS: carries out what the state machines decide.
///
/// Everything here runs on the connection's event loop. Frames are read in place, calls run as
/// tasks on the loop's executor, and what they answer is gathered and written once a turn.
final class ServerConnection: ChannelDuplexHandler, LoopFlushing {
    typealias InboundIn = ByteBuffer
    typealias OutboundIn = Never
    typealias OutboundOut = ByteBuffer

    let core: ServerCore
    let executor: LoopTaskExecutor
    let eventLoop: any EventLoop
    let remoteAddress: String
    /// Whose share of connections the address takes.
    let addressShare: AddressShare
    /// Random name of the connection; call references begin with it.
    let reference: String

    var machine: ConnectionStateMachine
    var keepalive: KeepaliveStateMachine
    var calls: [UInt32: ServerCall] = [:]
    /// Tasks that have not returned, those of calls included that have ended.
    var runningHandlers = 0
    var peer: PeerIdentity?
    /// What the peer's organisation has open; nil before the admission.
    var organisation: OrganisationUse?
    /// What the client said of itself.
    var implementation = ""
    /// The method that was called last.
    var lastMethod: MethodTable.Entry?
    var writer: FrameWriter
    var outbound = StreamOutbound()
    /// Streams that wait to write, the longest first.
    var waitingStreams: [ServerStream] = []
    var tally = ConnectionTally()
    /// Which version of the server's notice the peer was told last.
    var noticeVersion: UInt64 = 0
    let openedAt = Timestamp.now()
    let acceptedAt: NIODeadline
    var lastCallAt: NIODeadline?
    /// What TLS agreed on; nil during the handshake.
    private(set) var session: ConnectionInfo.Session?
    var logger: Logger

    private(set) var context: ChannelHandlerContext?
    var frames: FrameBuffer
    /// Bytes of a large unfinished frame, as the server's counters know them.
    var heldFrameBytes = 0
    private(set) var isHandshaking = true
    private(set) var isClosing = false
    var isFlushScheduled = false
    /// The channel wants to read, which has to wait.
    var isReadPending = false
    /// What is read next was waited for: it is taken at once.
    var isReadGranted = false
    /// How long the last read took until its plaintext was here; zero where that was a small one.
    var lastReadTime = TimeAmount.zero
    var turns = ReadingTurns()
    var loopUse = LoopUse()
    /// Bytes written since the peer stopped to read, as the server's counters know them.
    var unreadBytes = 0
    private(set) var registryID: UInt64?
    private(set) var hasReleased = false
    /// Since when the peer does not read what is sent.
    var stalledSince: NIODeadline?
    var timer: Scheduled<Void>?
    var timerAt = NIODeadline.distantFuture
    /// When the first of the open calls runs out of time.
    var callDeadline = NIODeadline.distantFuture

    /// A connection from `remoteAddress` on the loop of `executor`.
    init(core: ServerCore, executor: LoopTaskExecutor, remoteAddress: String) {
        self.core = core
        self.executor = executor
        self.eventLoop = executor.eventLoop
        self.writer = FrameWriter(spare: executor.spare)
        self.remoteAddress = remoteAddress
        addressShare = AddressShare(remoteAddress)
        self.reference = randomReference()
        let now = executor.eventLoop.now
        acceptedAt = now
        machine = ConnectionStateMachine(
            limits: core.limits, ageFactor: Double.random(in: 0.9...1.1), now: now)
        keepalive = KeepaliveStateMachine(limits: core.limits, now: now)
        frames = FrameBuffer(frameBytesMax: Limits.helloBytesMax)
        var logger = core.logger
        logger[metadataKey: "connection"] = "\(reference)"
        self.logger = logger
    }

    // MARK: Life in the channel

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        core.counters.connectionOpened()
        let bound = NIOLoopBound(self, eventLoop: eventLoop)
        switch core.registry.add(bound, addressShare) {
        case .success(let id): registryID = id
        case .failure(let refused):
            core.counters.connectionRefused(reason: refused.refusal.rawValue)
            isClosing = true
            context.close(promise: nil)
        }
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        leave()
        self.context = nil
    }

    func channelInactive(context: ChannelHandlerContext) {
        leave()
        context.fireChannelInactive()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        switch event {
        case let event as TLSHandshakeCompleted: handshakeCompleted(event)
        case let event as TLSInputClosed: inputClosed(clean: event.clean)
        default: context.fireUserInboundEventTriggered(event)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        if let failure = error as? TLSFailure {
            tlsFailed(failure)
        } else {
            logger.debug("connection failed", metadata: ["error": "\(error)"])
            perform(machine.endOfInput())
        }
    }

    /// TLS tells the peer why and then closes the channel by itself.
    private func tlsFailed(_ failure: TLSFailure) {
        let address: Logger.Metadata = ["address": "\(remoteAddress)"]
        logPeer("TLS failed", metadata: address.merging(failure.logMetadata) { first, _ in first })
        if isHandshaking { core.counters.handshakeFailed(reason: failure.reason.rawValue) }
        endHandshake()
        _ = machine.endOfInput()
        isClosing = true
        cancelAllCalls()
    }

    private func handshakeCompleted(_ event: TLSHandshakeCompleted) {
        core.counters.handshakeCompleted()
        session = ConnectionInfo.Session(
            protocolVersion: event.protocolVersion, cipher: event.cipher,
            certificateNotAfter: Timestamp(seconds: event.peer.notAfter))
        endHandshake()
        do {
            let peer = try PeerIdentity(certificate: event.peer, remoteAddress: remoteAddress)
            self.peer = peer
            logger[metadataKey: "peer"] = "\(peer.uri)"
        } catch {
            // TLS lets nobody through whose certificate has no identity, so this cannot be reached;
            // if it could, the peer would still be nobody.
            perform(machine.fail(RPCStatus(.unauthenticated, "BAD_IDENTITY", "no identity")))
            return
        }
        let now = eventLoop.now
        machine = ConnectionStateMachine(
            limits: core.limits, ageFactor: Double.random(in: 0.9...1.1), now: now)
        keepalive = KeepaliveStateMachine(limits: core.limits, now: now)
        armTimer()
    }

    private func endHandshake() {
        guard isHandshaking else { return }
        isHandshaking = false
        core.gate.handshakeEnded()
        if let registryID { core.registry.handshakeEnded(registryID, addressShare) }
    }

    /// Others wait for the place of its handshake, which has had time enough.
    func giveUpHandshake() {
        guard isHandshaking, let context else { return }
        let below = try? context.pipeline.syncOperations.handler(type: TLSHandler.self)
        below?.giveUpHandshake()
    }

    /// The connection is over: tell everybody, once.
    private func leave() {
        guard !hasReleased else { return }
        hasReleased = true
        endHandshake()
        core.counters.connectionClosed()
        forgetUnfinishedFrame()
        forgetUnread()
        if turns.isWaiting { executor.stopWaiting(self) }
        timer?.cancel()
        timer = nil
        _ = machine.endOfInput()
        isClosing = true
        cancelAllCalls()
        if let organisation {
            core.organisations.leave(organisation)
            executor.departed.remember(loopUse, of: organisation.name, at: eventLoop.now)
        }
        if let registryID { core.registry.remove(registryID, addressShare) }
        logger.debug("connection closed", metadata: ["address": "\(remoteAddress)"])
    }

    private func inputClosed(clean: Bool) {
        if frames.isInsideFrame && mayRead {
            logPeer(
                "the connection ended inside a frame",
                metadata: [
                    "address": "\(remoteAddress)", "clean": "\(clean)",
                    "bytes": "\(frames.bufferedBytes)",
                ])
            core.counters.count("TRUNCATED_FRAME")
        }
        // Whoever has sent close_notify waits for no answer: handlers are cancelled.
        _ = machine.endOfInput()
        closeGracefully()
    }

    // MARK: Closing

    /// The server is being shut down.
    func drain(within limit: TimeAmount) {
        if isHandshaking {
            abort()
        } else {
            perform(machine.drain(.draining, within: limit, now: eventLoop.now))
            armTimer()
        }
    }

    /// The peer's admission has been withdrawn.
    func withdrawAdmission() {
        withdraw(
            LibraryReason.admissionWithdrawn.status(
                "the admission of \(peer?.uri ?? "this peer") has been withdrawn"))
    }

    /// Ends the connection with a GoAway that says why the peer is no longer welcome.
    func withdraw(_ status: RPCStatus) { perform(machine.fail(status)) }

    /// Sends what is written and closes in good order; nothing is read any more.
    func closeGracefully() {
        guard !isClosing else { return }
        flushNow()
        isClosing = true
        cancelAllCalls()
        context?.close(promise: nil)
    }

    /// Closes without waiting for the peer, below TLS: it has left, or had its time.
    func abort() {
        isClosing = true
        cancelAllCalls()
        guard let context else { return }
        let below = try? context.pipeline.syncOperations.context(handlerType: TLSHandler.self)
        (below ?? context).close(promise: nil)
    }
}
