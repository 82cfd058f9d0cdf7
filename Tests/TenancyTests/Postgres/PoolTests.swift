import Tenancy
import TestSupport
import Testing

@Suite struct PoolTests {
    @Test func pipelinedRunsDoNotTouchEachOther() async throws {
        let fixture = try DatabaseFixture(connectionCountMax: 1)
        let database = fixture.database
        let backend = try await fixture.backend()
        let failures = await withTaskGroup(of: Bool.self) { group in
            for number in 0..<64 {
                group.addTask {
                    let amount: Int64 = number % 2 == 0 ? 1 : -1
                    let steps = [
                        WorkStep(Statements.insert, [.text("a\(number)"), .int(1)]),
                        WorkStep(Statements.insert, [.text("b\(number)"), .int(amount)]),
                    ]
                    let results = try? await database.run(steps, in: DatabaseFixture.writer)
                    return results == nil
                }
            }
            return await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
        }
        #expect(failures == 32)
        let expected = (0..<64).filter { $0 % 2 == 0 }.flatMap { ["a\($0)", "b\($0)"] }
        #expect(try Set(fixture.storedItems()) == Set(expected))
        #expect(try await fixture.backend() == backend)
        await database.shutdown()
    }

    @Test func twoHundredTasksShareFourConnections() async throws {
        let fixture = try DatabaseFixture(connectionCountMax: 4)
        let database = fixture.database
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<200 {
                group.addTask {
                    let county = String(number)
                    let scope = Scope(
                        role: number % 3 == 0 ? "reader" : "writer",
                        settings: [("icds.county", county)])
                    let row =
                        if number % 5 == 0 {
                            try await database.transaction(in: scope) { transaction in
                                _ = try await transaction.run(Statements.count)
                                return try await transaction.run(Statements.whoAmI).only()
                            }
                        } else {
                            try await database.run([WorkStep(Statements.whoAmI)], in: scope)[0]
                                .only()
                        }
                    #expect(try row.value("role") == scope.role)
                    #expect(try row.value("county") == county)
                }
            }
            try await group.waitForAll()
        }
        let connections = try fixture.cluster.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = '\(fixture.name)'")
        #expect(connections == [["4"]])
        await database.shutdown()
    }

    @Test func theQueueRefusesBeyondItsLimit() async throws {
        var limits = DatabaseLimits.standard
        limits.queuedWorksMax = 2
        let fixture = try DatabaseFixture(connectionCountMax: 1, limits: limits)
        let database = fixture.database
        let kinds = try await database.transaction(in: DatabaseFixture.reader) { transaction in
            _ = try await transaction.run(Statements.count)
            let (answers, continuation) = AsyncStream.makeStream(of: DatabaseError.Kind?.self)
            let tasks = (0..<3).map { _ in
                Task {
                    let kind = try await kindOfError {
                        _ = try await database.run(
                            [WorkStep(Statements.count)], in: DatabaseFixture.reader)
                    }
                    continuation.yield(kind)
                    return kind
                }
            }
            // One of the three is refused while the connection is held.
            var iterator = answers.makeAsyncIterator()
            #expect(await iterator.next() == .overloaded)
            return tasks
        }
        var refused = 0
        for task in kinds where try await task.value == .overloaded { refused += 1 }
        #expect(refused == 1)
        await database.shutdown()
    }

    @Test func preparedStatementsStayWithinTheirLimit() async throws {
        var limits = DatabaseLimits.standard
        limits.preparedStatementsMax = 20
        let fixture = try DatabaseFixture(connectionCountMax: 1, limits: limits)
        let backend = try await fixture.backend()
        for round in 0..<2 {
            for number in 0..<50 {
                let statement = Statement(name: "n\(number)", trusted: "SELECT \(number) AS n")
                let result = try await fixture.database.run(
                    [WorkStep(statement)], in: DatabaseFixture.reader)
                #expect(try result[0].only().value("n") == number, "round \(round)")
            }
        }
        let prepared = try await fixture.database.run(
            [WorkStep(Statement("list", "SELECT count(*) AS n FROM pg_prepared_statements"))],
            in: DatabaseFixture.reader)
        let count: Int = try prepared[0].only().value("n")
        #expect(count > 10 && count <= 21)
        #expect(try await fixture.backend() == backend)
        await fixture.database.shutdown()
    }

    @Test func aChangedTableReplacesTheConnectionThatKnewTheOldOne() async throws {
        let fixture = try DatabaseFixture(connectionCountMax: 1)
        let all = WorkStep(Statement("item.all", "SELECT * FROM app.item"))
        _ = try await fixture.database.run([all], in: DatabaseFixture.reader)
        try fixture.cluster.execute(
            "ALTER TABLE app.item ADD COLUMN note text", database: fixture.name)
        let kind = try await kindOfError {
            _ = try await fixture.database.run([all], in: DatabaseFixture.reader)
        }
        #expect(kind == .statement(sqlState: "0A000"))
        let again = try await fixture.database.run([all], in: DatabaseFixture.reader)
        #expect(again[0].columnNames.contains("note"))
        await fixture.database.shutdown()
    }

    @Test func shuttingDownLetsWorkFinishAndRefusesNewWork() async throws {
        let fixture = try DatabaseFixture(connectionCountMax: 1)
        let database = fixture.database
        let holder = try fixture.connectAgain()
        let (running, closing) = try await holder.transaction(in: Scope(role: nil)) { transaction in
            _ = try await transaction.run(Statements.takeLock)
            let running = Task {
                try await kindOfError {
                    _ = try await database.run(
                        [
                            WorkStep(Statements.insert, [.text("a"), .int(1)]),
                            WorkStep(Statements.takeLock),
                        ], in: DatabaseFixture.writer)
                }
            }
            try await fixture.waitUntilRunning("pg_advisory_xact_lock")
            let closing = Task { await database.shutdown(within: .seconds(60)) }
            try await eventually("new work is refused") {
                try await kindOfError {
                    _ = try await database.run(
                        [WorkStep(Statements.count)], in: DatabaseFixture.reader,
                        options: WorkOptions(deadline: .now + .milliseconds(100)))
                } == .unavailable
            }
            return (running, closing)
        }
        await closing.value
        #expect(try await running.value == nil)
        #expect(try fixture.storedItems() == ["a"])
        await holder.shutdown()
        try await eventually("all connections are closed") {
            try fixture.cluster.execute(
                "SELECT 1 FROM pg_stat_activity WHERE datname = '\(fixture.name)'"
            ).isEmpty
        }
    }

    @Test func shuttingDownDoesNotWaitBeyondItsLimit() async throws {
        let fixture = try DatabaseFixture(connectionCountMax: 1)
        let database = fixture.database
        let running = Task {
            try await kindOfError {
                try await database.transaction(in: DatabaseFixture.writer) { transaction in
                    _ = try await transaction.run(Statements.sleep, [.text("30")])
                }
            }
        }
        try await fixture.waitUntilRunning("pg_sleep")
        await database.shutdown(within: .milliseconds(20))
        #expect(try await running.value == .unavailable)
    }
}
