import Tenancy
import TestSupport

struct NeverHappened: Error {
    var what: String
}

/// Waits for something that another process does, by asking again and again. Throws after a
/// minute, which even a machine that is busy with other things does not need.
func eventually(_ what: String, _ condition: () async throws -> Bool) async throws {
    let end = ContinuousClock.now + .seconds(60)
    while ContinuousClock.now < end {
        if try await condition() { return }
        // Only so as not to take the processor from the one that is waited for.
        try await Task.sleep(for: .milliseconds(5))
    }
    throw NeverHappened(what: what)
}

/// The kind of database error that `work` ends with, or nil when it succeeds.
func kindOfError(_ work: () async throws -> Void) async throws -> DatabaseError.Kind? {
    do {
        try await work()
        return nil
    } catch let error as DatabaseError {
        return error.kind
    }
}

extension DatabaseFixture {
    /// Waits until a backend of this database is busy with a text that holds `fragment`.
    func waitUntilRunning(_ fragment: String) async throws {
        try await eventually("\(fragment) runs") { try runningCount(fragment) > 0 }
    }

    func runningCount(_ fragment: String) throws -> Int {
        try cluster.execute(
            """
            SELECT pid FROM pg_stat_activity
            WHERE datname = '\(name)' AND state = 'active' AND query LIKE '%\(fragment)%'
            """
        ).count
    }
}
