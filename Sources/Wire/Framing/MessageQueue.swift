import NIOCore

/// Messages of a stream that have arrived and that its one reader has not taken yet.
///
/// Decides only: whoever waits to read is a value of `Reader`, handed back when its wait is over.
struct MessageQueue<Reader> {
    /// What a reader gets.
    enum Taken {
        case message([UInt8])
        /// No more will come.
        case end
        /// The stream broke off.
        case failed(any Error)
        /// Nothing is there yet: come back with `wait`.
        case nothing
    }

    private enum Ending {
        case open
        case finished
        case failed(any Error)
    }

    private var messages = CircularBuffer<[UInt8]>()
    private var ending = Ending.open
    private var reader: Reader?
    /// What the queued messages cost in credit.
    private(set) var bytes = 0

    /// Number of messages that nobody has taken.
    var count: Int { messages.count }

    /// Whether a reader waits.
    var hasReader: Bool { reader != nil }

    /// A message has arrived. Ignored after the end.
    ///
    /// - Returns: the reader that gets it now; nil where it was queued.
    mutating func push(_ message: [UInt8]) -> Reader? {
        guard case .open = ending else { return nil }
        if let reader {
            self.reader = nil
            return reader
        }
        messages.append(message)
        bytes += CreditWindow.cost(of: message.count)
        return nil
    }

    /// No more messages will come; those that are there can still be taken.
    ///
    /// - Returns: the reader that learns it now.
    mutating func finish() -> Reader? {
        guard case .open = ending else { return nil }
        ending = .finished
        return leave()
    }

    /// The stream broke off: what is queued is dropped, and every reader gets `error`.
    ///
    /// - Returns: the reader that learns it now.
    mutating func fail(_ error: any Error) -> Reader? {
        if case .failed = ending { return nil }
        ending = .failed(error)
        messages = CircularBuffer()
        bytes = 0
        return leave()
    }

    /// Takes the next message.
    mutating func take() -> Taken {
        if let message = messages.popFirst() {
            bytes -= CreditWindow.cost(of: message.count)
            return .message(message)
        }
        switch ending {
        case .open: return .nothing
        case .finished: return .end
        case .failed(let error): return .failed(error)
        }
    }

    /// Lets a reader wait that has found nothing; false where one waits already.
    mutating func wait(_ reader: Reader) -> Bool {
        guard self.reader == nil else { return false }
        self.reader = reader
        return true
    }

    /// Takes the waiting reader away.
    mutating func leave() -> Reader? {
        defer { reader = nil }
        return reader
    }
}
