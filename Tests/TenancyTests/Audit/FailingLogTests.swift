import AuditProof
import TestSupport
import Testing

@testable import Tenancy

/// A log that cannot be sealed: how long it has failed is known to every daemon, and outlives each.
@Suite(.serialized) struct FailingLogTests {
    private func failing() async throws -> (SealingFixture, TenantSchema) {
        let setup = try await SealingFixture.make()
        let tenant = try await setup.fixture.activeTenant()
        for _ in 0..<2 {
            try await setup.write(in: tenant)
            _ = try await setup.sealer.round(checkpointNow: true)
        }
        try setup.fixture.rows(
            """
            CREATE TABLE public.kept AS SELECT * FROM {schema}.seal WHERE number = 2;
            DELETE FROM {schema}.seal WHERE number = 2
            """, in: tenant)
        return (setup, tenant)
    }

    @Test func itIsRememberedSinceWhenALogFails() async throws {
        let (setup, tenant) = try await failing()
        let first = try await setup.sealer.round()
        #expect(first.failing == [tenant: .zero])
        try setup.fixture.rows(
            "UPDATE registry.sealing_failure SET since = since - interval '5 hours'")
        // A daemon that is started now, and one that another leads.
        let other = SealingFixture.sealer(setup.fixture, setup.key, setup.log)
        #expect(try #require(try await other.round().failing[tenant]) >= .seconds(18_000))
        let follower = SealingFixture.sealer(setup.fixture, setup.key, setup.log)
        try await setup.fixture.sealer.transaction(in: Scope(role: "icds_sealing")) { leader in
            _ = try await leader.run([WorkStep(SealStatements.lead)])
            let round = try await follower.round()
            #expect(!round.isLeader)
            #expect(try #require(round.failing[tenant]) >= .seconds(18_000))
            let status = SealingStatus(limit: .seconds(14_400))
            status.record(round)
            #expect(status.isOverdue(municipalityCode: tenant.code))
            #expect(!status.isOverdue() && status.failedCount == 1)
        }
        // Mended.
        try setup.fixture.rows(
            "INSERT INTO {schema}.seal SELECT * FROM public.kept", in: tenant)
        #expect(try await setup.sealer.round().failing.isEmpty)
        #expect(try setup.fixture.rows("SELECT FROM registry.sealing_failure").isEmpty)
    }

    /// The leader's own transaction does nothing while a log is sealed; the server ends it once it has idled
    /// for too long, and with it the lead.
    @Test func theLeaderIsHeardOfAfterEachSeal() async throws {
        let setup = try await SealingFixture.make()
        let tenant = try await setup.fixture.activeTenant()
        try await setup.write(5, in: tenant)
        let state = try setup.fixture.rows(
            """
            SELECT system_identifier,
                ('x' || left(pg_walfile_name(pg_current_wal_insert_lsn()), 8))::bit(32)::integer
            FROM pg_control_system()
            """)[0]
        let sealer = TenantSealer(
            database: setup.fixture.sealer, key: setup.key, formerKeys: [],
            systemIdentifier: try #require(state[0].flatMap { UInt64($0) }),
            timeline: try #require(state[1].flatMap { UInt32($0) }), rowsMax: 2)
        var count = 0
        let (last, rowCount) = try await sealer.seal(tenant, known: nil) { count += 1 }
        #expect(rowCount == 5 && last?.seal.number == 3)
        #expect(count == 3)
        #expect(try await setup.verify(tenant).sealCount == 3)
    }
}
