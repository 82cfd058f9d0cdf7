import Logging
import NIOCore

extension ServerConnection {
    // MARK: Starting

    /// A Call frame: everything that is decided before the handler, in PROTOCOL.md's order
    /// ("Calls"), so that an early refusal costs nothing that a later check would.
    func receiveCall(_ frame: CallFrame, now: NIODeadline) {
        let action = machine.receiveCall(id: frame.callID)
        switch action {
        case .openCall: break
        case .refuseCall(let reason):
            core.counters.callReceived()
            refuse(frame.callID, reason.status("this connection has too many open calls"))
            return
        default: return perform(action)
        }
        core.counters.callReceived()
        keepalive.noteCall()
        do throws(RPCStatus) {
            try start(frame, now: now)
        } catch {
            refuse(frame.callID, error)
            perform(machine.endCall(now: now))
        }
    }

    private func start(_ frame: CallFrame, now: NIODeadline) throws(RPCStatus) {
        guard let peer else { throw LibraryReason.internalError.status("the peer is not known") }
        guard core.authority.isAdmitted(peer) else {
            return withdrawAdmission()
        }
        let method = try find(frame.method)
        let call = try makeCall(frame, method: method.descriptor, now: now)
        var context = ServerContext(
            peer: peer, method: method.descriptor, deadline: .now + .init(call.deadline - now),
            metadata: try MetadataCoding.read(frame.metadata, limits: core.limits),
            callReference: call.reference)

        guard method.descriptor.callers.contains(peer.kind) else {
            let status = LibraryReason.methodNotPermitted.status(
                "\(peer.kind.rawValue) systems may not call \(method.descriptor.fullName)")
            guard method.descriptor.isAudited else { throw status }
            if let prepared = try? method.prepare(frame.payload, .standard) {
                context.address = prepared.address
            }
            try run(call, context, requestBytes: 0) { authority, context in
                // A task of its own: a caller that cancels must not escape the record.
                let record = Task { try await authority.recordRefusal(context, status) }
                guard case .failure(let error) = await record.result else { throw status }
                throw AuditFailure(cause: error)
            }
            return
        }
        let prepared = try method.prepare(frame.payload, .standard)
        context.address = prepared.address
        try run(call, context, requestBytes: frame.payload.count) { authority, context in
            try await authority.authorize(context)
            return try await prepared.run(context)
        }
    }

    private func find(_ name: UnsafeRawBufferPointer) throws(RPCStatus) -> RegisteredMethod {
        switch core.methods.find(name) {
        case .method(let method): return method
        case .unknownMethod:
            throw LibraryReason.unknownMethod.status("the service has no method of that name")
        case .unknownService:
            throw LibraryReason.unknownService.status("there is no service of that name here")
        }
    }

    private func makeCall(
        _ frame: CallFrame, method: MethodDescriptor, now: NIODeadline
    ) throws(RPCStatus) -> ServerCall {
        let limits = core.limits
        guard frame.payload.count <= limits.messageBytesMax else {
            throw LibraryReason.messageTooLarge.status(
                "a request of \(frame.payload.count) bytes is over the limit of "
                    + "\(limits.messageBytesMax)")
        }
        let timeout =
            frame.timeoutMilliseconds == 0
            ? limits.timeoutMillisecondsDefault : Int(frame.timeoutMilliseconds)
        guard timeout >= limits.usefulMillisecondsMin else {
            throw LibraryReason.deadlineTooShort.status(
                "\(timeout) ms are less than the \(limits.usefulMillisecondsMin) that a call needs")
        }
        let allowed = min(timeout, limits.timeoutMillisecondsMax)
        var call = CallStateMachine(kind: method.kind, creditBytes: limits.callCreditBytes)
        switch call.receiveCall(
            hasPayload: frame.hasPayload, payloadBytes: frame.payload.count,
            endOfStream: frame.endOfStream)
        {
        case .start: break
        default:
            throw LibraryReason.wrongCallKind.status(
                "\(method.fullName) takes exactly one message, sent with the call")
        }
        return ServerCall(
            id: frame.callID, method: method, reference: "\(reference)-\(frame.callID)",
            startedAt: now, deadline: now + .milliseconds(Int64(allowed)), machine: call)
    }

    /// Starts the task of a call on the loop's executor.
    private func run(
        _ call: ServerCall, _ context: ServerContext, requestBytes: Int,
        _ body: @escaping @Sendable (any ServerAuthority, ServerContext) async throws -> [UInt8]
    ) throws(RPCStatus) {
        guard runningHandlers < core.limits.connectionHandlersMax else {
            throw LibraryReason.tooManyRunningHandlers.status(
                "handlers of this connection's cancelled calls have yet to finish",
                retryAfterMilliseconds: 100)
        }
        guard core.counters.startHandler(limit: core.limits.serverHandlersMax) else {
            throw LibraryReason.serverBusy.status(
                "the server runs as many calls as it can", retryAfterMilliseconds: 100)
        }
        let heldBytes = core.counters.holdRequest(bytes: requestBytes)
        guard
            heldBytes <= core.limits.serverRequestBytesMax
                || requestBytes <= Limits.smallRequestBytesMax
        else {
            core.counters.releaseRequest(bytes: requestBytes)
            core.counters.endHandler()
            throw LibraryReason.serverBusy.status(
                "the server holds as many requests as it can", retryAfterMilliseconds: 100)
        }
        runningHandlers += 1
        calls[call.id] = call
        callDeadline = min(callDeadline, call.deadline)
        let bound = NIOLoopBound(self, eventLoop: eventLoop)
        let authority = core.authority
        let id = call.id
        call.task = Task(executorPreference: executor) {
            let outcome: Result<[UInt8], any Error>
            do {
                outcome = .success(try await body(authority, context))
            } catch {
                outcome = .failure(error)
            }
            bound.value.handlerReturned(id, outcome, requestBytes: requestBytes)
        }
    }

    // MARK: Ending

    private func handlerReturned(
        _ id: UInt32, _ outcome: Result<[UInt8], any Error>, requestBytes: Int
    ) {
        runningHandlers -= 1
        core.counters.releaseRequest(bytes: requestBytes)
        core.counters.endHandler()
        guard let call = calls[id] else { return }
        switch outcome {
        case .success(let payload) where payload.count > core.limits.messageBytesMax:
            end(
                call,
                LibraryReason.responseTooLarge.status(
                    "the answer is over the limit of \(core.limits.messageBytesMax) bytes"))
        case .success(let payload): end(call, nil, payload: payload)
        case .failure(let error): end(call, status(of: error, call))
        }
    }

    /// The one mapping from what a handler throws to what the caller gets.
    private func status(of error: any Error, _ call: ServerCall) -> RPCStatus {
        switch error {
        case let status as RPCStatus where status.code != .ok: return status
        case let failure as AuditFailure:
            logger.error(
                "a refusal could not be recorded",
                metadata: ["call": "\(call.reference)", "error": "\(failure.cause)"])
            return LibraryReason.auditUnavailable.status(
                "the audit trail cannot be written; nothing was done")
        case is CancellationError:
            return LibraryReason.cancelled.status("the call was cancelled")
        default:
            logger.error(
                "a handler failed",
                metadata: [
                    "call": "\(call.reference)", "method": "\(call.method.fullName)",
                    "error": "\(error)",
                ])
            return LibraryReason.internalError.status(
                "the server failed; incident \(call.reference)")
        }
    }

    /// Sends a call's End and forgets the call. Its task goes on until it returns.
    private func end(_ call: ServerCall, _ status: RPCStatus?, payload: [UInt8] = []) {
        guard call.machine.sendEnd() else { return }
        calls[call.id] = nil
        let now = eventLoop.now
        writeEnd(call.id, status, payload: payload)
        if let status {
            logEnd(call, status, now: now)
        } else {
            core.counters.callSucceeded()
            logger.debug(
                "call",
                metadata: [
                    "call": "\(call.reference)", "method": "\(call.method.fullName)",
                    "code": "OK", "microseconds": "\((now - call.startedAt).nanoseconds / 1_000)",
                ])
        }
        perform(machine.endCall(now: now))
    }

    private func logEnd(_ call: ServerCall, _ status: RPCStatus, now: NIODeadline) {
        core.counters.count(status.reason)
        logPeer(
            "call",
            metadata: [
                "call": "\(call.reference)", "method": "\(call.method.fullName)",
                "code": "\(status.code)", "reason": "\(status.reason)",
                "microseconds": "\((now - call.startedAt).nanoseconds / 1_000)",
            ])
    }

    /// Ends a call that was never started.
    private func refuse(_ id: UInt32, _ status: RPCStatus) {
        core.counters.count(status.reason)
        logPeer(
            "call refused",
            metadata: [
                "call": "\(reference)-\(id)", "code": "\(status.code)",
                "reason": "\(status.reason)",
            ])
        writeEnd(id, status, payload: [])
    }

    private func writeEnd(_ id: UInt32, _ status: RPCStatus?, payload: [UInt8]) {
        writer.writeEnd(
            callID: id, status: status.map(StatusCoding.encoded), payload: payload)
        scheduleFlush()
    }

    /// Carries out what a call's machine decided.
    func perform(_ action: CallStateMachine.Action, on call: ServerCall) {
        switch action {
        case .ignore, .start, .resumeWriting, .deliver: break
        case .cancel:
            call.task?.cancel()
            end(call, LibraryReason.cancelled.status("the call was cancelled"))
        case .refuse(let reason):
            call.task?.cancel()
            end(call, reason.status("the call was refused"))
        case .violation(let text):
            perform(machine.fail(LibraryReason.protocolError.status(text)))
        }
    }

    /// Ends the calls whose time is over.
    func expireCalls(now: NIODeadline) {
        guard now >= callDeadline else { return }
        callDeadline = .distantFuture
        for call in Array(calls.values) {
            guard call.deadline <= now else {
                callDeadline = min(callDeadline, call.deadline)
                continue
            }
            call.task?.cancel()
            end(call, LibraryReason.deadlineExceeded.status("the call's time is over"))
        }
    }

    /// The connection is over: every handler is told, and nobody is answered.
    func cancelAllCalls() {
        for call in calls.values { call.task?.cancel() }
        calls = [:]
        callDeadline = .distantFuture
    }
}

/// A refusal that could not be recorded.
private struct AuditFailure: Error {
    let cause: any Error
}
