/// What one side may still send in one direction of a call, or of the connection (PROTOCOL.md,
/// "Credit").
///
/// A message may be sent while the window is above zero and takes its whole cost, so that a window
/// falls below zero by one message at the most: a message may be larger than a window.
struct CreditWindow: Equatable {
    /// The most that may ever be outstanding: more is a peer that lost count.
    static let bytesMax = Int(Int32.max)
    /// What a message costs besides its payload, so that empty ones are not free.
    static let messageOverheadBytes = 64

    /// Bytes that may still be sent; zero or less: nothing.
    private(set) var available: Int

    /// A window that starts with `bytes`.
    init(bytes: Int) {
        available = bytes
    }

    /// Bytes of credit that a message with a payload of that size takes.
    static func cost(of payloadBytes: Int) -> Int { payloadBytes + messageOverheadBytes }

    /// Whether a message may be sent.
    var isOpen: Bool { available > 0 }

    /// Takes what a message with `payloadBytes` costs.
    ///
    /// - Returns: false when the window is not open; then nothing was taken.
    mutating func spend(_ payloadBytes: Int) -> Bool {
        guard isOpen else { return false }
        available -= Self.cost(of: payloadBytes)
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
}

/// What a receiver owes its peer: the cost of messages that are dealt with and whose credit has not
/// been given back.
struct CreditDebt: Equatable {
    private(set) var owed = 0
    private let windowBytes: Int

    /// A debt towards a window that started with `windowBytes`.
    init(windowBytes: Int) {
        self.windowBytes = windowBytes
    }

    /// Notes that messages which cost `bytes` are dealt with, and says what to give back now: nothing
    /// until it is half the window, so that small messages do not each cost a frame.
    mutating func consume(_ bytes: Int) -> Int {
        owed += bytes
        return giveBack()
    }

    /// Notes the same, and gives nothing back for the time being.
    mutating func withhold(_ bytes: Int) {
        owed += bytes
    }

    /// What to give back now of what is owed: all of it once that is half the window.
    mutating func giveBack() -> Int {
        guard owed > 0, owed * 2 >= windowBytes else { return 0 }
        defer { owed = 0 }
        return owed
    }
}
