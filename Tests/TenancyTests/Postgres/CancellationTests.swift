import Tenancy
import TestSupport
import Testing

@Suite struct CancellationTests {
    @Test func cancellingATransactionStopsItsStatementAndRollsBack() async throws {
        let fixture = try DatabaseFixture(connectionCountMax: 1)
        let database = fixture.database
        let task = Task {
            try await kindOfError {
                try await database.transaction(in: DatabaseFixture.writer) { transaction in
                    _ = try await transaction.run(Statements.insert, [.text("a"), .int(1)])
                    _ = try await transaction.run(Statements.sleep, [.text("30")])
                }
            }
        }
        try await fixture.waitUntilRunning("pg_sleep")
        task.cancel()
        #expect(try await task.value == .cancelled)
        try await eventually("the statement was stopped") {
            try fixture.runningCount("pg_sleep") == 0
        }
        #expect(try fixture.storedItems() == [])
        #expect(try await fixture.backend() > 0)
        await database.shutdown()
    }

    @Test func cancellingAWaitingWorkTakesItOutOfTheQueue() async throws {
        let fixture = try DatabaseFixture(connectionCountMax: 1)
        let database = fixture.database
        let task = try await database.transaction(in: DatabaseFixture.reader) { transaction in
            _ = try await transaction.run(Statements.count)
            let task = Task {
                try await kindOfError {
                    _ = try await database.run(
                        [WorkStep(Statements.insert, [.text("a"), .int(1)])],
                        in: DatabaseFixture.writer)
                }
            }
            task.cancel()
            #expect(try await task.value == .cancelled)
            return task
        }
        _ = try await task.value
        #expect(try fixture.storedItems() == [])
        await database.shutdown()
    }

    @Test func aRunThatWasSentIsAnsweredWithItsOutcome() async throws {
        let fixture = try DatabaseFixture(connectionCountMax: 1)
        let database = fixture.database
        let holder = try fixture.connectAgain()
        let (lockIsHeld, started) = AsyncStream.makeStream(of: Void.self)
        let task = Task {
            for await _ in lockIsHeld {}
            return try await kindOfError {
                _ = try await database.run(
                    [
                        WorkStep(Statements.insert, [.text("a"), .int(1)]),
                        WorkStep(Statements.takeLock),
                    ], in: DatabaseFixture.writer)
            }
        }
        try await holder.transaction(in: Scope(role: nil)) { transaction in
            _ = try await transaction.run(Statements.takeLock)
            started.finish()
            try await fixture.waitUntilRunning("pg_advisory_xact_lock")
            task.cancel()
        }
        await holder.shutdown()
        #expect(try await task.value == nil)
        #expect(try fixture.storedItems() == ["a"])
        await database.shutdown()
    }

    @Test func aCommitIsNeverCancelled() async throws {
        let fixture = try DatabaseFixture()
        let proxy = try SocketProxy(to: fixture.cluster)
        defer { proxy.close() }
        let database = try DatabaseFixture.connect(
            proxy.connectionString(user: "app_login", database: fixture.name),
            connectionCountMax: 1)
        let task = Task {
            try await kindOfError {
                try await database.transaction(in: DatabaseFixture.writer) { transaction in
                    _ = try await transaction.run(Statements.insert, [.text("a"), .int(1)])
                    proxy.holdAnswers()
                }
            }
        }
        try await eventually("the commit was carried out") {
            try fixture.storedItems() == ["a"]
        }
        task.cancel()
        proxy.releaseAnswers()
        #expect(try await task.value == nil)
        #expect(proxy.acceptedCount == 1, "no cancel request was made")
        await database.shutdown()
        await fixture.database.shutdown()
    }
}
