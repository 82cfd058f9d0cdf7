import NIOCore
import Synchronization

/// Credit, and the messages that it lets through (PROTOCOL.md, "Credit").
extension ClientConnection {
    // MARK: Sending

    /// Sends what waits in a stream's outbox, as far as its credit and the connection's go.
    func sendMore(of stream: ClientStream) {
        let id = stream.callID.load(ordering: .relaxed)
        guard let index = calls.index(forKey: id), !calls.values[index].machine.isAbandoned
        else { return }
        scheduleFlush()
        while true {
            let isOpen = sendCredit.isOpen && hasRoom
            let hasCredit = calls.values[index].machine.maySend && isOpen
            switch stream.takeOutgoing(hasCredit: hasCredit) {
            case .message(let payload, let isLast):
                calls.values[index].machine.send(payloadBytes: payload.count)
                _ = sendCredit.spend(payload.count)
                writer.writeMessage(callID: id, payload: payload, endOfStream: isLast)
            case .end: return writer.writeMessage(callID: id, payload: nil, endOfStream: true)
            case .nothing: return
            case .blocked:
                if !isOpen, !waitingForCredit.contains(id) {
                    waitingForCredit.append(id)
                }
                return
            }
        }
    }

    /// A `Credit` frame.
    func receiveCredit(callID: UInt32, bytes: Int) {
        if callID == 0 {
            perform(machine.receivePing())
            guard sendCredit.grant(bytes) else {
                return perform(machine.violation("credit of nothing, or of too much"))
            }
            return resumeStreams()
        }
        perform(machine.receiveCallFrame(id: callID))
        // Credit may cross the End of its call.
        guard let index = calls.index(forKey: callID) else { return }
        switch calls.values[index].machine.receiveCredit(bytes: bytes) {
        case .deliver: sendMore(of: callID)
        case .ignore: break
        case .violation(let what): perform(machine.violation(what))
        }
    }

    /// Lets streams send that have waited for the connection, each in its turn: who stays blocked goes
    /// behind the others.
    func resumeStreams() {
        let waiting = waitingForCredit
        waitingForCredit = []
        for id in waiting { sendMore(of: id) }
    }

    private func sendMore(of callID: UInt32) {
        guard case .stream(let stream)? = calls[callID]?.receiver else { return }
        sendMore(of: stream)
    }

    // MARK: Receiving

    /// A `Message` frame.
    func receiveMessage(_ frame: MessageFrame) {
        perform(machine.receiveCallFrame(id: frame.callID))
        guard isOpen else { return }
        guard let index = calls.index(forKey: frame.callID) else {
            return perform(machine.violation("a Message for a call that is over"))
        }
        let hasMessage = frame.hasPayload || !frame.payload.isEmpty
        let action = calls.values[index].machine.receiveMessage(
            payloadBytes: hasMessage ? frame.payload.count : nil,
            hasMetadata: frame.metadata.count > 0, endOfStream: frame.endOfStream)
        if case .violation(let what) = action { return perform(machine.violation(what)) }
        if hasMessage, !receiveCredit.spend(frame.payload.count) {
            return perform(machine.violation("more than the connection's credit allows"))
        }
        if action == .deliver, case .stream(let stream) = calls.values[index].receiver {
            deliver(frame, hasMessage: hasMessage, to: stream)
        }
        if hasMessage { giveBack(CreditWindow.cost(of: frame.payload.count)) }
    }

    private func deliver(_ frame: MessageFrame, hasMessage: Bool, to stream: ClientStream) {
        do throws(RPCStatus) {
            guard frame.payload.count <= Limits.default.messageBytesMax else {
                throw LibraryReason.responseTooLarge.status(
                    "an answer of \(frame.payload.count) bytes is over the limit of "
                        + "\(Limits.default.messageBytesMax)")
            }
            let metadata = try MetadataCoding.read(frame.metadata, limits: .default)
            stream.receive(hasMessage ? Array(frame.payload) : nil, leading: metadata)
        } catch {
            giveUp(frame.callID, CallFailure(status: error, origin: .client))
        }
    }

    /// The connection's credit goes back when a message has arrived, whoever reads it and when; only
    /// what all readers together have not read may hold it up.
    private func giveBack(_ cost: Int) {
        withheldCredit += cost
        if !budget.mustWithhold() { giveBackWithheld() }
    }

    /// Gives back what was withheld, too.
    func giveBackWithheld() {
        guard isOpen else { return }
        let bytes = receiveDebt.consume(withheldCredit)
        withheldCredit = 0
        guard bytes > 0, receiveCredit.grant(bytes) else { return }
        writer.writeCredit(callID: 0, bytes: bytes)
        scheduleFlush()
    }

    /// A reader has used up the credit of its call.
    func giveBack(_ bytes: Int, of stream: ClientStream) {
        let id = stream.callID.load(ordering: .relaxed)
        guard let index = calls.index(forKey: id), calls.values[index].machine.giveBack(bytes)
        else { return }
        writer.writeCredit(callID: id, bytes: bytes)
        scheduleFlush()
    }
}

/// A stream's way to its connection's event loop.
struct LoopTransport: StreamTransport {
    let connection: NIOLoopBound<ClientConnection>

    func sendMore(of stream: ClientStream) {
        connection.eventLoop.execute { connection.value.sendMore(of: stream) }
    }

    func giveBack(_ bytes: Int, of stream: ClientStream) {
        connection.eventLoop.execute { connection.value.giveBack(bytes, of: stream) }
    }

    func giveBackWithheld() {
        connection.eventLoop.execute { connection.value.giveBackWithheld() }
    }

    func cancel(_ stream: ClientStream) {
        connection.eventLoop.execute {
            connection.value.giveUp(stream.callID.load(ordering: .relaxed), .cancelled)
        }
    }
}
