import Rehearsal

/// Asking again and again for what has no event, with a limit.
enum Patience {
    /// Waits until `condition` holds.
    ///
    /// - Returns: whether it held within the time.
    static func wait(
        atMost limit: Duration, every pause: Duration = .milliseconds(20),
        for condition: () async throws -> Bool
    ) async throws -> Bool {
        let end = ContinuousClock.now + limit
        while true {
            if try await condition() { return true }
            guard ContinuousClock.now < end else { return false }
            try await Task.sleep(for: pause)
        }
    }

    /// As `wait`, where it must hold.
    ///
    /// - Throws: `ProcessFailure`.
    static func require(
        _ what: String, atMost limit: Duration, for condition: () async throws -> Bool
    ) async throws {
        guard try await wait(atMost: limit, for: condition) else {
            throw ProcessFailure("\(what): not after \(limit)")
        }
    }
}
