/// One call as its server sees it: which direction is still open, and what a frame means now
/// (PROTOCOL.md, "States of a call").
///
/// Decides only; the connection carries the actions out. A unary call goes idle → running → ended;
/// the streaming kinds use both directions and the credit windows.
struct CallStateMachine {
    /// A direction of the call.
    enum Direction: Equatable { case idle, open, halfClosed }

    /// What to do with a frame of the client.
    enum Action: Equatable {
        /// Start the handler; the call's first message is there if `hasMessage`.
        case start(hasMessage: Bool)
        /// Hand a message to the running handler, and tell it when no more come.
        case deliver(hasMessage: Bool, isLast: Bool)
        /// Cancel the handler and answer CANCELLED.
        case cancel
        /// Let the handler send more.
        case resumeWriting
        /// Nothing: the call has ended, and the frame crossed its End.
        case ignore
        /// End this call with that reason; the connection goes on.
        case refuse(LibraryReason)
        /// The client broke the protocol: close the connection, the text says how.
        case violation(String)
    }

    /// The kind of call.
    let kind: CallKind
    private(set) var inbound = Direction.idle
    private(set) var outbound = Direction.idle
    /// What the client may still send.
    private(set) var inboundCredit: CreditWindow
    /// What the client is owed for messages that the handler has taken.
    private var inboundDebt: CreditDebt
    /// What the server may still send.
    private(set) var outboundCredit: CreditWindow

    /// A call of `kind` whose windows start with `creditBytes`.
    init(kind: CallKind, creditBytes: Int) {
        self.kind = kind
        inboundCredit = CreditWindow(bytes: creditBytes)
        inboundDebt = CreditDebt(windowBytes: creditBytes)
        outboundCredit = CreditWindow(bytes: creditBytes)
    }

    /// Whether the End has been sent.
    var hasEnded: Bool { outbound == .halfClosed }

    /// The `Call` frame.
    mutating func receiveCall(hasPayload: Bool, payloadBytes: Int, endOfStream: Bool) -> Action {
        guard inbound == .idle else { return .violation("a call id was used twice") }
        outbound = .open
        inbound = endOfStream ? .halfClosed : .open
        guard kind.takesStream else {
            // One message, sent with the call: its presence needs no flag.
            return endOfStream ? .start(hasMessage: true) : .refuse(.wrongCallKind)
        }
        // Without the flag the client has not spent its credit on the payload.
        guard hasPayload || payloadBytes == 0 else { return .refuse(.wrongCallKind) }
        guard !hasPayload || inboundCredit.spend(payloadBytes) else {
            return .violation("a call sent more than its credit")
        }
        return .start(hasMessage: hasPayload)
    }

    /// A `Message` frame.
    mutating func receiveMessage(
        hasPayload: Bool, payloadBytes: Int, endOfStream: Bool
    ) -> Action {
        if hasEnded { return .ignore }
        guard inbound == .open else {
            return .violation("a message came after the end of its stream")
        }
        let hasMessage = hasPayload || payloadBytes > 0
        guard hasMessage || endOfStream else { return .violation("a Message frame says nothing") }
        guard !hasMessage || inboundCredit.spend(payloadBytes) else {
            return .violation("a call sent more than its credit")
        }
        if endOfStream { inbound = .halfClosed }
        return .deliver(hasMessage: hasMessage, isLast: endOfStream)
    }

    /// The handler has taken a message of `payloadBytes`.
    ///
    /// - Returns: the bytes of credit to give the client now; 0 for none.
    mutating func messageTaken(payloadBytes: Int) -> Int {
        // A client that has ended its stream needs no credit any more.
        guard inbound == .open else { return 0 }
        let bytes = inboundDebt.consume(CreditWindow.cost(of: payloadBytes))
        return bytes > 0 && inboundCredit.grant(bytes) ? bytes : 0
    }

    /// A `Credit` frame.
    mutating func receiveCredit(bytes: Int) -> Action {
        if hasEnded { return .ignore }
        guard outboundCredit.grant(bytes) else {
            return .violation("a Credit frame gives nothing or too much")
        }
        return .resumeWriting
    }

    /// A `Cancel` frame.
    mutating func receiveCancel() -> Action {
        hasEnded ? .ignore : .cancel
    }

    /// Asks to send a message of `payloadBytes`; false when the client must give credit first.
    mutating func sendMessage(payloadBytes: Int) -> Bool {
        guard outbound == .open, kind.givesStream else { return false }
        return outboundCredit.spend(payloadBytes)
    }

    /// Asks to send the End; false when it was sent already (the deadline, a Cancel or the handler
    /// came first), and then nothing may be sent.
    mutating func sendEnd() -> Bool {
        guard outbound == .open else { return false }
        outbound = .halfClosed
        inbound = .halfClosed
        return true
    }
}
