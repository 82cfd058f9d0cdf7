import Logging
import TestSupport
import Testing

@testable import Tenancy

/// A primary and a standby of it, both real.
@Suite struct FailoverTests {
    private struct Pair {
        let fixture: DatabaseFixture
        let cluster: TestCluster

        init() throws {
            cluster = TestCluster.make()
            fixture = try DatabaseFixture(cluster: cluster, connectionCountMax: 1)
            try cluster.startStandby()
        }

        /// The standby is named first, so that who only takes what comes first is found out.
        func connect(_ more: String = "", standby: Database? = nil) throws -> Database {
            try DatabaseFixture.connect(
                cluster.pairConnectionString(user: "app_login", database: fixture.name) + more)
        }

        func standbyHas(_ items: [String]) throws -> Bool {
            try cluster.executeOnStandby(
                "SELECT label FROM app.item ORDER BY label", database: fixture.name
            ).compactMap { $0.first ?? nil } == items
        }
    }

    private func insert(_ label: String, _ database: Database) async throws {
        _ = try await database.run(
            [WorkStep(Statements.insert, [.text(label), .int(1)])], in: DatabaseFixture.writer)
    }

    @Test func workFollowsAPromotion() async throws {
        let pair = try Pair()
        let database = try pair.connect()
        try await insert("before", database)
        try await eventually("the standby has it") { try pair.standbyHas(["before"]) }
        let changes = database.availabilityChanges()
        try pair.cluster.stop(immediately: true)
        let lost = try await kindOfError { try await insert("lost", database) }
        #expect(lost == .unavailable)
        try pair.cluster.promoteStandby()
        try await eventually("the new primary takes changes") {
            try await kindOfError { try await insert("after", database) } == nil
        }
        #expect(try pair.standbyHas(["after", "before"]))
        for await isAvailable in changes where isAvailable { break }
        #expect(database.primaryNumber == 1, "who keeps what was read is told")
        await database.shutdown()
        await pair.fixture.database.shutdown()
    }

    /// Neither a connection that was lost nor a restart is a change of the server.
    @Test func theSameServerAfterARestartIsTheSame() async throws {
        let cluster = TestCluster.make()
        let fixture = try DatabaseFixture(cluster: cluster, connectionCountMax: 1)
        try await insert("before", fixture.database)
        try cluster.stop(immediately: true)
        try cluster.start()
        try await eventually("it takes changes again") {
            try await kindOfError { try await insert("after", fixture.database) } == nil
        }
        #expect(fixture.database.primaryNumber == 0)
        await fixture.database.shutdown()
    }

    @Test func onlyWorkThatMayBeStaleGoesToTheStandby() async throws {
        let pair = try Pair()
        let standby = try pair.connect(" target_session_attrs=prefer-standby")
        let configuration = try DatabaseConfiguration(
            connectionString: pair.cluster.pairConnectionString(
                user: "app_login", database: pair.fixture.name),
            connectionCountMax: 1)
        let database = try Database(
            configuration: configuration, logger: Logger(label: "test"), standby: standby)
        try database.start()
        let question = [
            WorkStep(Statement("recovery", "SELECT pg_is_in_recovery() AS is_standby"))
        ]
        func isStandby(_ options: WorkOptions) async throws -> Bool {
            try await database.run(question, in: DatabaseFixture.reader, options: options)[0]
                .only().value("is_standby")
        }
        let stale = WorkOptions(readOnly: true, mayBeStale: true)
        try await eventually("the standby is reached") { standby.isAvailable }
        #expect(try await isStandby(stale))
        #expect(try await !isStandby(WorkOptions(readOnly: true)))
        #expect(try await !isStandby(WorkOptions(mayBeStale: true)), "it may write")
        try pair.cluster.stopStandby()
        try await eventually("the primary does it all") { try await !isStandby(stale) }
        await database.shutdown()
        await pair.fixture.database.shutdown()
    }
}
