/// One call as its client sees it: what a frame of the server means now, and how much either side may
/// still send (PROTOCOL.md, "States of a call"). Decides only.
///
/// A call that its caller gave up stays until the server's End is there: the server counts it as open
/// that long, and a frame that comes after the End is a violation.
struct ClientCallStateMachine: Equatable {
    /// What to do with a frame of the server.
    enum Action: Equatable {
        /// Give it to the caller.
        case deliver
        /// The caller gave the call up.
        case ignore
        /// The server broke the protocol: close the connection, the text says how.
        case violation(String)
    }

    let kind: CallKind
    private(set) var isAbandoned = false
    private var hasMessages = false
    /// What the server may still send.
    private var inbound: CreditWindow
    /// What we may still send.
    private var outbound: CreditWindow

    /// A call whose windows start with `creditBytes`.
    init(kind: CallKind, creditBytes: Int) {
        self.kind = kind
        inbound = CreditWindow(bytes: creditBytes)
        outbound = CreditWindow(bytes: creditBytes)
    }

    private var sendsStream: Bool { kind == .clientStream || kind == .bidirectional }
    private var receivesStream: Bool { kind == .serverStream || kind == .bidirectional }

    /// A `Message`, with a payload of so many bytes, or nil where it has only metadata.
    mutating func receiveMessage(
        payloadBytes: Int?, hasMetadata: Bool, endOfStream: Bool
    ) -> Action {
        guard receivesStream else {
            return .violation("a Message for a call that has one answer")
        }
        guard !endOfStream else { return .violation("a Message that ends a stream of answers") }
        guard !hasMetadata || !hasMessages else {
            return .violation("leading metadata after the first Message")
        }
        hasMessages = true
        guard let payloadBytes else {
            return hasMetadata ? passedOn : .violation("a Message that says nothing")
        }
        guard inbound.spend(payloadBytes) else {
            return .violation("more than a call's credit allows")
        }
        return passedOn
    }

    /// An `End`; the call is over.
    func receiveEnd(hasPayload: Bool, hasMetadata: Bool) -> Action {
        guard !receivesStream || !hasPayload else {
            return .violation("an answer in the End of a stream of answers")
        }
        guard !hasMetadata || !hasMessages else {
            return .violation("leading metadata after the first Message")
        }
        return passedOn
    }

    /// A `Credit`.
    mutating func receiveCredit(bytes: Int) -> Action {
        guard sendsStream else {
            return .violation("credit for a call that sends one message")
        }
        guard outbound.grant(bytes) else {
            return .violation("credit of nothing, or of too much")
        }
        return passedOn
    }

    private var passedOn: Action { isAbandoned ? .ignore : .deliver }

    /// Whether the call's credit allows a message.
    var maySend: Bool { outbound.isOpen }

    /// A message of so many bytes is sent.
    mutating func send(payloadBytes: Int) {
        _ = outbound.spend(payloadBytes)
    }

    /// Credit goes back to the server.
    ///
    /// - Returns: false where it must not be sent, since the call was given up.
    mutating func giveBack(_ bytes: Int) -> Bool {
        !isAbandoned && inbound.grant(bytes)
    }

    /// The caller has gone.
    ///
    /// - Returns: false where it had gone before.
    mutating func abandon() -> Bool {
        defer { isAbandoned = true }
        return !isAbandoned
    }
}
