/// How long a change of a schema waits for those who use it, and how often it tries again.
///
/// While it waits for a lock on a table, everybody who comes after it waits, too: so each wait is short,
/// what was done so far is rolled back, and the next attempt comes after a pause in which the others
/// get their work done.
public struct LockPatience: Sendable, Equatable {
    /// PostgreSQL's `lock_timeout` of each attempt.
    public var lockTimeout: Duration
    /// Attempts in all, the first included.
    public var attemptsMax: Int
    /// Pause before the second attempt; doubles from one to the next, half of it at random.
    public var pauseMin: Duration
    public var pauseMax: Duration

    public init(
        lockTimeout: Duration = .seconds(3), attemptsMax: Int = 5,
        pauseMin: Duration = .milliseconds(200), pauseMax: Duration = .seconds(3)
    ) {
        self.lockTimeout = lockTimeout
        self.attemptsMax = attemptsMax
        self.pauseMin = pauseMin
        self.pauseMax = pauseMax
    }

    public static let standard = LockPatience()

    /// What a transaction's scope takes.
    var setting: (name: String, value: String) {
        let parts = lockTimeout.components
        let milliseconds =
            parts.seconds * 1_000 + parts.attoseconds / 1_000_000_000_000_000
        // Zero would mean to wait for ever.
        return ("lock_timeout", "\(max(1, milliseconds))ms")
    }

    /// The pause after an attempt that failed, `number` counting from 1.
    func pause(afterAttempt number: Int, random: Double = .random(in: 0.5...1)) -> Duration {
        let factor = 1 << min(max(0, number - 1), 16)
        return min(pauseMin * factor, pauseMax) * random
    }
}

extension DatabaseError {
    /// Whether the work only came in the way of others: a lock that was not given in time, a deadlock,
    /// a serialization failure.
    public var isLockConflict: Bool {
        kind == .serialization || sqlState == "55P03"
    }
}
