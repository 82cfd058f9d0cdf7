/// What one side may still send, and what the other owes it (PROTOCOL.md, "Credit").
///
/// One window bounds one direction of a call, or of the connection, in payload bytes.
struct CreditWindow: Equatable {
    /// The most that may ever be outstanding: more is a peer that lost count.
    static let bytesMax = Int(Int32.max)

    /// Payload bytes that may still be sent.
    private(set) var available: Int
    /// Payload bytes that the receiver has used up and not yet given back.
    private(set) var owed = 0
    private let initial: Int

    /// A window that starts with `bytes`.
    init(bytes: Int) {
        available = bytes
        initial = bytes
    }

    /// Takes `bytes` for a message.
    ///
    /// - Returns: false when there is not enough; then nothing was taken.
    mutating func spend(_ bytes: Int) -> Bool {
        guard bytes <= available else { return false }
        available -= bytes
        return true
    }

    /// Adds what a Credit frame gives.
    ///
    /// - Returns: false when the frame gives nothing or more than a window can hold.
    mutating func grant(_ bytes: Int) -> Bool {
        guard bytes > 0, available <= Self.bytesMax - bytes else { return false }
        available += bytes
        return true
    }

    /// Notes that the reader has taken `bytes`, and says what to give back now: nothing until half
    /// the window is owed, so that small messages do not each cost a frame.
    mutating func consume(_ bytes: Int) -> Int {
        owed += bytes
        guard owed * 2 >= initial else { return 0 }
        defer { owed = 0 }
        available += owed
        return owed
    }
}
