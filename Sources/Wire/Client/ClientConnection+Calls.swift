import NIOCore
import Synchronization

extension ClientConnection {
    // MARK: Making calls

    /// Sends a call, unless its task was cancelled first.
    func start(
        _ request: ClientRequest, token: CallToken,
        continuation: CheckedContinuation<[UInt8], any Error>
    ) {
        guard !token.isCancelled.load(ordering: .acquiring) else {
            continuation.resume(throwing: cancelled)
            return
        }
        do throws(RPCStatus) {
            try check(request)
            let id = try machine.openCall()
            token.callID.store(id, ordering: .relaxed)
            let milliseconds = max(1, (request.timeout.nanoseconds + 999_999) / 1_000_000)
            writer.writeCall(
                callID: id, method: request.method,
                timeoutMilliseconds: UInt32(clamping: milliseconds), metadata: request.metadata,
                payload: request.payload)
            let deadline = eventLoop.now + request.timeout
            calls[id] = ClientCall(continuation: continuation, deadline: deadline)
            scheduleFlush()
            watch(deadline)
        } catch {
            continuation.resume(throwing: error)
        }
    }

    /// Refuses here what the server would refuse there.
    private func check(_ request: ClientRequest) throws(RPCStatus) {
        let limits = serverLimits
        if limits.messageBytesMax > 0, request.payload.count > limits.messageBytesMax {
            throw LibraryReason.messageTooLarge.status(
                "a request of \(request.payload.count) bytes is over the server's limit of "
                    + "\(limits.messageBytesMax)")
        }
        if limits.metadataBytesMax > 0, request.metadataBytes > limits.metadataBytesMax {
            throw LibraryReason.metadataTooLarge.status(
                "the metadata is over the server's limit of \(limits.metadataBytesMax) bytes")
        }
        if limits.openCallsMax > 0, calls.count >= limits.openCallsMax {
            throw LibraryReason.tooManyOpenCalls.status(
                "\(calls.count) calls are open on this connection, which is the server's limit")
        }
    }

    /// The task that makes the call was cancelled.
    func cancel(_ token: CallToken) {
        let id = token.callID.load(ordering: .relaxed)
        guard id != 0, let call = calls.removeValue(forKey: id) else { return }
        writer.writeCancel(callID: id)
        scheduleFlush()
        call.continuation.resume(throwing: cancelled)
        closeIfDone()
    }

    private var cancelled: RPCStatus {
        LibraryReason.cancelled.status("the call was cancelled")
    }

    /// Sends a ping.
    func ping(_ opaque: UInt64, continuation: CheckedContinuation<Duration, any Error>) {
        switch machine.state {
        case .ready, .goingAway:
            pings[opaque] = continuation
            pingsSent[opaque] = eventLoop.now
            writer.writeOpaque(.ping, opaque)
            scheduleFlush()
        case .closed(let status): continuation.resume(throwing: status)
        case .connecting, .awaitingHello:
            continuation.resume(
                throwing: LibraryReason.notProcessed.status("the connection is not ready"))
        }
    }

    // MARK: Frames

    /// Takes one frame.
    func receive(_ frame: InboundFrame, now: NIODeadline) {
        switch frame {
        case .end(let end): receiveEnd(end, now: now)
        case .hello(let bytes): receiveHello(bytes)
        case .goAway(let bytes): receiveGoAway(bytes)
        case .ping(let opaque):
            perform(machine.receivePing())
            guard machine.state == .ready || machine.state == .goingAway else { return }
            writer.writeOpaque(.pong, opaque)
            scheduleFlush()
        case .pong(let opaque):
            perform(machine.receivePing())
            guard let continuation = pings.removeValue(forKey: opaque),
                let sent = pingsSent.removeValue(forKey: opaque)
            else { return }
            continuation.resume(returning: Duration(now - sent))
        case .credit(let callID, _):
            // Nothing waits for credit while every method is unary.
            if callID != 0 { perform(machine.receiveCallFrame(id: callID)) }
        case .message(let message): perform(machine.receiveCallFrame(id: message.callID))
        case .call, .cancel: perform(machine.receiveClientFrame())
        }
    }

    private func receiveHello(_ bytes: UnsafeRawBufferPointer) {
        do throws(RPCStatus) {
            let hello = try Hello(decoding: bytes, limits: .hello)
            let action = machine.receiveHello(versions: hello.versions)
            if action == .admitted {
                serverLimits = hello.limits ?? ConnectionLimits()
                fulfil(hello)
            }
            perform(action)
        } catch {
            perform(machine.close(error))
        }
    }

    private func receiveGoAway(_ bytes: UnsafeRawBufferPointer) {
        do throws(RPCStatus) {
            let goAway = try GoAway(decoding: bytes)
            let status = RPCStatus(
                RPCCode(rawValue: goAway.code) ?? .unknown, goAway.reason, goAway.message)
            if status.code != .ok {
                // What the server says it never started may be made again, whatever the reason.
                perform(.failCalls(above: goAway.lastCallID))
            }
            perform(machine.receiveGoAway(lastCallID: goAway.lastCallID, status: status))
        } catch {
            perform(machine.close(error))
        }
    }

    private func receiveEnd(_ end: EndFrame, now: NIODeadline) {
        perform(machine.receiveCallFrame(id: end.callID))
        guard let call = calls.removeValue(forKey: end.callID) else { return }
        guard let bytes = end.status else {
            call.continuation.resume(returning: Array(end.payload))
            return closeIfDone()
        }
        do throws(RPCStatus) {
            let status = try StatusCoding.decode(bytes)
            if status.code == .ok {
                call.continuation.resume(returning: Array(end.payload))
            } else if status.code == .cancelled, now >= call.deadline {
                // Our deadline and the server's crossed: it is the deadline that the caller set.
                throw LibraryReason.deadlineExceeded.status("the call's time is over")
            } else {
                throw status
            }
        } catch {
            call.continuation.resume(throwing: error)
        }
        closeIfDone()
    }
}
