import NIOCore

/// A call that was not sent yet.
struct WaitingCall {
    /// Who is told of the call.
    enum Starter {
        case unary(CheckedContinuation<[UInt8], any Error>)
        case stream(
            CheckedContinuation<Result<ClientStream, CallFailure>, Never>, (@Sendable () -> Void)?)
    }

    let request: ClientRequest
    let token: CallToken
    let deadline: NIODeadline
    let starter: Starter

    /// Tells the caller that the call was not sent.
    func fail(_ failure: CallFailure) {
        switch starter {
        case .unary(let continuation): continuation.resume(throwing: failure)
        case .stream(let continuation, _): continuation.resume(returning: .failure(failure))
        }
    }
}

/// A server that does not read, or reads slowly: what waits to be sent to it is bounded
/// (`ClientConfiguration.outboundBytesMax`), and who has more to send waits.
extension ClientConnection {
    /// Calls of one connection that wait; more fail.
    static let waitingCallsMax = 1_024

    /// Whether more may be written.
    var hasRoom: Bool {
        writer.bytes < outboundBytesMax && context?.channel.isWritable == true
    }

    /// Lets a call wait until there is room.
    func wait(_ call: WaitingCall) {
        guard waitingCalls.count < Self.waitingCallsMax else {
            let status = LibraryReason.tooManyOpenCalls.status(
                "\(waitingCalls.count) calls wait for the server to read, which is the limit")
            return call.fail(CallFailure(status: status, origin: .unsent))
        }
        waitingCalls.append(call)
        watch(call.deadline)
    }

    /// There may be room again: those that have waited longest go first.
    func resumeSending() {
        guard isOpen else { return }
        while hasRoom, let call = waitingCalls.popFirst() { open(call) }
        if hasRoom { resumeStreams() }
    }

    /// The call's task was cancelled before the call was sent.
    func cancelWaiting(_ token: CallToken) {
        guard let index = waitingCalls.firstIndex(where: { $0.token === token }) else { return }
        waitingCalls.remove(at: index).fail(.cancelled)
    }

    /// Calls that wait will never be sent on this connection.
    func failWaitingCalls(_ status: RPCStatus) {
        let waiting = waitingCalls
        waitingCalls = CircularBuffer()
        for call in waiting { call.fail(CallFailure(status: status, origin: .unsent)) }
    }

    /// Ends the wait of calls and pings whose time is over.
    ///
    /// - Returns: when that of the next one is.
    func expireWhatWaits(now: NIODeadline) -> NIODeadline {
        var next = expirePings(now: now)
        let waiting = waitingCalls
        waitingCalls.removeAll { $0.deadline <= now }
        for call in waiting {
            if call.deadline <= now {
                call.fail(.deadlineExceeded)
            } else {
                next = min(next, call.deadline)
            }
        }
        return next
    }
}
