import NIOCore
import Synchronization

/// Making calls and giving them up.
extension ClientConnection {
    /// Sends a unary call, unless its task was cancelled first.
    func start(
        _ request: ClientRequest, token: CallToken,
        continuation: CheckedContinuation<[UInt8], any Error>
    ) {
        guard !token.isCancelled.load(ordering: .acquiring) else {
            continuation.resume(throwing: CallFailure.cancelled)
            return
        }
        do throws(CallFailure) {
            let id = try open(request, .unary(continuation, request.responseMetadata))
            token.callID.store(id, ordering: .relaxed)
        } catch {
            continuation.resume(throwing: error)
        }
    }

    /// Sends a streaming call.
    func openStream(
        _ request: ClientRequest, onOver: (@Sendable () -> Void)?
    ) throws(CallFailure) -> ClientStream {
        let stream = ClientStream(
            creditBytes: callCreditBytes, messageBytesMax: Int(serverLimits.messageBytesMax),
            budget: budget,
            transport: LoopTransport(connection: NIOLoopBound(self, eventLoop: eventLoop)),
            onOver: onOver)
        let id = try open(request, .stream(stream))
        stream.callID.store(id, ordering: .relaxed)
        return stream
    }

    /// Sends the Call.
    ///
    /// - Returns: its id.
    private func open(
        _ request: ClientRequest, _ receiver: ClientCall.Receiver
    ) throws(CallFailure) -> UInt32 {
        let id: UInt32
        do throws(RPCStatus) {
            try check(request)
            id = try machine.openCall()
        } catch {
            throw CallFailure(status: error, origin: .unsent)
        }
        if machine.state == .goingAway { observer?(.goingAway) }
        writer.writeCall(
            callID: id, method: request.method,
            timeoutMilliseconds: UInt32(clamping: request.timeoutMilliseconds),
            metadata: request.metadata, payload: request.payload)
        let deadline = eventLoop.now + request.timeout
        calls[id] = ClientCall(
            machine: ClientCallStateMachine(kind: request.kind, creditBytes: callCreditBytes),
            receiver: receiver, deadline: deadline)
        scheduleFlush()
        watch(deadline)
        return id
    }

    /// Refuses here what the server would refuse there.
    private func check(_ request: ClientRequest) throws(RPCStatus) {
        let limits = serverLimits
        let payloadBytes = request.payload?.count ?? 0
        if limits.messageBytesMax > 0, payloadBytes > limits.messageBytesMax {
            throw LibraryReason.messageTooLarge.status(
                "a request of \(payloadBytes) bytes is over the server's limit of "
                    + "\(limits.messageBytesMax)")
        }
        if limits.metadataBytesMax > 0, request.metadataBytes > limits.metadataBytesMax {
            throw LibraryReason.metadataTooLarge.status(
                "the metadata is over the server's limit of \(limits.metadataBytesMax) bytes")
        }
        if limits.metadataEntriesMax > 0, request.metadataEntries > limits.metadataEntriesMax {
            throw LibraryReason.metadataTooLarge.status(
                "the metadata is over the server's limit of \(limits.metadataEntriesMax) entries")
        }
        if request.timeoutMilliseconds < limits.usefulMillisecondsMin {
            throw LibraryReason.deadlineTooShort.status(
                "\(request.timeoutMilliseconds) ms are less than the "
                    + "\(limits.usefulMillisecondsMin) that a call needs")
        }
        guard calls.count < openCallsMax else {
            throw LibraryReason.tooManyOpenCalls.status(
                "\(calls.count) calls are open on this connection, which is the limit")
        }
    }

    /// The task that makes the call was cancelled.
    func cancel(_ token: CallToken) {
        giveUp(token.callID.load(ordering: .relaxed), .cancelled)
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

    /// Sends a ping.
    func ping(_ opaque: UInt64, continuation: CheckedContinuation<Duration, any Error>) {
        switch machine.state {
        case .ready, .goingAway:
            pings[opaque] = (continuation, eventLoop.now)
            writer.writeOpaque(.ping, opaque)
            scheduleFlush()
        case .closed(let status): continuation.resume(throwing: status)
        case .connecting, .awaitingHello:
            continuation.resume(
                throwing: LibraryReason.notProcessed.status("the connection is not ready"))
        }
    }
}
