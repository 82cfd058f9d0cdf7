import NIOCore

/// What has come of a streaming call's answer and was not read yet. Decides only.
struct StreamInbox {
    /// What a reader gets.
    enum Taken: Equatable {
        /// A message. `cost` was held for it; `giveBack` bytes of the call's credit go back now.
        case message([UInt8], cost: Int, giveBack: Int)
        /// The call ended with OK.
        case end
        /// The call failed.
        case failure(CallFailure)
        /// Nothing is there yet.
        case wait
    }

    /// How the call ended.
    struct Ending: Equatable {
        var failure: CallFailure?
        var trailing = Metadata()
    }

    private var messages = CircularBuffer<[UInt8]>()
    private var debt: CreditDebt
    /// Leading metadata, once it is known that there is some, or none.
    private(set) var leading: Metadata?
    /// Whether anything came before the end.
    private(set) var hasAnswered = false
    private(set) var ending: Ending?
    /// The one answer of a client stream: comes with the End and costs no credit.
    private var answer: [UInt8]?

    /// Whether a message can be taken.
    var hasMessage: Bool { !messages.isEmpty }

    /// An inbox for a call whose window starts with `creditBytes`.
    init(creditBytes: Int) {
        debt = CreditDebt(windowBytes: creditBytes)
    }

    /// A message came, with leading metadata if it is the first.
    ///
    /// - Returns: what is held for it; nil where the call is over on this side.
    mutating func receive(_ message: [UInt8]?, leading metadata: Metadata) -> Int? {
        guard ending == nil else { return nil }
        if leading == nil { leading = metadata }
        hasAnswered = true
        guard let message else { return 0 }
        messages.append(message)
        return CreditWindow.cost(of: message.count)
    }

    /// The call has ended. The first end counts.
    ///
    /// - Returns: false when it had ended before.
    mutating func end(
        failure: CallFailure?, answer: [UInt8]? = nil, leading metadata: Metadata = Metadata(),
        trailing: Metadata = Metadata()
    ) -> Bool {
        guard ending == nil else { return false }
        if leading == nil { leading = metadata }
        self.answer = answer
        ending = Ending(failure: failure, trailing: trailing)
        return true
    }

    /// Nobody will read any more: drops what is there. A reader that comes all the same must not
    /// take what is left for the whole.
    ///
    /// - Returns: what was held, and whether the call was open until now.
    mutating func abandon() -> (held: Int, wasOpen: Bool) {
        let wasOpen = end(failure: .cancelled)
        if !messages.isEmpty || answer != nil { ending?.failure = .cancelled }
        let held = messages.reduce(0) { $0 + CreditWindow.cost(of: $1.count) }
        messages = CircularBuffer()
        answer = nil
        return (held, wasOpen)
    }

    /// The next thing for the reader.
    mutating func take() -> Taken {
        if let message = messages.popFirst() {
            let cost = CreditWindow.cost(of: message.count)
            // Nothing goes back for a call that is over.
            let giveBack = ending == nil ? debt.consume(cost) : 0
            return .message(message, cost: cost, giveBack: giveBack)
        }
        guard let ending else { return .wait }
        if let failure = ending.failure { return .failure(failure) }
        guard let answer else { return .end }
        self.answer = nil
        return .message(answer, cost: 0, giveBack: 0)
    }
}
