import NIOCore

extension TLSHandler {
    // MARK: Inward

    /// Passes on the plaintext of all that has come in, as one read where it is not too large.
    func decrypt(_ context: ChannelHandlerContext) {
        // Called from within an upcall below: that loop goes on to the new bytes itself.
        guard !isDecrypting, let session else { return }
        isDecrypting = true
        var hasDelivered = false
        var next: TLSStateMachine.Event?
        while machine.deliversPlaintext {
            var plaintext = spare.take()
            let outcome = session.read(
                into: &plaintext, bytesMax: tls.limits.plaintextBytesPerReadMax)
            if plaintext.readableBytes > 0 {
                isReadPending = false
                hasDelivered = true
                context.fireChannelRead(wrapInboundOut(plaintext))
            }
            spare.giveBack(&plaintext)
            switch outcome {
            case .more: continue
            case .needsInput where session.transport.receivedBytes > 0: continue
            case .needsInput: break
            case .closeNotify: next = .closeNotify
            case .failed(let failure): next = .failed(failure)
            }
            break
        }
        isDecrypting = false
        if hasDelivered { context.fireChannelReadComplete() }
        if let next { drive(next, context) }
        // Those above have closed in an upcall: the rest may hold the peer's close_notify.
        if !machine.deliversPlaintext { drive(.received, context) }
    }

    /// Plaintext that nobody waits for any more is decrypted to find the close_notify behind it, as long
    /// as the peer does not go on sending as if nothing were.
    func discard(_ context: ChannelHandlerContext) {
        guard !isDecrypting, let session else { return }
        droppedBytes += session.transport.receivedBytes
        guard droppedBytes <= tls.limits.lingerBytesMax else {
            session.transport.dropReceived()
            return drive(.lingerOver, context)
        }
        while true {
            var plaintext = ByteBuffer()
            switch session.read(into: &plaintext, bytesMax: tls.limits.plaintextBytesPerReadMax) {
            case .more: continue
            case .needsInput: session.transport.dropReceived()
            case .closeNotify: drive(.closeNotify, context)
            case .failed(let failure): drive(.failed(failure), context)
            }
            return
        }
    }

    func announceInputClosed(_ context: ChannelHandlerContext) {
        session?.transport.dropReceived()
        schedule(after: tls.limits.halfClosedTimeoutSeconds, context)
        context.fireUserInboundEventTriggered(TLSInputClosed(clean: true))
    }

    // MARK: Outward

    /// Encrypts flushed writes a turn at a time while the channel takes them.
    func encrypt(_ context: ChannelHandlerContext) {
        // Writing may change the writability, which leads here again: the loop goes on by itself.
        guard !isEncrypting, let session else { return }
        isEncrypting = true
        var problem: TLSFailure?
        while problem == nil, writes.hasFlushed,
            context.channel.isWritable || isCloseNotifyDue
        {
            var sent = ByteBuffer()
            problem = encryptTurn(session, context, &sent)
            context.flush()
            spare.giveBack(&sent)
        }
        isEncrypting = false
        if let problem {
            drive(.failed(problem), context)
        } else if isCloseNotifyDue {
            isCloseNotifyDue = false
            finishSending(context)
        }
    }

    /// - Parameter sent: becomes what was written.
    private func encryptTurn(
        _ session: TLSSession, _ context: ChannelHandlerContext, _ sent: inout ByteBuffer
    ) -> TLSFailure? {
        var budget = tls.limits.plaintextBytesPerTurnMax
        var promises: [EventLoopPromise<Void>] = []
        var problem: TLSFailure?
        while budget > 0, problem == nil, let chunk = writes.nextChunk(bytesMax: budget) {
            budget -= max(1, chunk.bytes.readableBytes)
            promises += chunk.promises
            problem = session.write(chunk.bytes)
        }
        if let problem {
            for promise in promises { promise.fail(problem) }
            return problem
        }
        sent = session.transport.takeOutbound() ?? ByteBuffer()
        if sent.readableBytes > 0 || !promises.isEmpty {
            context.write(wrapOutboundOut(sent), promise: TLSHandler.joined(promises))
        }
        return nil
    }

    /// One promise that settles all: the channel's answer to the ciphertext is that of each write.
    private static func joined(_ promises: [EventLoopPromise<Void>]) -> EventLoopPromise<Void>? {
        guard let first = promises.first else { return nil }
        for other in promises.dropFirst() { first.futureResult.cascade(to: other) }
        return first
    }
}
