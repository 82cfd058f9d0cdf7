import NIOCore
import Synchronization

/// Making calls and giving them up.
extension ClientConnection {
    /// Sends a unary call, or lets it wait until the server reads, unless its task was cancelled first.
    func start(
        _ request: ClientRequest, token: CallToken,
        continuation: CheckedContinuation<[UInt8], any Error>
    ) {
        start(
            WaitingCall(
                request: request, token: token, deadline: eventLoop.now + request.timeout,
                starter: .unary(continuation)))
    }

    /// Opens a streaming call likewise.
    func start(
        _ request: ClientRequest, token: CallToken, onOver: (@Sendable () -> Void)?,
        continuation: CheckedContinuation<Result<ClientStream, CallFailure>, Never>
    ) {
        start(
            WaitingCall(
                request: request, token: token, deadline: eventLoop.now + request.timeout,
                starter: .stream(continuation, onOver)))
    }

    private func start(_ call: WaitingCall) {
        guard !call.token.isCancelled.load(ordering: .acquiring) else {
            return call.fail(.cancelled)
        }
        guard machine.state == .ready, !waitingCalls.isEmpty || !hasRoom else { return open(call) }
        do throws(RPCStatus) {
            try check(call.request, deadline: call.deadline)
        } catch {
            return call.fail(CallFailure(status: error, origin: .unsent))
        }
        wait(call)
    }

    /// Sends a call that has waited, or need not wait.
    func open(_ call: WaitingCall) {
        do throws(CallFailure) {
            switch call.starter {
            case .unary(let continuation):
                let id = try open(
                    call.request, .unary(continuation, call.request.responseMetadata),
                    deadline: call.deadline)
                call.token.callID.store(id, ordering: .relaxed)
            case .stream(let continuation, let onOver):
                let stream = try openStream(
                    call.request, deadline: call.deadline, onOver: onOver)
                continuation.resume(returning: .success(stream))
            }
        } catch {
            call.fail(error)
        }
    }

    /// Sends a streaming call.
    func openStream(
        _ request: ClientRequest, deadline: NIODeadline, onOver: (@Sendable () -> Void)?
    ) throws(CallFailure) -> ClientStream {
        let stream = ClientStream(
            creditBytes: callCreditBytes, messageBytesMax: messageBytesMax, budget: budget,
            transport: LoopTransport(connection: NIOLoopBound(self, eventLoop: eventLoop)),
            onOver: onOver)
        let id = try open(request, .stream(stream), deadline: deadline)
        stream.callID.store(id, ordering: .relaxed)
        return stream
    }

    /// Sends the Call.
    ///
    /// - Returns: its id.
    private func open(
        _ request: ClientRequest, _ receiver: ClientCall.Receiver, deadline: NIODeadline
    ) throws(CallFailure) -> UInt32 {
        let id: UInt32
        do throws(RPCStatus) {
            try check(request, deadline: deadline)
            id = try machine.openCall()
        } catch {
            throw CallFailure(status: error, origin: .unsent)
        }
        if machine.state == .goingAway { observer?(.goingAway) }
        writer.writeCall(
            callID: id, method: request.method,
            timeoutMilliseconds: timeoutMilliseconds(until: deadline), metadata: request.metadata,
            payload: request.payload)
        calls[id] = ClientCall(
            machine: ClientCallStateMachine(kind: request.kind, creditBytes: callCreditBytes),
            receiver: receiver, deadline: deadline)
        scheduleFlush()
        watch(deadline)
        return id
    }

    /// What a Call says of its time: rounded up, and never 0, which would mean none.
    func timeoutMilliseconds(until deadline: NIODeadline) -> UInt32 {
        Self.timeoutMilliseconds(deadline - eventLoop.now)
    }

    static func timeoutMilliseconds(_ time: TimeAmount) -> UInt32 {
        let (whole, rest) = time.nanoseconds.quotientAndRemainder(dividingBy: 1_000_000)
        return max(1, UInt32(clamping: rest > 0 ? whole + 1 : whole))
    }

    /// Refuses here what the server would refuse there.
    private func check(
        _ request: ClientRequest, deadline: NIODeadline
    ) throws(RPCStatus) {
        let limits = serverLimits
        let payloadBytes = request.payload?.count ?? 0
        if payloadBytes > messageBytesMax {
            throw LibraryReason.messageTooLarge.status(
                "a request of \(payloadBytes) bytes is over the server's limit of "
                    + "\(messageBytesMax)")
        }
        if limits.metadataBytesMax > 0, request.metadataBytes > limits.metadataBytesMax {
            throw LibraryReason.metadataTooLarge.status(
                "the metadata is over the server's limit of \(limits.metadataBytesMax) bytes")
        }
        if limits.metadataEntriesMax > 0, request.metadataEntries > limits.metadataEntriesMax {
            throw LibraryReason.metadataTooLarge.status(
                "the metadata is over the server's limit of \(limits.metadataEntriesMax) entries")
        }
        let milliseconds = timeoutMilliseconds(until: deadline)
        if milliseconds < limits.usefulMillisecondsMin {
            throw LibraryReason.deadlineTooShort.status(
                "\(milliseconds) ms are less than the "
                    + "\(limits.usefulMillisecondsMin) that a call needs")
        }
        let count = calls.count + waitingCalls.count
        guard count < openCallsMax else {
            throw LibraryReason.tooManyOpenCalls.status(
                "\(count) calls are open on this connection, which is the limit")
        }
    }

    /// Bytes of a message that may be sent: what the server takes, and no more than a frame can say.
    var messageBytesMax: Int {
        let limit = Int(serverLimits.messageBytesMax)
        return limit == 0 ? Self.messageBytesMaxDefault : min(limit, Self.messageBytesMaxDefault)
    }

    /// The task that makes the call was cancelled.
    func cancel(_ token: CallToken) {
        let id = token.callID.load(ordering: .relaxed)
        if id == 0 { cancelWaiting(token) } else { giveUp(id, .cancelled) }
    }

    /// Ends a call on this side and tells the server. What the server still sends is ignored.
    func giveUp(_ id: UInt32, _ failure: CallFailure) {
        guard let index = calls.index(forKey: id), calls.values[index].machine.abandon() else {
            return
        }
        calls.values[index].deadline = .distantFuture
        calls[index].value.fail(failure)
        writer.writeCancel(callID: id)
        scheduleFlush()
        closeIfDone()
    }
}
