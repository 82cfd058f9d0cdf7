import Tenancy
import TestSupport
import Testing

/// Connections are replaced when they are due, with nothing lost on the way.
@Suite struct RecyclingTests {
    private func statement(_ number: Int) -> Statement {
        Statement(name: "n\(number)", trusted: "SELECT \(number) AS n")
    }

    @Test func aConnectionIsReplacedAfterItsShareOfStatements() async throws {
        var limits = DatabaseLimits.standard
        limits.statementsPreparedBeforeRecyclingMax = 10
        let fixture = try DatabaseFixture(connectionCountMax: 1, limits: limits)
        let backend = try await fixture.backend()
        for number in 0..<12 {
            _ = try await fixture.database.run(
                [WorkStep(statement(number))], in: DatabaseFixture.reader)
        }
        try await eventually("another has taken its place") {
            try await fixture.backend() != backend
        }
        #expect(fixture.database.statistics.connectionsClosed[.statements] == 1)
        await fixture.database.shutdown()
    }

    @Test func anAgedConnectionIsReplacedByOneThatIsThereBefore() async throws {
        var limits = DatabaseLimits.standard
        limits.connectionAgeMax = .milliseconds(100)
        let fixture = try DatabaseFixture(connectionCountMax: 1, limits: limits)
        let database = fixture.database
        let first = try await fixture.backend()
        try await database.transaction(in: DatabaseFixture.writer) { transaction in
            _ = try await transaction.run(Statements.insert, [.text("a"), .int(1)])
            // The pool has one connection, and a transaction holds it past its time.
            try await eventually("another connection takes work meanwhile") {
                try await fixture.backend() != first
            }
            _ = try await transaction.run(Statements.insert, [.text("b"), .int(1)])
        }
        #expect(try fixture.storedItems() == ["a", "b"])
        await database.shutdown()
    }

    /// Where PostgreSQL lets a role have no more connections, the one that is due goes first.
    @Test func withoutRoomForOneMoreAConnectionIsReplacedAllTheSame() async throws {
        var limits = DatabaseLimits.standard
        limits.statementsPreparedBeforeRecyclingMax = 10
        let cluster = TestCluster.make()
        let fixture = try DatabaseFixture(cluster: cluster, connectionCountMax: 1, limits: limits)
        let backend = try await fixture.backend()
        try cluster.execute("ALTER ROLE app_login CONNECTION LIMIT 1")
        for number in 0..<12 {
            _ = try await fixture.database.run(
                [WorkStep(statement(number))], in: DatabaseFixture.reader)
        }
        try await eventually("another has taken its place") {
            try await fixture.backend() != backend
        }
        #expect(fixture.database.statistics.connectFailures > 0)
        await fixture.database.shutdown()
    }

    @Test func aBackendThatHasGrownToItsBoundIsReplacedAndNoWorkFails() async throws {
        var limits = DatabaseLimits.standard
        limits.backendBytesMax = 6 << 20
        let fixture = try DatabaseFixture(connectionCountMax: 2, limits: limits)
        try fixture.cluster.execute(Self.meter, database: fixture.name)
        let database = fixture.database
        try await withThrowingTaskGroup(of: Void.self) { group in
            for lane in 0..<4 {
                group.addTask {
                    for number in 0..<300 {
                        let rows = (0..<20).map { "(\(lane * 1_000 + number), \($0))" }
                            .joined(separator: ", ")
                        let wide = Statement(
                            name: "w\(lane).\(number)",
                            trusted: "SELECT count(*) AS n FROM (VALUES \(rows)) AS v (a, b)")
                        let count: Int
                        if number % 3 == 0 {
                            count = try await database.transaction(in: DatabaseFixture.reader) {
                                try await $0.run(wide).only().value("n")
                            }
                        } else {
                            count = try await database.run(
                                [WorkStep(wide)], in: DatabaseFixture.reader)[0].only().value("n")
                        }
                        #expect(count == 20)
                    }
                }
            }
            try await group.waitForAll()
        }
        try await eventually("a connection was replaced") {
            (database.statistics.connectionsClosed[.memory] ?? 0) > 0
        }
        #expect(Set(database.statistics.connectionsClosed.keys) == [.memory])
        let largest = try fixture.largestBackendBytes()
        #expect(largest < 12 << 20, "\(largest) bytes")
        await database.shutdown()
    }

    /// What is measured is what the system says that the process has of its own.
    @Test func measuredMemoryIsThatOfTheProcess() async throws {
        let fixture = try DatabaseFixture(connectionCountMax: 1)
        try fixture.cluster.execute(Self.meter, database: fixture.name)
        for number in 0..<400 {
            let columns = (0..<60).map { "\($0) AS c\($0)" }.joined(separator: ", ")
            _ = try await fixture.database.run(
                [WorkStep(Statement(name: "c\(number)", trusted: "SELECT \(columns)"))],
                in: DatabaseFixture.reader)
        }
        let measured: Int = try await fixture.database.run(
            [WorkStep(Statement("memory", "SELECT icds_admin.backend_memory() AS bytes"))],
            in: Scope(role: nil))[0].only().value("bytes")
        let own = try fixture.largestBackendBytes()
        #expect(measured > 8 << 20)
        #expect(Double(measured) / Double(own) > 0.75 && Double(measured) / Double(own) < 1.25)
        await fixture.database.shutdown()
    }

    /// As the bootstrap makes it.
    private static let meter = """
        CREATE SCHEMA icds_admin;
        GRANT USAGE ON SCHEMA icds_admin TO app_login;
        CREATE FUNCTION icds_admin.backend_memory() RETURNS bigint LANGUAGE sql SECURITY DEFINER
        AS 'SELECT sum(total_bytes)::bigint FROM pg_catalog.pg_get_backend_memory_contexts()';
        """
}

extension DatabaseFixture {
    /// Memory of its own that the largest backend of this database's pool has.
    fileprivate func largestBackendBytes() throws -> Int {
        let kilobytes = try cluster.execute(
            """
            SELECT max(substring(pg_read_file('/proc/' || pid || '/status')
                FROM 'RssAnon:\\s+(\\d+)')::int)
            FROM pg_stat_activity WHERE datname = '\(name)' AND usename = 'app_login'
            """)
        return try #require(kilobytes.first?.first.flatMap { $0 }.flatMap { Int($0) }) << 10
    }
}
