import AuditProof
import Synchronization
import TestSupport
import Testing

@testable import Tenancy

/// What somebody who has the sealer's login, and not its key, writes into the operator's log is neither
/// signed over nor handed on.
@Suite(.serialized) struct ForgedCheckpointTests {
    private struct Setup {
        let sealing: SealingFixture
        let tenant: TenantSchema
        let folder: MasterKeyFileTests.Folder
        let publisher: CheckpointPublisher
        let told = Told()

        init() async throws {
            sealing = try await SealingFixture.make()
            tenant = try await sealing.fixture.activeTenant()
            folder = try MasterKeyFileTests.Folder()
            publisher = CheckpointPublisher(
                database: sealing.fixture.sealer,
                file: CheckpointFile(path: folder.path + "/key"), identity: try sealing.identity
            ) { [told] size, _ in told.add(size) }
            _ = try await checkpoint()
            try await publisher.publish()
        }

        func checkpoint() async throws -> AuditSealer.Round {
            try await sealing.write(in: tenant)
            return try await sealing.sealer.round(checkpointNow: true)
        }

        /// As the sealer's login may.
        func insert(_ sql: String) async throws {
            _ = try await sealing.fixture.sealer.run(
                [.sql(sql)], in: Scope(role: "icds_sealing"))
        }

        func count() throws -> String? {
            try sealing.fixture.rows("SELECT count(*) FROM registry.checkpoint")[0][0]
        }
    }

    private final class Told: Sendable {
        private let values = Mutex<[UInt64]>([])
        var sizes: [UInt64] { values.withLock { $0 } }
        func add(_ size: UInt64) { values.withLock { $0.append(size) } }
    }

    @Test func anInventedCheckpointIsNeitherSignedOverNorHandedOn() async throws {
        let setup = try await Setup()
        let stranger = try Checkpoint(
            origin: SealingFixture.origin, size: 2, root: SHA256.hash([1])
        ).signed(by: SigningKey.generate())
        try await setup.insert(
            """
            INSERT INTO registry.checkpoint (number, at, heads_root, nodes, note)
            SELECT 2, at, heads_root, nodes, '\(stranger.text)' FROM registry.checkpoint
            """)
        let round = try await setup.checkpoint()
        #expect(round.checkpointFailure?.contains("checkpoint 2 is not what a sealer") == true)
        #expect(round.rowsSealed == 1, "the logs themselves are sealed")
        #expect(try setup.count() == "2")
        #expect(
            setup.sealing.log.lines.contains {
                $0.contains("critical ALARM: no checkpoint can be made")
            })
        await #expect(throws: SealingError.checkpointForged(number: 2)) {
            try await setup.publisher.publish()
        }
        #expect(setup.told.sizes == [1])
    }

    /// The note is the sealer's, and what is under it is not.
    @Test func aCheckpointWithAnotherEntryIsNotSignedOver() async throws {
        let setup = try await Setup()
        try setup.sealing.fixture.rows(
            "UPDATE registry.checkpoint SET at = at - interval '1 year'")
        let round = try await setup.checkpoint()
        #expect(round.checkpointFailure?.contains("checkpoint 1 is not what a sealer") == true)
        #expect(try setup.count() == "1")
    }

    @Test func anInventedHeadIsNotSignedOver() async throws {
        let setup = try await Setup()
        try await setup.insert(
            """
            INSERT INTO registry.checkpoint_head
            SELECT 'm999', checkpoint, seal_number, tree_size, root, seal_hash
            FROM registry.checkpoint_head
            """)
        let round = try await setup.checkpoint()
        #expect(round.checkpointFailure?.contains("checkpoint 1 is not what a sealer") == true)
        #expect(try setup.count() == "1")
    }

    @Test func aTreeThatIsAnotherIsNotSignedOver() async throws {
        let setup = try await Setup()
        _ = try await setup.checkpoint()
        #expect(try setup.count() == "2")
        try setup.sealing.fixture.rows(
            """
            UPDATE registry.checkpoint SET nodes = set_byte(nodes, 40, get_byte(nodes, 40) # 1)
            WHERE number = 2
            """)
        let round = try await setup.checkpoint()
        #expect(round.checkpointFailure?.contains("checkpoint 2 is not what a sealer") == true)
        #expect(try setup.count() == "2")
    }
}
