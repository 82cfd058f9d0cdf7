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
        let method = try find(frame.method)
        let descriptor = method.descriptor
        if let known = method.meter { meter = known }
        let (call, action) = try makeCall(frame, method: descriptor, now: now)
        call.meter = meter
        let metadata = try MetadataCoding.read(frame.metadata, limits: core.limits)
        if !metadata.isEmpty { call.traceContext = TraceContext(metadata) }
        var context = ServerContext(
            peer: peer, method: descriptor, deadline: .now + .init(call.deadline - now),
            metadata: metadata, callReference: call.reference, traceContext: call.traceContext)
        context.call = call

        guard descriptor.callers.contains(peer.kind) else {
            return try refuseCaller(frame, call, method, &context)
        }
        guard let runStream = method.runStream else {
            let prepared = try method.prepare(frame.payload, .standard)
            context.address = prepared.address
            tally.messagesReceived += 1
            return try run(call, context, requestBytes: frame.payload.count) {
                authority, context in
                try await authority.authorize(context)
                return try await prepared.run(context)
            }
        }
        try run(call, context, requestBytes: 0) { authority, context in
            guard let stream = context.call?.stream else { throw StreamMisuse.noConnection }
            return try await runStream(stream, authority, context)
        }
        if case .start(hasMessage: true) = action { deliver(frame.payload, to: call) }
        if frame.endOfStream { call.stream?.finish() }
    }

    /// This kind of organisation may not call the method. A refusal of an audited method is recorded
    /// before it is told.
    private func refuseCaller(
        _ frame: CallFrame, _ call: ServerCall, _ method: RegisteredMethod,
        _ context: inout ServerContext
    ) throws(RPCStatus) {
        let status = LibraryReason.methodNotPermitted.status(
            "\(context.peer.kind.rawValue) systems may not call \(method.descriptor.fullName)")
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
            id: frame.callID, method: method, reference: "\(reference)-\(frame.callID)",
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

    /// Starts the task of a call on the loop's executor.
    private func run(
        _ call: ServerCall, _ context: ServerContext, requestBytes: Int,
        _ body: @escaping @Sendable (any ServerAuthority, ServerContext) async throws -> [UInt8]
    ) throws(RPCStatus) {
        try takePlaces(requestBytes: requestBytes)
        runningHandlers += 1
        tally.callsStarted += 1
        calls[call.id] = call
        callDeadline = min(callDeadline, call.deadline)
        if call.method.kind != .unary {
            call.stream = ServerStream(connection: self, call: call)
        }
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

    /// A call's handler has returned, be the call still open or not.
    private func handlerReturned(
        _ id: UInt32, _ outcome: Result<[UInt8], any Error>, requestBytes: Int
    ) {
        runningHandlers -= 1
        leaveHandlerPlace(requestBytes: requestBytes)
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
}
