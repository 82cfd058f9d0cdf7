import Tenancy
import TestSupport
import Testing

/// A server that lets connections in and answers nothing, as a proxy before one that has stopped.
@Suite struct ArrivalTests {
    private let question = "pg_control_system"

    private struct Setup {
        let fixture: DatabaseFixture
        let proxy: SocketProxy

        func connect(
            connectionCountMax: Int = 1, unavailableWait: Duration
        ) throws -> Database {
            var limits = DatabaseLimits.standard
            limits.connectTimeout = .milliseconds(300)
            limits.unavailableWait = unavailableWait
            limits.reconnectDelayMax = .milliseconds(100)
            return try DatabaseFixture.connect(
                proxy.connectionString(user: "app_login", database: fixture.name),
                connectionCountMax: connectionCountMax, limits: limits)
        }
    }

    private func setUp() throws -> Setup {
        let fixture = try DatabaseFixture(connectionCountMax: 1)
        return Setup(fixture: fixture, proxy: try SocketProxy(to: fixture.cluster))
    }

    private func count(_ database: Database, within time: Duration) async throws -> Int {
        try await database.run(
            [WorkStep(Statements.count)], in: DatabaseFixture.reader,
            options: WorkOptions(deadline: .now + time)
        ).count
    }

    @Test func aConnectionThatNeverSaysItsServerIsTriedAnew() async throws {
        let setup = try setUp()
        defer { setup.proxy.close() }
        setup.proxy.holdAnswers(to: question)
        let database = try setup.connect(unavailableWait: .seconds(60))
        let run = Task { try await count(database, within: .seconds(60)) }
        try await eventually("another attempt is made") { setup.proxy.acceptedCount > 2 }
        #expect(!database.isAvailable)
        #expect(database.statistics.connectFailures > 0)
        #expect(database.statistics.connectionsOpened == 0)
        setup.proxy.holdAnswers(to: nil)
        #expect(try await run.value == 1)
        #expect(database.isAvailable && database.statistics.connectionsOpened == 1)
        await database.shutdown()
        await setup.fixture.database.shutdown()
    }

    /// As where nobody lets us in: who waits is told soon, and not at the end of its time.
    @Test func workDoesNotWaitForItUntilItsDeadline() async throws {
        let setup = try setUp()
        defer { setup.proxy.close() }
        setup.proxy.holdAnswers(to: question)
        let database = try setup.connect(unavailableWait: .milliseconds(100))
        let kind = try await kindOfError {
            _ = try await count(database, within: .seconds(30))
        }
        #expect(kind == .unavailable)
        await database.shutdown()
        await setup.fixture.database.shutdown()
    }

    @Test func whatIsThereGoesOnWhileAnotherArrives() async throws {
        let setup = try setUp()
        defer { setup.proxy.close() }
        let database = try setup.connect(connectionCountMax: 2, unavailableWait: .seconds(60))
        #expect(try await count(database, within: .seconds(60)) == 1)
        setup.proxy.holdAnswers(to: question)
        // A transaction has the one connection, so that a second one is wanted.
        try await database.transaction(in: DatabaseFixture.reader) { transaction in
            _ = try await transaction.run(Statements.count)
            let run = Task { try await count(database, within: .seconds(60)) }
            try await eventually("a second is tried again and again") {
                database.statistics.connectFailures > 1
            }
            #expect(database.isAvailable)
            setup.proxy.holdAnswers(to: nil)
            #expect(try await run.value == 1)
        }
        await database.shutdown()
        await setup.fixture.database.shutdown()
    }
}
