import NIOCore

/// Taking frames of the server.
extension ClientConnection {
    /// Takes one frame.
    func receive(_ frame: InboundFrame, now: NIODeadline) {
        switch frame {
        case .end(let end): receiveEnd(end, now: now)
        case .message(let message): receiveMessage(message)
        case .credit(let callID, let bytes): receiveCredit(callID: callID, bytes: Int(bytes))
        case .hello(let bytes): receiveHello(bytes)
        case .goAway(let bytes): receiveGoAway(bytes)
        case .ping(let opaque): receivePing(opaque)
        case .pong(let opaque):
            perform(machine.receivePing())
            guard let ping = pings.removeValue(forKey: opaque) else { return }
            ping.continuation.resume(returning: Duration(now - ping.sent))
        case .call, .cancel: perform(machine.receiveClientFrame())
        }
    }

    private func receivePing(_ opaque: UInt64) {
        perform(machine.receivePing())
        guard machine.state == .ready || machine.state == .goingAway else { return }
        if context?.channel.isWritable == false {
            // Pongs that nobody reads must not pile up.
            unreadPongs += 1
            guard unreadPongs <= Self.unreadPongsMax else {
                return perform(machine.violation("pings and does not read the answers"))
            }
        } else {
            unreadPongs = 0
        }
        writer.writeOpaque(.pong, opaque)
        scheduleFlush()
    }

    private func receiveHello(_ bytes: UnsafeRawBufferPointer) {
        do throws(RPCStatus) {
            let hello = try Hello(decoding: bytes, limits: .hello)
            let action = machine.receiveHello(versions: hello.versions)
            if action == .admitted {
                admitted(hello.limits ?? ConnectionLimits())
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
            let action = machine.receiveGoAway(lastCallID: goAway.lastCallID, status: status)
            if machine.state == .goingAway { observer?(.goingAway) }
            perform(action)
        } catch {
            perform(machine.close(error))
        }
    }

    private func receiveEnd(_ end: EndFrame, now: NIODeadline) {
        perform(machine.receiveCallFrame(id: end.callID))
        guard isOpen else { return }
        guard let call = calls.removeValue(forKey: end.callID) else {
            return perform(machine.violation("an End for a call that is over"))
        }
        defer { call.isOver() }
        let action = call.machine.receiveEnd(
            hasPayload: !end.payload.isEmpty, hasMetadata: end.metadata.count > 0)
        switch action {
        case .violation(let what):
            call.fail(
                CallFailure(
                    status: LibraryReason.protocolError.status("the server sent \(what)"),
                    origin: .client))
            return perform(machine.violation(what))
        case .ignore: break
        case .deliver: finish(call, end, now: now)
        }
        closeIfDone()
    }

    /// Tells the caller how the call ended.
    private func finish(_ call: ClientCall, _ end: EndFrame, now: NIODeadline) {
        do throws(RPCStatus) {
            let leading = try MetadataCoding.read(end.metadata, limits: .default)
            let trailing = try MetadataCoding.read(end.trailingMetadata, limits: .default)
            var failure: CallFailure?
            if let bytes = end.status {
                var status = try StatusCoding.decode(bytes)
                status.trailingMetadata = trailing
                if status.code == .cancelled, now >= call.deadline {
                    // Our deadline and the server's crossed: it is the one that the caller set.
                    failure = .deadlineExceeded
                } else if status.code != .ok {
                    failure = CallFailure(status: status, origin: .server)
                }
            }
            switch call.receiver {
            case .unary(let continuation, let metadata):
                metadata?.set(leading: leading, trailing: trailing)
                if let failure {
                    continuation.resume(throwing: failure)
                } else {
                    continuation.resume(returning: Array(end.payload))
                }
            case .stream(let stream):
                let answer = call.machine.kind == .clientStream ? Array(end.payload) : nil
                stream.end(
                    failure: failure, answer: failure == nil ? answer : nil, leading: leading,
                    trailing: trailing)
            }
        } catch {
            call.fail(CallFailure(status: error, origin: .client))
        }
    }
}
