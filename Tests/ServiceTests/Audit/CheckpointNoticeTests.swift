import AuditProof
import Contract
import Glibc
import Logging
import Tenancy
import TestSupport
import Testing
import Wire

@testable import Services

/// Checkpoints as every organisation gets them: with the answers of other calls, over real connections.
@Suite struct CheckpointNoticeTests {
    private static let key = "icds-checkpoint-bin"

    /// The note that comes with the answer of a call that tells nothing of anybody.
    private func told(_ caller: ServiceCaller) async throws -> SignedNote? {
        let metadata = ResponseMetadata()
        _ = try? await caller.health.check(
            CheckRequest(), options: CallOptions(responseMetadata: metadata))
        let entry = metadata.trailing.entries.first { $0.key == Self.key }
        return try entry.map { try SignedNote(text: String(decoding: $0.value, as: UTF8.self)) }
    }

    @Test func everyOrganisationIsToldTheNewestCheckpointAndCanVerifyIt() async throws {
        let fixture = try await ServiceFixture.make(cluster: .make())
        let notice = ConnectionNotice(key: Self.key)
        let server = try await ServiceServer.start(fixture, notice: notice)
        let signing = try SigningKey.generate()
        let pinned = try NoteKey(name: "icds.test/audit", key: signing.publicKey)
        let sealer = AuditSealer(
            database: fixture.sealer, key: signing, settings: .init(origin: "icds.test/audit"),
            logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }))
        let path = "/tmp/icds-checkpoints-\(getpid())-\(UInt32.random(in: 0 ... .max))"
        defer { unlink(path) }
        let publisher = CheckpointPublisher(
            database: fixture.sealer, file: CheckpointFile(path: path),
            identity: try OperatorIdentity(origin: "icds.test/audit", key: signing.publicKey)
        ) { _, note in notice.set(Array(note.utf8)) }

        let callers = [
            try await server.caller(.municipality, ServiceFixture.tampere),
            try await server.caller(.county, ServiceFixture.pirkanmaa),
            try await server.caller(.operator, "test"), try await server.caller(.agency, "test"),
        ]
        for size in UInt64(1)...2 {
            for caller in callers { #expect(try await told(caller) == nil) }
            _ = try await callers[0].create()
            _ = try await sealer.round(checkpointNow: true)
            try await publisher.publish()
            for caller in callers {
                let note = try #require(try await told(caller), "\(caller.peer.uri)")
                let checkpoint = try Checkpoint.verified(note, by: [pinned])
                #expect(checkpoint.size == size)
                #expect(try await caller.audit.getCheckpoint(.init()).note == note.text)
            }
        }
    }
}
