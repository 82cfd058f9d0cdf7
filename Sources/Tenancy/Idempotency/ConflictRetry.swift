/// Makes work again that PostgreSQL broke off because it stood in another's way: a serialization
/// failure or a deadlock (SQLSTATE 40001, 40P01). Nothing of such work was kept.
struct ConflictRetry {
    /// Attempts, the first included.
    static let attemptsMax = 6
    /// Bounds of the pause before the second attempt; they double with each further one. At random
    /// between them, so that those who collided do not meet again.
    static let pauseMicroseconds = 500...5_000

    private let deadline: ContinuousClock.Instant?
    private var failures = 0

    /// - Parameter deadline: that of the work: no attempt begins after it.
    init(deadline: ContinuousClock.Instant?) {
        self.deadline = deadline
    }

    /// Waits before the next attempt.
    ///
    /// - Parameter shortest: no less than this, and what is at random comes on top.
    /// - Throws: `error` where there is none.
    mutating func pause(
        after error: DatabaseError, atLeast shortest: Duration = .zero
    ) async throws(DatabaseError) {
        failures += 1
        guard failures < Self.attemptsMax else { throw error }
        let microseconds = Int.random(in: Self.pauseMicroseconds) << (failures - 1)
        let pause = shortest + .microseconds(microseconds)
        if let deadline, ContinuousClock.now + pause >= deadline { throw error }
        do {
            try await Task.sleep(for: pause)
        } catch {
            throw DatabaseError(.cancelled, "cancelled between two attempts")
        }
    }

    /// Runs `work`, which must be safe to run again: it does nothing that its transaction does not
    /// undo.
    static func run<Value>(
        until deadline: ContinuousClock.Instant?, _ work: () async throws -> Value
    ) async throws -> Value {
        var retry = ConflictRetry(deadline: deadline)
        while true {
            do {
                return try await work()
            } catch let error as DatabaseError where error.kind == .serialization {
                try await retry.pause(after: error)
            }
        }
    }
}
