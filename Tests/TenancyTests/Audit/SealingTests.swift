import AuditProof
import TestSupport
import Testing

@testable import Tenancy

@Suite(.serialized) struct SealingTests {
    @Test func rowsAreSealedChainedAndInACheckpoint() async throws {
        let setup = try await SealingFixture.make()
        let (one, other) = (
            try await setup.fixture.activeTenant(), try await setup.fixture.activeTenant()
        )
        try await setup.write(5, in: one)
        var round = try await setup.sealer.round(checkpointNow: true)
        #expect(round.isLeader && round.rowsSealed == 5 && round.failed.isEmpty)
        let first = try await setup.newestNote()
        try await setup.write(3, in: one)
        try await setup.write(2, in: other)
        round = try await setup.sealer.round(checkpointNow: true)
        #expect(round.rowsSealed == 5)
        round = try await setup.sealer.round(checkpointNow: true)
        #expect(round.rowsSealed == 0)
        let second = try await setup.newestNote()
        #expect(try Checkpoint(body: second.body).size == 2, "nothing new, no checkpoint")
        try await setup.write(1, in: one)

        let summary = try await setup.verify(one, witnessed: [first, second])
        #expect(summary.rowCount == 9 && summary.sealCount == 2 && summary.treeSize == 8)
        #expect(summary.unsealedRowCount == 1)
        #expect(summary.agreeing.map(\.checkpoint.size) == [1, 2])
        #expect(try await setup.verify(other).treeSize == 2)
        // The first was made before this log had a seal, and whoever kept it is shown that.
        let early = try await setup.verify(other, witnessed: [first])
        #expect(early.agreeing.map(\.treeSize) == [0, 2])
        #expect(early.agreeing.map(\.isKept) == [true, false])
    }

    @Test func theOperatorsLogIsOneThatGrows() async throws {
        let setup = try await SealingFixture.make()
        let tenant = try await setup.fixture.activeTenant()
        var notes: [Checkpoint] = []
        for _ in 0..<6 {
            try await setup.write(in: tenant)
            _ = try await setup.sealer.round(checkpointNow: true)
            notes.append(
                try Checkpoint.verified(try await setup.newestNote(), by: [setup.noteKey]))
        }
        let log = OperatorLog(database: setup.fixture.api)
        for (index, old) in notes.enumerated() {
            for new in notes[index...] {
                let path = try await log.consistency(from: old.size, to: new.size)
                #expect(
                    try MerkleProof.isConsistent(
                        from: old.size, root: old.root, to: new.size, root: new.root, path: path))
            }
        }
        #expect(notes.map(\.size) == [1, 2, 3, 4, 5, 6])
    }

    /// What is not committed may come before what is: the order is that of transactions, cut at the
    /// oldest under way.
    @Test func aTransactionUnderWayHoldsBackOnlyWhatCannotBeOrderedYet() async throws {
        let setup = try await SealingFixture.make()
        let tenant = try await setup.fixture.activeTenant()
        try await setup.write(2, in: tenant)
        let entry = AuditEntry(
            actor: AuditActor(
                kind: .municipality, code: tenant.code, system: "x", userID: "slow"),
            method: "icds.v1.ClientService/UpdateClient", outcome: .refused(reason: "TEST"),
            purpose: 1, callReference: "slow")
        let key = try await setup.fixture.auditKeys.current(tenant)
        let step = try entry.insertStep(key)
        try await setup.fixture.api.transaction(
            in: Scope(role: tenant.role, schema: tenant)
        ) { transaction in
            _ = try await transaction.run([step])
            try await setup.write(3, in: tenant)
            let round = try await setup.sealer.round()
            #expect(round.rowsSealed == 2, "those before the open transaction")
        }
        let round = try await setup.sealer.round(checkpointNow: true)
        #expect(round.rowsSealed == 4)
        let sequences = try setup.fixture.rows(
            "SELECT seq FROM {schema}.audit ORDER BY era, xid, seq", in: tenant)
        #expect(sequences.count == 6)
        #expect(try await setup.verify(tenant).treeSize == 6)
    }

    @Test func theLagGrowsWhileATransactionIsUnderWayAndFallsAfterwards() async throws {
        let setup = try await SealingFixture.make()
        let tenant = try await setup.fixture.activeTenant()
        let sealer = setup.sealer
        try setup.fixture.rows(
            "UPDATE registry.sealing SET complete_time = now() - interval '1 hour'")
        try await setup.fixture.administrator.transaction(in: Scope(role: nil)) { transaction in
            _ = try await transaction.run([.sql("SELECT pg_current_xact_id()")])
            try await setup.write(in: tenant)
            #expect(try await sealer.round().lag >= .seconds(3_600))
            #expect(try await sealer.round().lag >= .seconds(3_600))
        }
        // One round to see that it has ended, if another transaction began meanwhile.
        var lag = Duration.seconds(9_999)
        for _ in 0..<20 where lag > .seconds(60) { lag = try await sealer.round().lag }
        #expect(lag < .seconds(60))
    }

    @Test func onlyOneOfManySealersLeads() async throws {
        let setup = try await SealingFixture.make()
        let tenant = try await setup.fixture.activeTenant()
        try await setup.write(40, in: tenant)
        let others = (0..<4).map { _ in
            SealingFixture.sealer(setup.fixture, setup.key, setup.log)
        }
        try await withThrowingTaskGroup { group in
            for sealer in others {
                group.addTask { for _ in 0..<5 { _ = try await sealer.round() } }
            }
            group.addTask { try await setup.write(40, in: tenant) }
            try await group.waitForAll()
        }
        _ = try await setup.sealer.round()
        let summary = try await setup.verify(tenant)
        #expect(summary.rowCount == 80 && summary.unsealedRowCount == 0)
    }

    @Test func aSealThatSomebodyElseWroteIsNotGoneOnFrom() async throws {
        let setup = try await SealingFixture.make()
        let (tenant, healthy) = (
            try await setup.fixture.activeTenant(), try await setup.fixture.activeTenant()
        )
        try await setup.write(3, in: tenant)
        _ = try await setup.sealer.round(checkpointNow: true)
        let stranger = SealingFixture.sealer(
            setup.fixture, try SigningKey.generate(), setup.log)
        try await setup.write(in: tenant)
        try await setup.write(in: healthy)
        let round = try await stranger.round()
        #expect(round.failed == [tenant] && round.rowsSealed == 1)
        #expect(setup.log.lines.contains { $0.contains("ALARM") && $0.contains(tenant.code) })

        // A key that follows another is told of it.
        let next = try SigningKey.generate()
        let successor = try SealingFixture.sealer(
            setup.fixture, next, RecordedLog(), formerKeys: [setup.noteKey])
        // What the stranger sealed elsewhere is nobody's.
        #expect(try await successor.round().failed == [healthy])
        var verifier = try LogVerifier(
            schema: tenant.name,
            keys: [
                setup.noteKey, try NoteKey(name: SealingFixture.origin, key: next.publicKey),
            ])
        for item in try await setup.items(tenant) { try verifier.take(item) }
        #expect(try verifier.finish().treeSize == 4)
    }

    @Test func aLogThatGotShorterIsAnAlarm() async throws {
        let setup = try await SealingFixture.make()
        let tenant = try await setup.fixture.activeTenant()
        for _ in 0..<2 {
            try await setup.write(2, in: tenant)
            _ = try await setup.sealer.round(checkpointNow: true)
        }
        try setup.fixture.rows("DELETE FROM {schema}.seal WHERE number = 2", in: tenant)
        #expect(try await setup.sealer.round().failed == [tenant])
        // Another daemon, which never saw it, knows it from the checkpoint.
        let other = SealingFixture.sealer(setup.fixture, setup.key, setup.log)
        #expect(try await other.round().failed == [tenant])
        #expect(setup.log.lines.contains { $0.contains("ends with seal 1") })
    }

    /// Transactions of another cluster are numbered anew: what is written there comes after all that was
    /// brought along, once the owner has begun an era.
    @Test func aLogThatMovedToAnotherClusterGoesOnInANewEra() async throws {
        let setup = try await SealingFixture.make()
        let tenant = try await setup.fixture.activeTenant()
        try await setup.write(3, in: tenant)
        _ = try await setup.sealer.round(checkpointNow: true)
        // As if rows and seal came from elsewhere, with transactions that this cluster has not reached.
        try setup.fixture.rows(
            """
            UPDATE {schema}.audit SET xid = '4000000000000000'::xid8;
            UPDATE {schema}.seal SET system_identifier = 7
            """, in: tenant)
        let moved = SealingFixture.sealer(setup.fixture, setup.key, setup.log)
        #expect(try await moved.round().failed == [tenant], "the seal was changed")
        let sealed = try await resign(setup, tenant)
        let restored = SealingFixture.sealer(setup.fixture, setup.key, setup.log)
        #expect(try await restored.round().failed == [tenant], "no era was begun")
        #expect(setup.log.lines.contains { $0.contains("begin_audit_era") })
        #expect(try setup.fixture.rows("SELECT {schema}.begin_audit_era()", in: tenant) == [["2"]])
        try await setup.write(2, in: tenant)
        #expect(try await restored.round().failed.isEmpty)
        #expect(
            try setup.fixture.rows(
                "SELECT era, count(*) FROM {schema}.audit GROUP BY era ORDER BY era", in: tenant)
                == [["1", "3"], ["2", "2"]])
        let summary = try await setup.verify(tenant)
        #expect(summary.treeSize == 5 && summary.sealCount == sealed + 1)
    }

    /// Makes the seals of a log anew over its rows as they are, with the operator's key, and forgets the
    /// checkpoints: what a log looks like that was made elsewhere.
    private func resign(_ setup: SealingFixture, _ tenant: TenantSchema) async throws -> UInt64 {
        let rows = try await AuditLogReader(database: setup.fixture.api).rows(
            after: .start, through: .end, limit: 100, in: tenant)
        var frontier = MerkleFrontier()
        for (_, leaf) in rows { try frontier.append(leaf) }
        var seal = Seal()
        seal.number = 1
        seal.first = try #require(rows.first).row.position
        seal.last = try #require(rows.last).row.position
        seal.rowCount = UInt64(rows.count)
        seal.treeSize = frontier.size
        seal.root = try frontier.root()
        seal.previous = Seal.none
        seal.systemIdentifier = 7
        seal.timeline = 1
        seal.time = try #require(rows.last).row.time
        try seal.sign(with: setup.key, schema: tenant.name)
        try setup.fixture.rows(
            "DELETE FROM {schema}.seal; TRUNCATE registry.checkpoint CASCADE", in: tenant)
        _ = try await setup.fixture.sealer.run(
            [
                WorkStep(
                    SealStatements.insert,
                    SealRecord(seal: seal, frontier: frontier).parameters)
            ], in: Scope(role: "icds_sealing", schema: tenant))
        return 1
    }
}
