import AuditProof
import Glibc
import Synchronization
import Testing

@testable import Tenancy

/// What hands checkpoints on: each to the file, in order and once, the newest to callers.
@Suite(.serialized) struct CheckpointPublisherTests {
    private final class Told: Sendable {
        private let values = Mutex<[UInt64: String]>([:])
        var sizes: [UInt64] { values.withLock { $0.keys.sorted() } }
        func note(_ size: UInt64) -> String? { values.withLock { $0[size] } }
        func add(_ size: UInt64, _ note: String) { values.withLock { $0[size] = note } }
    }

    private struct Setup {
        let sealing: SealingFixture
        let tenant: TenantSchema
        let folder: MasterKeyFileTests.Folder
        let told = Told()

        var path: String { folder.path + "/key" }

        init() async throws {
            sealing = try await SealingFixture.make()
            tenant = try await sealing.fixture.activeTenant()
            folder = try MasterKeyFileTests.Folder()
        }

        func publisher(_ identity: OperatorIdentity? = nil) throws -> CheckpointPublisher {
            CheckpointPublisher(
                database: sealing.fixture.sealer, file: CheckpointFile(path: path),
                identity: try identity ?? sealing.identity
            ) { [told] size, note in told.add(size, note) }
        }

        func checkpoint() async throws {
            try await sealing.write(in: tenant)
            _ = try await sealing.sealer.round(checkpointNow: true)
        }

        func notesInFile() throws -> [SignedNote] {
            let descriptor = open(path, O_RDONLY)
            guard descriptor >= 0 else { return [] }
            defer { close(descriptor) }
            var bytes = [UInt8](repeating: 0, count: 65_536)
            let count = read(descriptor, &bytes, bytes.count)
            let text = String(decoding: bytes.prefix(max(0, count)), as: UTF8.self)
            return try NoteFile.notes(text)
        }
    }

    @Test func eachCheckpointGoesToTheFileOnceAndTheNewestToCallers() async throws {
        let setup = try await Setup()
        let publisher = try setup.publisher()
        try await publisher.publish()
        #expect(setup.told.sizes.isEmpty && access(setup.path, F_OK) != 0)
        for _ in 0..<3 { try await setup.checkpoint() }
        try await publisher.publish()
        try await publisher.publish()
        #expect(setup.told.sizes == [3])
        let key = try setup.sealing.noteKey
        var sizes = try setup.notesInFile().map { try Checkpoint.verified($0, by: [key]).size }
        #expect(sizes == [1, 2, 3])
        #expect(setup.told.note(3) == (try setup.notesInFile().last?.text))
        // After a restart it goes on where the file ends.
        try await setup.checkpoint()
        try await setup.publisher().publish()
        sizes = try setup.notesInFile().map { try Checkpoint(body: $0.body).size }
        #expect(sizes == [1, 2, 3, 4])
        #expect(setup.told.sizes == [3, 4])
    }

    @Test func callersAreToldEvenWhereTheFileCannotBeWritten() async throws {
        let setup = try await Setup()
        try await setup.checkpoint()
        try #require(mkdir(setup.path, 0o700) == 0)
        let publisher = try setup.publisher()
        await #expect(throws: CheckpointFile.Failure.self) { try await publisher.publish() }
        #expect(setup.told.sizes == [1])
        rmdir(setup.path)
        try await setup.checkpoint()
        try await publisher.publish()
        #expect(try setup.notesInFile().count == 2, "nothing that failed is left out")
    }
}
