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
        let alert = session?.transport.takeOutbound()
        let sent = alert.map { context.writeAndFlush(wrapOutboundOut($0)) }
        for promise in writes.removeAll() { promise.fail(failure) }
        session?.transport.dropReceived()
        context.fireErrorCaught(failure)
        guard machine.state == .lingering else {
            closeChannel(context)
            return
        }
        // A client has nothing to explain to a server, and somebody waits for its failure.
        guard let sent, tls.side == .server else {
            drive(.lingerOver, context)
            return
        }
        schedule(after: tls.limits.lingerTimeoutSeconds, context)
        sent.assumeIsolated().whenComplete { _ in self.endOutput(context) }
    }

    /// The alert is out: tells the peer's transport that nothing follows, which makes it close.
    private func endOutput(_ context: ChannelHandlerContext) {
        guard machine.state == .lingering else { return }
        let ended = context.eventLoop.makePromise(of: Void.self)
        ended.futureResult.assumeIsolated().whenFailure { _ in self.drive(.lingerOver, context) }
        context.close(mode: .output, promise: ended)
        if machine.needsInput { context.read() }
    }

    func drop(_ context: ChannelHandlerContext) {
        droppedBytes += session?.transport.receivedBytes ?? 0
        session?.transport.dropReceived()
        if droppedBytes > tls.limits.lingerBytesMax { drive(.lingerOver, context) }
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
        leaveTurns()
        session = nil
    }
}
