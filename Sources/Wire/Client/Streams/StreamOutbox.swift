import NIOCore

/// What a streaming call has to send and its credit did not allow yet. Decides only.
struct StreamOutbox {
    /// Bytes that may wait before a writer has to: enough to keep the connection busy while the
    /// writer makes the next message. A message that is larger waits alone.
    static let bytesMax = 65_536

    /// What became of a message.
    enum Put: Equatable {
        /// It waits to be sent; tell the connection if `wake`.
        case stored(wake: Bool)
        /// Come again when there is room.
        case full
        /// The stream was finished before.
        case finished
    }

    /// What to send.
    enum Item: Equatable {
        /// A message, which ends the stream if it is the last.
        case message([UInt8], isLast: Bool)
        /// The end of the stream.
        case end
        /// Nothing is there.
        case nothing
        /// A message is there and has no credit.
        case blocked
    }

    private var messages = CircularBuffer<[UInt8]>()
    private var bytes = 0
    private(set) var isFinished = false
    private var isEndSent = false
    /// The connection was told, and has not looked yet.
    private var isAwake = false

    /// Whether writers that wait are told: they look whether their message fits.
    var hasRoom: Bool { bytes * 2 <= Self.bytesMax }

    /// Whether a message of that cost may wait with the others.
    func fits(cost: Int) -> Bool {
        messages.isEmpty || bytes + cost <= Self.bytesMax
    }

    /// Takes a message.
    mutating func put(_ message: [UInt8]) -> Put {
        guard !isFinished else { return .finished }
        let cost = CreditWindow.cost(of: message.count)
        guard fits(cost: cost) else { return .full }
        messages.append(message)
        bytes += cost
        return .stored(wake: wake())
    }

    /// No more messages follow.
    ///
    /// - Returns: whether the connection has to be told.
    mutating func finish() -> Bool {
        guard !isFinished else { return false }
        isFinished = true
        return wake()
    }

    private mutating func wake() -> Bool {
        defer { isAwake = true }
        return !isAwake
    }

    /// The next thing to send, if its credit allows.
    mutating func take(hasCredit: Bool) -> Item {
        isAwake = false
        guard let message = messages.first else {
            guard isFinished, !isEndSent else { return .nothing }
            isEndSent = true
            return .end
        }
        guard hasCredit else { return .blocked }
        messages.removeFirst()
        bytes -= CreditWindow.cost(of: message.count)
        let isLast = isFinished && messages.isEmpty
        if isLast { isEndSent = true }
        return .message(message, isLast: isLast)
    }

    /// Drops what will not be sent.
    mutating func drop() {
        messages = CircularBuffer()
        bytes = 0
    }
}
