import Logging
import NIOCore

extension ServerConnection {
    /// Takes one frame.
    func receive(_ frame: InboundFrame, now: NIODeadline) {
        switch frame {
        case .call(let call): receiveCall(call, now: now)
        case .hello(let bytes): receiveHello(bytes)
        case .message(let message): receiveMessage(message)
        case .credit(let callID, let bytes): receiveCredit(callID: callID, bytes: bytes)
        case .cancel(let callID): receiveCancel(callID: callID)
        case .ping(let opaque): receivePing(opaque: opaque, now: now)
        case .pong(let opaque):
            let action = machine.receiveConnectionFrame()
            perform(action == .deliver ? machine.receivePong(opaque: opaque) : action)
        case .end: perform(machine.receiveServerFrame(.end))
        case .goAway: perform(machine.receiveServerFrame(.goAway))
        }
    }

    /// Carries out what the connection's machine decided.
    func perform(_ action: ConnectionStateMachine.Action) {
        switch action {
        case .none, .ignore, .deliver, .openCall, .refuseCall, .giveCredit, .withholdCredit: break
        case .admit: askForAdmission()
        case .sendHello: sendHello()
        case .announceDrain(let reason):
            writeGoAway(reason.status(Self.farewell), lastCallID: .max)
            writer.writeOpaque(.ping, ConnectionStateMachine.drainPing)
            scheduleFlush()
            armTimer()
        case .finishDrain(let reason, let lastCallID, let close):
            writeGoAway(reason.status(Self.farewell), lastCallID: lastCallID)
            close ? closeGracefully() : scheduleFlush()
        case .close: closeGracefully()
        case .abort: abort()
        case .fail(let status): fail(status)
        }
    }

    /// Carries out what the keepalive's machine decided.
    func perform(_ action: KeepaliveStateMachine.TickAction) {
        switch action {
        case .none: break
        case .sendPing:
            writer.writeOpaque(.ping, 0)
            scheduleFlush()
        case .peerIsGone:
            logPeer("the peer is gone", metadata: ["address": "\(remoteAddress)"])
            core.counters.count("KEEPALIVE_TIMEOUT")
            perform(machine.endOfInput())
        }
    }

    private static let farewell = "this connection takes no new calls; open another"

    private func fail(_ status: RPCStatus) {
        core.counters.count(status.reason)
        logPeer(
            "connection refused or broken off",
            metadata: [
                "address": "\(remoteAddress)", "code": "\(status.code)",
                "reason": "\(status.reason)", "message": "\(status.message)",
            ])
        writeGoAway(status, lastCallID: machine.lastCallID)
        closeGracefully()
    }

    private func writeGoAway(_ status: RPCStatus, lastCallID: UInt32) {
        guard let body = try? StatusCoding.goAway(status, lastCallID: lastCallID) else { return }
        writer.write(.goAway, body: body)
    }

    // MARK: Hello

    private func receiveHello(_ bytes: UnsafeRawBufferPointer) {
        guard machine.state == .awaitingHello else {
            perform(machine.receiveHello(versions: []))
            return
        }
        do {
            let hello = try Hello(decoding: bytes, limits: .hello)
            let name = hello.implementation.utf8
            guard name.count <= Limits.implementationBytesMax,
                name.allSatisfy({ (0x20...0x7e).contains($0) })
            else {
                perform(
                    machine.fail(
                        LibraryReason.protocolError.status(
                            "Hello.implementation is not printable ASCII of at most 64 bytes")))
                return
            }
            implementation = hello.implementation
            logger[metadataKey: "implementation"] = "\(hello.implementation)"
            perform(machine.receiveHello(versions: hello.versions))
        } catch {
            perform(
                machine.fail(
                    LibraryReason.protocolError.status("the Hello is wrong: \(error.message)")))
        }
    }

    /// Asks the authority, which may have to look into a database; reading waits meanwhile.
    private func askForAdmission() {
        guard let peer else { return }
        let authority = core.authority
        let bound = NIOLoopBound(self, eventLoop: eventLoop)
        Task(executorPreference: executor) {
            var refusal: RPCStatus?
            do throws(RPCStatus) {
                try await authority.admit(peer)
            } catch {
                refusal = error
            }
            bound.value.admissionDecided(refusal)
        }
    }

    private func admissionDecided(_ refusal: RPCStatus?) {
        var refusal = refusal
        if refusal == nil, machine.state == .admitting, let peer {
            organisation = core.organisations.join(peer)
            if organisation == nil {
                refusal = LibraryReason.tooManyConnections.status(
                    "the organisation has as many connections as it may")
            }
            if let organisation {
                let now = eventLoop.now
                loopUse.takeOver(executor.departed.counted(organisation.name, at: now), at: now)
            }
            // What came behind the Hello is given back to the organisation's share, so it is taken
            // from it, too.
            _ = organisation?.hold(bytes: heldFrameBytes)
        }
        perform(machine.receiveAdmission(refusal: refusal, now: eventLoop.now))
        armTimer()
        resumeReading()
    }

    private func sendHello() {
        var hello = Hello()
        hello.versions = [ProtocolVersion.current]
        hello.implementation = ProtocolVersion.implementation
        hello.limits = ConnectionLimits(core.limits)
        hello.admittedAs = peer?.uri ?? ""
        guard let body = try? hello.encoded() else { return abort() }
        writer.write(.hello, body: body)
        scheduleFlush()
        logPeer("connection admitted", metadata: ["address": "\(remoteAddress)"])
    }

    // MARK: Frames of calls and of the connection

    private func receiveCredit(callID: UInt32, bytes: UInt32) {
        let action =
            callID == 0
            ? machine.receiveConnectionCredit(bytes: Int(bytes))
            : machine.receiveFrame(callID: callID)
        guard action == .deliver, let call = calls[callID] else {
            perform(action)
            // Credit of the connection may be what streams have waited for.
            return resumeStreams()
        }
        perform(call.machine.receiveCredit(bytes: Int(bytes)), on: call)
    }

    private func receiveCancel(callID: UInt32) {
        let action = machine.receiveFrame(callID: callID)
        guard action == .deliver, let call = calls[callID] else { return perform(action) }
        perform(call.machine.receiveCancel(), on: call)
    }

    private func receivePing(opaque: UInt64, now: NIODeadline) {
        let action = machine.receiveConnectionFrame()
        guard action == .deliver else { return perform(action) }
        switch keepalive.receivePing(now: now) {
        case .pong:
            writer.writeOpaque(.pong, opaque)
            scheduleFlush()
        case .tooManyPings:
            perform(
                machine.fail(
                    LibraryReason.tooManyPings.status(
                        "pings came more often than every "
                            + "\(core.limits.pingIntervalMillisecondsMin) ms")))
        }
    }
}

extension MessageLimits {
    /// A Hello is small: nobody who is not admitted yet makes us allocate.
    static let hello = MessageLimits(
        depthMax: 3, fieldsMax: 64, elementsMax: 32, unknownFieldsMax: 16, arenaBytesMax: 16_384)
}

extension ConnectionLimits {
    /// What a client has to know of a server's limits.
    init(_ limits: Limits) {
        self.init()
        frameBytesMax = UInt32(clamping: limits.frameBytesMax)
        messageBytesMax = UInt32(clamping: limits.messageBytesMax)
        openCallsMax = UInt32(clamping: limits.openCallsMax)
        metadataBytesMax = UInt32(clamping: limits.metadataBytesMax)
        callCreditBytes = UInt32(clamping: limits.callCreditBytes)
        connectionCreditBytes = UInt32(clamping: limits.connectionCreditBytes)
        idleMillisecondsMax = UInt32(clamping: limits.idleMillisecondsMax)
        pingIntervalMillisecondsMin = UInt32(clamping: limits.pingIntervalMillisecondsMin)
        metadataEntriesMax = UInt32(clamping: limits.metadataEntriesMax)
        usefulMillisecondsMin = UInt32(clamping: limits.usefulMillisecondsMin)
        timeoutMillisecondsMax = UInt32(clamping: limits.timeoutMillisecondsMax)
    }
}
