import NIOCore
import Synchronization

/// Messages and credit of streaming calls (PROTOCOL.md, "Credit").
extension ServerConnection {
    // MARK: From the client

    /// A Message frame.
    func receiveMessage(_ frame: MessageFrame) {
        let action = machine.receiveFrame(callID: frame.callID)
        guard action == .deliver else { return perform(action) }
        guard frame.metadata.count == 0 else {
            return perform(machine.fail(Self.violation("a client's Message has metadata")))
        }
        let hasMessage = frame.hasPayload || !frame.payload.isEmpty
        guard receiveStreamBytes(hasMessage ? frame.payload.count : nil),
            let call = calls[frame.callID]
        else { return }
        let callAction = call.machine.receiveMessage(
            hasPayload: frame.hasPayload, payloadBytes: frame.payload.count,
            endOfStream: frame.endOfStream)
        guard case .deliver(_, let isLast) = callAction else {
            return perform(callAction, on: call)
        }
        if hasMessage { deliver(frame.payload, to: call) }
        if isLast { call.stream?.finish() }
    }

    /// Spends the connection's credit for a payload that has arrived, and gives it back at once, so
    /// that a slow reader of one call never stalls another: unless what is held altogether is too
    /// much.
    ///
    /// - Returns: whether the connection goes on.
    func receiveStreamBytes(_ payloadBytes: Int?) -> Bool {
        guard let payloadBytes else { return true }
        let action = machine.receiveStreamMessage(
            payloadBytes: payloadBytes, withhold: isHoldingTooMuch)
        switch action {
        case .giveCredit(let bytes):
            writer.writeCredit(callID: 0, bytes: bytes)
            scheduleFlush()
        case .withholdCredit: armTimer()
        default:
            perform(action)
            return action == .none
        }
        return true
    }

    /// Gives back the connection's credit that was withheld, once there is room again.
    func giveWithheldCredit() {
        guard machine.isWithholdingCredit, !isHoldingTooMuch else { return }
        guard case .giveCredit(let bytes) = machine.giveWithheldCredit() else { return }
        writer.writeCredit(callID: 0, bytes: bytes)
        scheduleFlush()
    }

    /// Hands a message to the handler of its call.
    func deliver(_ payload: UnsafeRawBufferPointer, to call: ServerCall) {
        guard let stream = call.stream else { return }
        guard payload.count <= core.limits.messageBytesMax else {
            return refuseMessage(
                of: call,
                LibraryReason.messageTooLarge.status(
                    "a message of \(payload.count) bytes is over the limit of "
                        + "\(core.limits.messageBytesMax)"))
        }
        tally.messagesReceived += 1
        if !holdStream(payloadBytes: payload.count, in: stream) {
            return refuseMessage(
                of: call,
                LibraryReason.streamOverloaded.status(
                    "the server holds as many messages as it can", retryAfterMilliseconds: 100))
        }
        stream.push(Array(payload))
    }

    /// The handler has taken a message: its call may send as much again.
    func messageTaken(payloadBytes: Int, of call: ServerCall) {
        let bytes = call.machine.messageTaken(payloadBytes: payloadBytes)
        guard bytes > 0 else { return }
        writer.writeCredit(callID: call.id, bytes: bytes)
        scheduleFlush()
    }

    /// Ends a call because of a message that its client sent, or that was not permitted.
    func refuseMessage(of call: ServerCall, _ error: any Error) {
        guard calls[call.id] === call else { return }
        call.task?.cancel()
        // What the handler has set belongs to an answer that the client does not get.
        call.answer.withLock { $0.drop() }
        end(call, status(of: error, call))
    }

    private static func violation(_ text: String) -> RPCStatus {
        LibraryReason.protocolError.status(text)
    }

    // MARK: To the client

    /// Writes a part of a call's stream.
    ///
    /// - Returns: false where it has to wait; then `list` is due.
    /// - Throws: the `RPCStatus` that also ends the call.
    func write(_ part: StreamPart, of call: ServerCall, _ stream: ServerStream) throws -> Bool {
        let metadata: [UInt8]
        do throws(RPCStatus) {
            try check(part)
            guard hasRoom(for: stream) else { return false }
            if case .message = part {
                guard machine.outboundCredit.isOpen, call.machine.outboundCredit.isOpen else {
                    return false
                }
            }
            let leading = call.answer.withLock { $0.takeLeading() }
            metadata = try MetadataCoding.encoded(leading, field: 5, limits: core.limits)
            if case .message(let payload) = part {
                guard call.machine.sendMessage(payloadBytes: payload.count) else { return false }
                machine.sendStreamMessage(payloadBytes: payload.count)
            }
        } catch {
            call.task?.cancel()
            end(call, error)
            throw error
        }
        let before = writer.bytes
        switch part {
        case .message(let payload):
            writer.writeMessage(callID: call.id, payload: payload, metadata: metadata)
            tally.messagesSent += 1
        case .metadata:
            guard !metadata.isEmpty else { return true }
            writer.writeMessage(callID: call.id, payload: nil, metadata: metadata)
        }
        let bytes = writer.bytes - before
        stream.turn.count(bytes, in: outbound.turn)
        outbound.write(bytes)
        scheduleFlush()
        return true
    }

    private func check(_ part: StreamPart) throws(RPCStatus) {
        guard case .message(let payload) = part, payload.count > core.limits.messageBytesMax else {
            return
        }
        throw LibraryReason.responseTooLarge.status(
            "a message is over the limit of \(core.limits.messageBytesMax) bytes")
    }

    /// Whether the connection takes more of a stream now: not so much that other calls' answers wait
    /// behind it.
    private func hasRoom(for stream: ServerStream) -> Bool {
        guard outbound.hasRoom(bytesMax: core.limits.streamOutboundBytesMax), !isStalled else {
            return false
        }
        guard stream.turn.hasRoom(in: outbound.turn, bytesMax: Limits.streamTurnBytesMax) else {
            outbound.isTurnAwaited = true
            return false
        }
        return true
    }

    /// A stream waits to write: for credit, for the next turn, or for the peer to read.
    func list(_ stream: ServerStream) {
        guard !stream.isListed else { return }
        stream.isListed = true
        waitingStreams.append(stream)
    }

    /// Lets those streams write that may, each in its turn.
    func resumeStreams() {
        guard !waitingStreams.isEmpty else { return }
        var streams: [ServerStream] = []
        swap(&streams, &waitingStreams)
        for stream in streams {
            stream.isListed = false
            if stream.resumeWriting() { list(stream) }
        }
    }

    /// After a flush: streams that had their share of the turn go on in the next one, which begins
    /// when the loop has looked at its sockets.
    func beginStreamTurn() {
        guard outbound.beginTurn() else { return }
        eventLoop.assumeIsolated().scheduleTask(in: Self.streamPause) { self.resumeStreams() }
    }

    /// Long enough that the event loop gets to its sockets in between, which tasks that are due at
    /// once would keep it from.
    private static let streamPause = TimeAmount.microseconds(20)
}

/// What a connection's streams have under way to the client.
struct StreamOutbound {
    /// Number of the turn: each flush begins a new one.
    private(set) var turn: UInt64 = 1
    /// Bytes that were written since the last flush.
    private(set) var writtenBytes = 0
    /// Bytes that were flushed and that the kernel has not taken.
    private var flushedBytes = 0
    /// Whether a stream has had its share of this turn.
    var isTurnAwaited = false

    /// Whether a stream may write: not while there are `bytesMax` that the kernel has not taken.
    func hasRoom(bytesMax: Int) -> Bool { writtenBytes + flushedBytes < bytesMax }

    /// Counts what was written.
    mutating func write(_ bytes: Int) { writtenBytes += bytes }

    /// Everything written is being flushed.
    ///
    /// - Returns: the bytes of streams among it, for `sent`.
    mutating func flush() -> Int {
        defer { writtenBytes = 0 }
        flushedBytes += writtenBytes
        return writtenBytes
    }

    /// The kernel has taken `bytes` that were flushed.
    mutating func sent(_ bytes: Int) { flushedBytes -= bytes }

    /// Begins the next turn.
    ///
    /// - Returns: whether a stream waits for it.
    mutating func beginTurn() -> Bool {
        turn &+= 1
        defer { isTurnAwaited = false }
        return isTurnAwaited
    }
}
