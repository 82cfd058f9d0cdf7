import NIOCore

extension TLSHandler {
    /// What was flushed is sent whether the channel is writable or not, because nothing comes after
    /// it; what was not flushed is lost, as with any channel.
    func sendCloseNotify(_ context: ChannelHandlerContext) {
        schedule(after: tls.limits.shutdownTimeoutSeconds, context)
        isCloseNotifyDue = true
        encrypt(context)
    }

    /// The queue is encrypted: close_notify follows it, and the connection waits until the channel
    /// has taken all of it, since closing a channel throws away what it still holds.
    func finishSending(_ context: ChannelHandlerContext) {
        for promise in writes.removeAll() { promise.fail(ChannelError.ioOnClosedChannel) }
        session?.sendCloseNotify()
        let bytes = session?.transport.takeOutbound() ?? ByteBuffer()
        let sent = context.eventLoop.makePromise(of: Void.self)
        sent.futureResult.assumeIsolated().whenSuccess { self.drive(.drained, context) }
        sent.futureResult.assumeIsolated().whenFailure { _ in self.drive(.endOfInput, context) }
        context.writeAndFlush(wrapOutboundOut(bytes), promise: sent)
        if machine.needsInput { context.read() }
    }

    func fail(_ failure: TLSFailure, _ context: ChannelHandlerContext) {
        cancelTimer()
        // OpenSSL has left an alert that tells the peer why.
        if let alert = session?.transport.takeOutbound() {
            context.writeAndFlush(wrapOutboundOut(alert), promise: nil)
        }
        for promise in writes.removeAll() { promise.fail(failure) }
        session?.transport.dropReceived()
        context.fireErrorCaught(failure)
        closeChannel(context)
    }

    func closeChannel(_ context: ChannelHandlerContext) {
        cancelTimer()
        for promise in writes.removeAll() { promise.fail(ChannelError.ioOnClosedChannel) }
        let promise = closePromise
        closePromise = nil
        context.close(promise: promise)
    }

    /// The channel is gone, or this handler is: lets go of everything.
    func finish(_ context: ChannelHandlerContext, with error: any Error) {
        cancelTimer()
        for promise in writes.removeAll() { promise.fail(error) }
        let promise = closePromise
        closePromise = nil
        promise?.succeed()
        session = nil
    }
}
