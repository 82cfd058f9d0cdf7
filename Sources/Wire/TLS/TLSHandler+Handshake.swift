import NIOCore

extension TLSHandler {
    func beginHandshake(_ context: ChannelHandlerContext) {
        do {
            session = try TLSSession(context: tls, spare: spare)
        } catch {
            drive(.failed(error), context)
            return
        }
        schedule(after: tls.limits.handshakeTimeoutSeconds, context)
        // A client begins at once; a server has nothing to compute before something came.
        computeHandshake(context)
        // Nobody above needs to ask for the handshake's bytes.
        if machine.needsInput { context.read() }
    }

    func advanceHandshake(_ context: ChannelHandlerContext) {
        guard session != nil else { return }
        computeInTurn(context)
    }

    /// Computes what can be computed of what has come.
    func computeHandshake(_ context: ChannelHandlerContext) {
        guard let session else { return }
        let progress = session.handshake()
        // The alert of a failure is sent with what belongs to it.
        if case .failed(let failure) = progress {
            drive(.failed(failure), context)
            return
        }
        if let bytes = session.transport.takeOutbound() {
            context.writeAndFlush(wrapOutboundOut(bytes), promise: nil)
        }
        if progress == .done { drive(.handshakeDone, context) }
    }

    /// After each event the state may be another, because those above may have closed; the machine
    /// then makes nothing of the following ones.
    func announce(_ context: ChannelHandlerContext) {
        cancelTimer()
        if let completion = session?.takeCompletion() {
            validUntil = completion.validUntil
            context.fireUserInboundEventTriggered(completion)
        }
        drive(.flush, context)
    }

    // MARK: The one timer

    func schedule(after seconds: Int, _ context: ChannelHandlerContext) {
        timer?.cancel()
        let loop = context.eventLoop.assumeIsolated()
        timer = loop.scheduleTask(in: .seconds(Int64(seconds))) {
            self.timer = nil
            self.drive(.timerFired, context)
        }
    }

    func cancelTimer() {
        timer?.cancel()
        timer = nil
    }
}
