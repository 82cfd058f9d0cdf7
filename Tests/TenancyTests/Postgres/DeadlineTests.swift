import Tenancy
import TestSupport
import Testing

@Suite struct DeadlineTests {
    private func options(_ milliseconds: Int) -> WorkOptions {
        WorkOptions(deadline: .now + .milliseconds(milliseconds))
    }

    @Test func aDeadlineThatHasPassedSendsNothing() async throws {
        let fixture = try DatabaseFixture()
        let kind = try await kindOfError {
            _ = try await fixture.database.run(
                [WorkStep(Statements.insert, [.text("a"), .int(1)])], in: DatabaseFixture.writer,
                options: options(-1))
        }
        #expect(kind == .deadlineExceeded)
        #expect(try fixture.storedItems() == [])
        await fixture.database.shutdown()
    }

    @Test func aDeadlineInTheQueueSendsNothing() async throws {
        let fixture = try DatabaseFixture(connectionCountMax: 1)
        let database = fixture.database
        let (held, release) = AsyncStream.makeStream(of: Void.self)
        let holder = Task {
            try await database.transaction(in: DatabaseFixture.reader) { transaction in
                _ = try await transaction.run(Statements.count)
                for await _ in held {}
            }
        }
        try await eventually("the connection is held") {
            try fixture.cluster.execute(
                """
                SELECT 1 FROM pg_stat_activity
                WHERE datname = '\(fixture.name)' AND state = 'idle in transaction'
                """
            ).count == 1
        }
        let kind = try await kindOfError {
            _ = try await database.run(
                [WorkStep(Statements.insert, [.text("a"), .int(1)])], in: DatabaseFixture.writer,
                options: options(60))
        }
        #expect(kind == .deadlineExceeded)
        release.finish()
        try await holder.value
        #expect(try fixture.storedItems() == [])
        await database.shutdown()
    }

    @Test func aRunIsBoundedByItsStatementTimeoutAndTheConnectionGoesOn() async throws {
        let fixture = try DatabaseFixture(connectionCountMax: 1)
        let backend = try await fixture.backend()
        let kind = try await kindOfError {
            _ = try await fixture.database.run(
                [
                    WorkStep(Statements.insert, [.text("a"), .int(1)]),
                    WorkStep(Statements.sleep, [.text("30")]),
                ], in: DatabaseFixture.writer, options: options(80))
        }
        #expect(kind == .deadlineExceeded)
        #expect(try fixture.storedItems() == [])
        #expect(try await fixture.backend() == backend)
        await fixture.database.shutdown()
    }

    @Test func aDeadlineInATransactionStopsItsStatementAndRollsBack() async throws {
        let fixture = try DatabaseFixture(connectionCountMax: 1)
        let kind = try await kindOfError {
            try await fixture.database.transaction(
                in: DatabaseFixture.writer, options: options(150)
            ) { transaction in
                _ = try await transaction.run(Statements.insert, [.text("a"), .int(1)])
                _ = try await transaction.run(Statements.sleep, [.text("0.1")])
                _ = try await transaction.run(Statements.sleep, [.text("30")])
            }
        }
        #expect(kind == .deadlineExceeded)
        try await eventually("the statement was stopped") {
            try fixture.runningCount("pg_sleep") == 0
        }
        #expect(try fixture.storedItems() == [])
        #expect(try await fixture.backend() > 0)
        await fixture.database.shutdown()
    }

    @Test func aDeadlineAfterTheCommitWasSentLeavesTheOutcomeUnknown() async throws {
        let fixture = try DatabaseFixture()
        let proxy = try SocketProxy(to: fixture.cluster)
        defer { proxy.close() }
        var limits = DatabaseLimits.standard
        limits.commitGrace = .milliseconds(50)
        let database = try DatabaseFixture.connect(
            proxy.connectionString(user: "app_login", database: fixture.name),
            connectionCountMax: 1, limits: limits)
        _ = try await database.run([WorkStep(Statements.count)], in: DatabaseFixture.reader)
        proxy.holdAnswers()
        let kind = try await kindOfError {
            _ = try await database.run(
                [WorkStep(Statements.insert, [.text("a"), .int(1)])], in: DatabaseFixture.writer,
                options: options(1_000))
        }
        #expect(kind == .outcomeUnknown)
        #expect(try fixture.storedItems() == ["a"])
        proxy.releaseAnswers()
        // The connection was given up, and a new one serves.
        _ = try await database.run([WorkStep(Statements.count)], in: DatabaseFixture.reader)
        #expect(proxy.acceptedCount > 1)
        await database.shutdown()
        await fixture.database.shutdown()
    }
}
