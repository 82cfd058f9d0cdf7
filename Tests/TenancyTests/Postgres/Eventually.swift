import Tenancy
import TestSupport
import Testing

/// Waits for something that another process does, by asking again and again; a failure of the
/// test after ten seconds.
func eventually(
    _ what: Comment, sourceLocation: SourceLocation = #_sourceLocation,
    _ condition: () async throws -> Bool
) async throws {
    let end = ContinuousClock.now + .seconds(10)
    while ContinuousClock.now < end {
        if try await condition() { return }
        await Task.yield()
    }
    Issue.record(what, sourceLocation: sourceLocation)
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
