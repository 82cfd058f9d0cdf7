import Tenancy
import TestSupport
import Testing

@Suite struct ConnectionLossTests {
    @Test func losingTheAnswerToACommitLeavesTheOutcomeUnknown() async throws {
        let fixture = try DatabaseFixture()
        let proxy = try SocketProxy(to: fixture.cluster)
        defer { proxy.close() }
        let database = try DatabaseFixture.connect(
            proxy.connectionString(user: "app_login", database: fixture.name),
            connectionCountMax: 1)
        let run = Task {
            _ = try await database.run([WorkStep(Statements.count)], in: DatabaseFixture.reader)
            proxy.holdAnswers()
            return try await kindOfError {
                _ = try await database.run(
                    [WorkStep(Statements.insert, [.text("run"), .int(1)])],
                    in: DatabaseFixture.writer)
            }
        }
        try await eventually("the run was kept") { try fixture.storedItems() == ["run"] }
        proxy.cut()
        #expect(try await run.value == .outcomeUnknown)

        proxy.releaseAnswers()
        let transaction = Task {
            try await kindOfError {
                try await database.transaction(in: DatabaseFixture.writer) { transaction in
                    _ = try await transaction.run(Statements.insert, [.text("tx"), .int(1)])
                    proxy.holdAnswers()
                }
            }
        }
        try await eventually("the transaction was kept") {
            try fixture.storedItems() == ["run", "tx"]
        }
        proxy.cut()
        #expect(try await transaction.value == .outcomeUnknown)
        await database.shutdown()
        await fixture.database.shutdown()
    }

    @Test func losingTheConnectionBeforeTheCommitIsUnavailable() async throws {
        let fixture = try DatabaseFixture(connectionCountMax: 1)
        let database = fixture.database
        let run = Task {
            try await kindOfError {
                _ = try await database.run(
                    [
                        WorkStep(Statements.insert, [.text("a"), .int(1)]),
                        WorkStep(Statements.sleep, [.text("30")]),
                    ], in: DatabaseFixture.writer)
            }
        }
        try await fixture.waitUntilRunning("pg_sleep")
        try fixture.terminateBackends()
        #expect(try await run.value == .unavailable)

        let kind = try await kindOfError {
            try await database.transaction(in: DatabaseFixture.writer) { transaction in
                _ = try await transaction.run(Statements.insert, [.text("b"), .int(1)])
                try fixture.terminateBackends()
                _ = try await transaction.run(Statements.count)
            }
        }
        #expect(kind == .unavailable)
        #expect(try fixture.storedItems() == [])
        await database.shutdown()
    }

    @Test func aStoppedDatabaseIsUnavailableAndARestartedOneServesAgain() async throws {
        let cluster = TestCluster.make()
        var limits = DatabaseLimits.standard
        limits.unavailableWait = .milliseconds(100)
        limits.reconnectDelayMax = .milliseconds(100)
        let fixture = try DatabaseFixture(cluster: cluster, limits: limits)
        let step = [WorkStep(Statements.count)]
        var changes = fixture.database.availabilityChanges().makeAsyncIterator()
        _ = try await fixture.database.run(step, in: DatabaseFixture.reader)
        while await changes.next() == false {}
        #expect(fixture.database.isAvailable)

        try cluster.stop(immediately: true)
        while await changes.next() == true {}
        let kind = try await kindOfError {
            _ = try await fixture.database.run(step, in: DatabaseFixture.reader)
        }
        #expect(kind == .unavailable)
        #expect(!fixture.database.isAvailable)

        try cluster.start()
        while await changes.next() == false {}
        let result = try await fixture.database.run(step, in: DatabaseFixture.reader)
        #expect(result.count == 1)
        await fixture.database.shutdown()
        #expect(await changes.next() != true)
    }
}

extension DatabaseFixture {
    func terminateBackends() throws {
        try cluster.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = '\(name)'"
        )
    }
}
