import Logging
import NIOCore

/// Starting calls: everything that is decided before the handler, in PROTOCOL.md's order ("Calls"),
/// so that an early refusal costs nothing that a later check would.
extension ServerConnection {
    /// A Call frame.
    func receiveCall(_ frame: CallFrame, now: NIODeadline) {
        let action = machine.receiveCall(id: frame.callID)
        switch action {
        case .openCall, .refuseCall, .ignore:
            guard receiveStreamBytes(frame.hasPayload ? frame.payload.count : nil) else { return }
        default: return perform(action)
        }
        guard action != .ignore else { return }
        core.counters.callReceived()
        lastCallAt = now
        executor.handshakes.lastCallAt = now
        var meter = core.counters.metrics.unknownMethod
        guard action == .openCall else {
            return refuse(
                frame.callID,
                LibraryReason.tooManyOpenCalls.status("this connection has too many open calls"),
                meter)
        }
        keepalive.noteCall()
        do throws(RPCStatus) {
            try start(frame, now: now, &meter)
        } catch {
            refuse(frame.callID, error, meter)
            perform(machine.endCall(now: now))
        }
    }

    /// - Parameter meter: becomes the method's, once that is known.
    private func start(
        _ frame: CallFrame, now: NIODeadline, _ meter: inout MethodMeter
    ) throws(RPCStatus) {
        guard let peer else { throw LibraryReason.internalError.status("the peer is not known") }
        guard core.authority.isAdmitted(peer) else {
            return withdrawAdmission()
        }
        let entry = try find(frame.method)
        let descriptor = entry.method.descriptor
        if let known = entry.method.meter { meter = known }
        let (call, action) = try makeCall(frame, peer, descriptor, now: now)
        call.meter = meter
        if frame.metadata.count > 0 {
            call.metadata = try MetadataCoding.read(frame.metadata, limits: core.limits)
            call.traceContext = TraceContext(call.metadata)
        }
        guard descriptor.callers.contains(peer.kind) else {
            return try refuseCaller(frame, call, entry.method)
        }
        guard let runStream = entry.method.runStream else {
            let prepared = try entry.method.prepare(frame.payload, .standard)
            tally.messagesReceived += 1
            call.address = prepared.address
            return try run(
                call, prepared, ServerContext(call), requestBytes: frame.payload.count)
        }
        try run(call, ServerContext(call)) { authority, context in
            guard let stream = context.call?.stream else { throw StreamMisuse.noConnection }
            return try await runStream(stream, authority, context)
        }
        if case .start(hasMessage: true) = action { deliver(frame.payload, to: call) }
        if frame.endOfStream { call.stream?.finish() }
    }

    /// This kind of organisation may not call the method. A refusal of an audited method is recorded
    /// before it is told.
    private func refuseCaller(
        _ frame: CallFrame, _ call: ServerCall, _ method: RegisteredMethod
    ) throws(RPCStatus) {
        let status = LibraryReason.methodNotPermitted.status(
            "\(call.peer.kind.rawValue) systems may not call \(method.descriptor.fullName)")
        guard method.descriptor.isAudited else { throw status }
        if let prepared = try? method.prepare(frame.payload, .standard) {
            call.address = prepared.address
        }
        try run(call, ServerContext(call)) { authority, context in
            // A task of its own: a caller that cancels must not escape the record.
            let record = Task { try await authority.recordRefusal(context, status) }
            guard case .failure(let error) = await record.result else { throw status }
            throw AuditFailure(cause: error)
        }
    }

    private func find(_ name: UnsafeRawBufferPointer) throws(RPCStatus) -> MethodTable.Entry {
        // A connection often calls one method again and again.
        if let lastMethod, lastMethod.isNamed(name) { return lastMethod }
        switch core.methods.find(name) {
        case .method(let entry):
            lastMethod = entry
            return entry
        case .unknownMethod:
            throw LibraryReason.unknownMethod.status("the service has no method of that name")
        case .unknownService:
            throw LibraryReason.unknownService.status("there is no service of that name here")
        }
    }

    private func makeCall(
        _ frame: CallFrame, _ peer: PeerIdentity, _ method: MethodDescriptor, now: NIODeadline
    ) throws(RPCStatus) -> (ServerCall, CallStateMachine.Action) {
        let limits = core.limits
        guard frame.payload.count <= limits.messageBytesMax else {
            throw LibraryReason.messageTooLarge.status(
                "a request of \(frame.payload.count) bytes is over the limit of "
                    + "\(limits.messageBytesMax)")
        }
        let timeout = try handlerMilliseconds(of: frame)
        var machine = CallStateMachine(kind: method.kind, creditBytes: limits.callCreditBytes)
        let action = machine.receiveCall(
            hasPayload: frame.hasPayload, payloadBytes: frame.payload.count,
            endOfStream: frame.endOfStream)
        guard case .start = action else {
            throw LibraryReason.wrongCallKind.status(
                method.kind.takesStream
                    ? "the payload of a streaming call needs has_payload"
                    : "\(method.fullName) takes exactly one message, sent with the call")
        }
        let call = ServerCall(
            id: frame.callID, peer: peer, method: method, connectionReference: reference,
            startedAt: now, deadline: now + .milliseconds(Int64(timeout)), machine: machine)
        return (call, action)
    }

    /// The time that the handler gets: the client's less what the answer needs to get back, half of
    /// it at least, or the server's own (PROTOCOL.md, "Deadlines").
    private func handlerMilliseconds(of frame: CallFrame) throws(RPCStatus) -> Int {
        let limits = core.limits
        let timeout = Int(frame.timeoutMilliseconds)
        guard timeout > 0 else { return limits.timeoutMillisecondsDefault }
        guard timeout >= limits.usefulMillisecondsMin else {
            throw LibraryReason.deadlineTooShort.status(
                "\(timeout) ms are less than the \(limits.usefulMillisecondsMin) that a call needs")
        }
        let reserve = min(limits.deadlineReserveMilliseconds, timeout / 2)
        return min(timeout - reserve, limits.timeoutMillisecondsMax)
    }

    // MARK: Running

    /// Runs the handler of a decoded request as a task on the loop's executor.
    private func run(
        _ call: ServerCall, _ prepared: PreparedCall, _ context: ServerContext, requestBytes: Int
    ) throws(RPCStatus) {
        try open(call, requestBytes: requestBytes)
        let bound = NIOLoopBound(self, eventLoop: eventLoop)
        let authority = core.authority
        call.task = Task(executorPreference: executor) {
            do {
                try await authority.authorize(context)
                let answer = try await prepared.run(context)
                bound.value.handlerReturned(call, answer, requestBytes: requestBytes)
            } catch {
                bound.value.handlerFailed(call, error, requestBytes: requestBytes)
            }
        }
    }

    /// Runs `body` likewise, for a call without a decoded request.
    private func run(
        _ call: ServerCall, _ context: ServerContext,
        _ body:
            @escaping @Sendable (any ServerAuthority, ServerContext) async throws ->
            PackableMessage
    ) throws(RPCStatus) {
        try open(call, requestBytes: 0)
        let bound = NIOLoopBound(self, eventLoop: eventLoop)
        let authority = core.authority
        call.task = Task(executorPreference: executor) {
            do {
                let answer = try await body(authority, context)
                bound.value.handlerReturned(call, answer, requestBytes: 0)
            } catch {
                bound.value.handlerFailed(call, error, requestBytes: 0)
            }
        }
    }

    /// Takes the call among those that are open.
    private func open(_ call: ServerCall, requestBytes: Int) throws(RPCStatus) {
        try takePlaces(requestBytes: requestBytes)
        runningHandlers += 1
        tally.callsStarted += 1
        call.isOpen = true
        calls[call.id] = call
        callDeadline = min(callDeadline, call.deadline)
        if call.method.kind != .unary {
            call.stream = ServerStream(connection: self, call: call)
        }
    }

    /// A call's handler has returned, be the call still open or not.
    private func handlerReturned(
        _ call: ServerCall, _ answer: consuming PackableMessage, requestBytes: Int
    ) {
        runningHandlers -= 1
        leaveHandlerPlace(requestBytes: requestBytes + (call.stream?.handlerEnded() ?? 0))
        guard call.isOpen, !endRefused(call) else { return }
        guard answer.count <= core.limits.messageBytesMax else {
            return end(
                call,
                LibraryReason.responseTooLarge.status(
                    "the answer is over the limit of \(core.limits.messageBytesMax) bytes"))
        }
        end(call, nil, answer: answer)
    }

    /// A call's handler has thrown.
    private func handlerFailed(_ call: ServerCall, _ error: any Error, requestBytes: Int) {
        runningHandlers -= 1
        leaveHandlerPlace(requestBytes: requestBytes + (call.stream?.handlerEnded() ?? 0))
        guard call.isOpen, !endRefused(call) else { return }
        end(call, status(of: error, call))
    }

    /// Ends a call one of whose messages was refused, whatever its handler says: it may return before
    /// the refusal has come to the event loop.
    private func endRefused(_ call: ServerCall) -> Bool {
        guard let refusal = call.stream?.refusal else { return false }
        refuseMessage(of: call, refusal)
        return true
    }
}
