import Logging
import NIOCore
import Synchronization

/// Ending calls, however they end.
extension ServerConnection {
    /// The one mapping from what a handler throws to what the caller gets.
    func status(of error: any Error, _ call: ServerCall) -> RPCStatus {
        switch error {
        case let status as RPCStatus where status.code != .ok:
            // A client makes such a call again whatever the method does, so it must not come from
            // a handler, which was started.
            guard LibraryReason(rawValue: status.reason)?.provesNothingWasDone != true else {
                return defect("a handler threw a reason of the library's", status.reason, call)
            }
            return status
        case let failure as AuditFailure:
            logError(
                "a refusal could not be recorded",
                metadata: ["call": "\(call.reference)", "error": "\(failure.cause)"])
            return LibraryReason.auditUnavailable.status(
                "the audit trail cannot be written; nothing was done")
        case is CancellationError:
            return LibraryReason.cancelled.status("the call was cancelled")
        default: return defect("a handler failed", "\(error)", call)
        }
    }

    /// The status for a defect of the server, which is logged under the call's reference.
    private func defect(_ what: Logger.Message, _ error: String, _ call: ServerCall) -> RPCStatus {
        var metadata: Logger.Metadata {
            var metadata = logMetadata(of: call, code: .internal)
            metadata["error"] = "\(error)"
            return metadata
        }
        logError(what, metadata: metadata)
        return LibraryReason.internalError.status("the server failed; incident \(call.reference)")
    }

    /// Sends a call's End and forgets the call. Its task goes on until it returns.
    func end(
        _ call: ServerCall, _ status: RPCStatus?, answer: consuming PackableMessage = .none
    ) {
        guard call.machine.sendEnd() else { return }
        calls[call.id] = nil
        call.isOpen = false
        call.stream?.close()
        leaveCallPlace()
        var status = status
        let metadata = endMetadata(of: call, &status)
        let now = eventLoop.now
        call.meter?.ended(
            status?.code ?? .ok, nanoseconds: (now - call.startedAt).nanoseconds)
        if let status {
            writeEnd(call.id, status, metadata: metadata)
            tally.callsFailed += 1
            logEnd(call, status)
        } else {
            writer.writeEnd(callID: call.id, answer: answer, metadata: metadata)
            scheduleFlush()
            core.counters.callSucceeded()
            tally.callsSucceeded += 1
            if !call.method.kind.givesStream { tally.messagesSent += 1 }
            logger.debug("call", metadata: logMetadata(of: call, code: .ok))
        }
        perform(machine.endCall(now: now))
    }

    /// The metadata of an End, encoded: leading, unless they were sent before, and trailing, with the
    /// server's notice where this peer does not have it. Metadata over a limit turn an answer into an
    /// error; an error is sent without them.
    private func endMetadata(of call: ServerCall, _ status: inout RPCStatus?) -> [UInt8] {
        let version = core.notice?.version ?? 0
        let isNoticeDue = version != noticeVersion
        guard
            isNoticeDue || call.hasAnswerMetadata.load(ordering: .acquiring) || status != nil
        else { return [] }
        var (leading, trailing, isLate) = call.answer.withLock {
            ($0.takeLeading(), $0.trailing, $0.isLate)
        }
        if isLate {
            logger.debug(
                "leading metadata were set after they were sent",
                metadata: ["call": "\(call.reference)", "method": "\(call.method.fullName)"])
        }
        if let status { trailing.entries += status.trailingMetadata.entries }
        if isNoticeDue, let notice = core.notice {
            var told = trailing
            told.entries.append(notice.entry)
            if let bytes = try? encoded(leading, told) {
                noticeVersion = version
                return bytes
            }
        }
        guard !leading.isEmpty || !trailing.isEmpty else { return [] }
        do throws(RPCStatus) {
            return try encoded(leading, trailing)
        } catch {
            logError(
                "a handler set metadata that cannot be sent",
                metadata: [
                    "call": "\(call.reference)", "method": "\(call.method.fullName)",
                    "reason": "\(error.reason)",
                ])
            if status == nil { status = error }
            return []
        }
    }

    private func encoded(
        _ leading: Metadata, _ trailing: Metadata
    ) throws(RPCStatus) -> [UInt8] {
        let limits = core.limits
        return try MetadataCoding.encoded(leading, field: 4, limits: limits)
            + MetadataCoding.encoded(trailing, field: 5, limits: limits)
    }

    private func logEnd(_ call: ServerCall, _ status: RPCStatus) {
        core.counters.count(status.reason)
        var metadata: Logger.Metadata {
            var metadata = logMetadata(of: call, code: status.code)
            metadata["reason"] = "\(status.reason)"
            return metadata
        }
        logPeer("call", metadata: metadata)
    }

    /// What every line about a call says.
    private func logMetadata(of call: ServerCall, code: RPCCode) -> Logger.Metadata {
        let took = eventLoop.now - call.startedAt
        var metadata: Logger.Metadata = [
            "call": "\(call.reference)", "method": "\(call.method.fullName)", "code": "\(code)",
            "microseconds": "\(took.nanoseconds / 1_000)",
        ]
        if let trace = call.traceContext { metadata["trace_id"] = "\(trace.traceID)" }
        return metadata
    }

    /// Ends a call that was never started.
    func refuse(_ id: UInt32, _ status: RPCStatus, _ meter: MethodMeter) {
        core.counters.count(status.reason)
        meter.refused(status.code)
        tally.reject(status.reason)
        logPeer(
            "call refused",
            metadata: [
                "call": "\(reference)-\(id)", "code": "\(status.code)",
                "reason": "\(status.reason)",
            ])
        writeEnd(id, status, metadata: [])
    }

    private func writeEnd(_ id: UInt32, _ status: RPCStatus, metadata: [UInt8]) {
        let status = StatusCoding.encoded(status, bytesMax: core.limits.messageBytesMax)
        writer.writeEnd(callID: id, status: status, payload: [], metadata: metadata)
        scheduleFlush()
    }

    /// Carries out what a call's machine decided.
    func perform(_ action: CallStateMachine.Action, on call: ServerCall) {
        switch action {
        case .ignore, .start, .deliver: break
        case .resumeWriting: resumeStreams()
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
        let open = calls.values
        calls = [:]
        for call in open {
            call.isOpen = false
            call.meter?.ended(
                .cancelled, nanoseconds: (eventLoop.now - call.startedAt).nanoseconds)
            call.task?.cancel()
            call.stream?.close()
            leaveCallPlace()
        }
        waitingStreams = []
        callDeadline = .distantFuture
    }
}

/// A refusal that could not be recorded.
struct AuditFailure: Error {
    let cause: any Error
}
