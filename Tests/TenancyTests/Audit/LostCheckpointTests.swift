import AuditProof
import TestSupport
import Testing

@testable import Tenancy

/// A database that came back as it was earlier: what was handed out is known from the file, and no second
/// checkpoint of the same size is ever signed.
@Suite(.serialized) struct LostCheckpointTests {
    private struct Setup {
        let sealing: SealingFixture
        let tenant: TenantSchema
        let folder: MasterKeyFileTests.Folder
        let file: CheckpointFile

        init() async throws {
            sealing = try await SealingFixture.make()
            tenant = try await sealing.fixture.activeTenant()
            folder = try MasterKeyFileTests.Folder()
            file = CheckpointFile(path: folder.path + "/key")
            for _ in 0..<3 {
                try await sealing.write(in: tenant)
                _ = try await sealing.sealer.round(checkpointNow: true)
            }
            try await publisher().publish()
        }

        /// As a daemon that is started now.
        func sealer(origin: String = SealingFixture.origin) throws -> AuditSealer {
            SealingFixture.sealer(
                sealing.fixture, sealing.key, sealing.log, formerKeys: [try sealing.noteKey],
                witness: file, origin: origin)
        }

        func publisher(origin: String = SealingFixture.origin) throws -> CheckpointPublisher {
            CheckpointPublisher(
                database: sealing.fixture.sealer, file: file,
                identity: try OperatorIdentity(
                    origin: origin, key: sealing.key.publicKey, former: [try sealing.noteKey])
            ) { _, _ in }
        }

        /// As recovery to an earlier moment leaves it.
        func goBack(to number: Int) throws {
            try sealing.fixture.rows(
                """
                DELETE FROM registry.checkpoint_head WHERE checkpoint > \(number);
                DELETE FROM registry.checkpoint WHERE number > \(number);
                DELETE FROM {schema}.seal WHERE number > \(number);
                DELETE FROM {schema}.audit WHERE seq > \(number)
                """, in: tenant)
        }

        func newest() throws -> String? {
            try sealing.fixture.rows("SELECT max(number) FROM registry.checkpoint")[0][0]
        }
    }

    @Test func noSecondCheckpointOfASizeIsSigned() async throws {
        let setup = try await Setup()
        try setup.goBack(to: 1)
        try await setup.sealing.write(in: setup.tenant)
        let sealer = try setup.sealer()
        let round = try await sealer.round(checkpointNow: true)
        #expect(round.rowsSealed == 1 && round.failed.isEmpty)
        #expect(round.checkpointFailure?.contains("checkpoint 3 was handed out") == true)
        #expect(try setup.newest() == "1")
        #expect(
            setup.sealing.log.lines.contains {
                $0.contains("critical ALARM: no checkpoint can be made")
            })
        await #expect(throws: SealingError.checkpointsLost(known: 3, found: 1)) {
            try await setup.publisher().publish()
        }
    }

    /// Somebody who goes on without a file, or with another, is found as soon as the file is there.
    @Test func anotherCheckpointOfTheSizeInTheFileIsNotGoneOnFrom() async throws {
        let setup = try await Setup()
        try setup.goBack(to: 1)
        let blind = SealingFixture.sealer(
            setup.sealing.fixture, setup.sealing.key, setup.sealing.log)
        for _ in 0..<3 {
            try await setup.sealing.write(in: setup.tenant)
            _ = try await blind.round(checkpointNow: true)
        }
        #expect(try setup.newest() == "4")
        try await setup.sealing.write(in: setup.tenant)
        let round = try await setup.sealer().round(checkpointNow: true)
        #expect(round.checkpointFailure?.contains("checkpoint 3 was handed out") == true)
        #expect(try setup.newest() == "4")
        await #expect(throws: SealingError.checkpointsLost(known: 3, found: 4)) {
            try await setup.publisher().publish()
        }
    }

    /// The same daemon remembers without a file.
    @Test func aSealerThatMadeThemNeedsNoFile() async throws {
        let setup = try await Setup()
        try setup.goBack(to: 2)
        let round = try await setup.sealing.sealer.round(checkpointNow: true)
        #expect(round.checkpointFailure?.contains("checkpoint 3 was handed out") == true)
        #expect(try setup.newest() == "2")
    }

    /// The way out: the log goes on under another name, and nobody can take the two for one.
    @Test func itGoesOnUnderAnotherName() async throws {
        let setup = try await Setup()
        let lost = try await setup.sealing.newestNote()
        try setup.goBack(to: 1)
        let name = "icds.test/audit-2"
        let sealer = try setup.sealer(origin: name)
        for _ in 0..<3 {
            try await setup.sealing.write(in: setup.tenant)
            #expect(try await sealer.round(checkpointNow: true).checkpointFailure == nil)
        }
        try await setup.publisher(origin: name).publish()
        let next = try await setup.sealing.newestNote()
        #expect(try Checkpoint(body: next.body).origin == name)
        let written = try setup.file.lastCheckpoint(
            of: OperatorIdentity(origin: name, key: setup.sealing.key.publicKey))
        #expect(written == (try Checkpoint(body: next.body)))
        // Whoever kept one under the old name finds that the database lost it.
        let keys = [
            try setup.sealing.noteKey,
            try NoteKey(name: name, key: setup.sealing.key.publicKey),
        ]
        let items = try await setup.sealing.items(setup.tenant, checkpoints: [3, 4])
        func verify(_ kept: SignedNote) throws -> LogSummary {
            var verifier = try LogVerifier(schema: setup.tenant.name, keys: keys, kept: [kept])
            for item in items { try verifier.take(item) }
            return try verifier.finish()
        }
        #expect(throws: LogFinding.unproven(checkpoint: 3)) { try verify(lost) }
        #expect(try verify(next).strongest(isKept: true)?.treeSize == 4)
    }
}
