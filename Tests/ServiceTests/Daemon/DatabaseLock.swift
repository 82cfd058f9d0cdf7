import Foundation
import TestSupport

/// A session of the embedded database's administrator that holds a table, so that calls which need it
/// stay in flight until a test lets them go.
final class DatabaseLock: Sendable {
    private let session: RunningProgram

    init(_ folder: DaemonFolder) throws {
        session = try RunningProgram(
            "/usr/bin/env",
            [
                "psql", "--no-psqlrc", "--quiet", "--tuples-only",
                "--host=\(folder.cluster)/socket", "--username=postgres", "icds",
            ],
            environment: ["PATH": "/usr/bin:/bin"])
    }

    func take(_ table: String) async throws {
        try session.write("BEGIN; LOCK TABLE \(table) IN ACCESS EXCLUSIVE MODE; SELECT 'taken';")
        _ = try await session.line(containing: "taken")
    }

    /// PostgreSQL itself looks until some session waits for a lock.
    func waitUntilSomebodyWaits() async throws {
        try session.write(
            """
            DO $$ BEGIN
                WHILE NOT EXISTS (SELECT FROM pg_locks WHERE NOT granted) LOOP
                    PERFORM pg_sleep(0.005);
                END LOOP;
            END $$; SELECT 'waited for';
            """)
        _ = try await session.line(containing: "waited for")
    }

    func release() throws { try session.write("COMMIT;\n\\q") }

    deinit { session.signal(SIGKILL) }
}
