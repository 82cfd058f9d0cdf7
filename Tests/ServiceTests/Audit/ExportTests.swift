import AuditProof
import Contract
import Logging
import Tenancy
import TestSupport
import Testing
import Wire

@testable import Services

/// Export and checkpoints over a real connection. One test seals: rounds go over the whole database.
@Suite(.serialized) struct ExportTests {
    private func sealer(_ fixture: ServiceFixture, _ key: SigningKey) -> AuditSealer {
        AuditSealer(
            database: fixture.sealer, key: key, settings: .init(origin: "icds.test/audit"),
            logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }))
    }

    private func export(
        _ caller: ServiceCaller, from: Timestamp? = nil, to: Timestamp? = nil,
        checkpoints: [UInt64] = []
    ) async throws -> [ExportAccessesResponse] {
        let stream = try await caller.audit.exportAccesses(
            .with {
                $0.access = ServiceExamples.access(.logOversight)
                $0.recordedFrom = from
                $0.recordedUntil = to
                $0.checkpointSizes = checkpoints
            })
        var items: [ExportAccessesResponse] = []
        for try await item in stream { items.append(item) }
        return items
    }

    @Test func whatIsExportedIsWhatWasSealed() async throws {
        let server = try await ServiceServer.start(try await ServiceFixture.make(cluster: .make()))
        let fixture = server.fixture
        let key = try SigningKey.generate()
        let sealer = sealer(fixture, key)
        let caller = try await server.caller(.municipality, ServiceFixture.tampere)
        let county = try await server.caller(.county, ServiceFixture.pirkanmaa)
        let none = try await status { _ = try await county.audit.getCheckpoint(.init()) }
        #expect(none?.reason == "CHECKPOINT_NOT_FOUND")

        let client = try await caller.create()
        _ = try await sealer.round(checkpointNow: true)
        let first = try await county.audit.getCheckpoint(.init())
        _ = try await caller.get(client.clientID)
        _ = try await sealer.round(checkpointNow: true)

        let items = try await export(caller, checkpoints: [1])
        #expect(items.count == 9, "start, three rows, two seals, two checkpoints, end")
        #expect(
            items.map(Self.kind) == [
                "start", "proof", "proof", "row", "seal", "row", "seal", "row", "end",
            ])
        guard case .end(let end) = items.last?.item else {
            Issue.record("no end")
            return
        }
        // The export's own row is there already, and not sealed yet.
        #expect(end.rowCount == 3 && end.sealCount == 2 && end.proofCount == 2)
        #expect(!"\(items.map { $0.jsonString() })".contains("municipal-user"))

        let second = try await county.audit.getCheckpoint(.with { $0.knownSize = 1 })
        let (old, new) = (
            try Checkpoint(body: SignedNote(text: first.note).body),
            try Checkpoint(body: SignedNote(text: second.note).body)
        )
        #expect(old.size == 1 && new.size == 2)
        #expect(
            try MerkleProof.isConsistent(
                from: 1, root: old.root, to: 2, root: new.root, path: second.consistency))
        let beyond = try await status {
            _ = try await county.audit.getCheckpoint(.with { $0.knownSize = 3 })
        }
        #expect(beyond?.violationSummary == ["known_size OUT_OF_RANGE"])

        try await checkRange(caller, items)
    }

    private static func kind(_ item: ExportAccessesResponse) -> String {
        switch item.item {
        case .start: "start"
        case .proof: "proof"
        case .row: "row"
        case .seal: "seal"
        case .end: "end"
        case nil: "nothing"
        }
    }

    private static func seals(_ items: [ExportAccessesResponse]) -> [LogSeal] {
        items.compactMap { item in
            guard case .seal(let seal) = item.item else { return nil }
            return seal
        }
    }

    private static func moment(of seal: LogSeal) -> Timestamp {
        let time = seal.timeMicroseconds
        return Timestamp(
            seconds: 946_684_800 + time / 1_000_000, nanos: Int32(time % 1_000_000) * 1_000)
    }

    /// From the last seal before a moment to the first seal after another.
    private func checkRange(
        _ caller: ServiceCaller, _ all: [ExportAccessesResponse]
    ) async throws {
        let seals = Self.seals(all)
        let later = Self.moment(of: seals[1])
        let range = try await export(caller, from: later, to: later)
        guard case .start(let start) = range.first?.item, case .end(let end) = range.last?.item
        else {
            Issue.record("no start or no end")
            return
        }
        #expect(start.seal == seals[0] && start.frontier.count == 1)
        #expect(end.rowCount == 1 && end.sealCount == 1 && end.proofCount == 1)
        #expect(start.recordedUntil == later)
        let refusal = try await status {
            _ = try await export(caller, from: later, to: Timestamp(seconds: later.seconds - 1))
        }
        #expect(refusal?.violationSummary == ["recorded_until OUT_OF_RANGE"])
    }

    @Test func whileSealsAreOverdueNothingIsAnsweredThatLeavesARow() async throws {
        let fixture = try await ServiceFixture.shared()
        var overdue = try #require(fixture.authority as? DaemonAuthority)
        overdue.isSealingOverdue = { _ in true }
        let authority = overdue
        let peer = fixture.municipality(ServiceFixture.tampere).peer
        for method in ContractMethods.all
        where method.service != HealthServiceMethods.check.service {
            var context = ServerContext(peer: peer, method: method, callReference: "test")
            context.address.userID = "user-1"
            let refusal = try await status { try await authority.authorize(context) }
            #expect((refusal?.reason == "AUDIT_NOT_SEALED") == method.isAudited, "\(method.name)")
        }
    }
    /// One log fails, and the others are sealed.
    @Test func whileOneLogIsOverdueOnlyWhatLeavesARowInItIsRefused() async throws {
        let fixture = try await ServiceFixture.shared()
        var overdue = try #require(fixture.authority as? DaemonAuthority)
        overdue.isSealingOverdue = { $0 == ServiceFixture.tampere }
        let authority = overdue
        func reason(_ peer: PeerIdentity, _ municipality: String? = nil) async throws -> String? {
            var context = ServerContext(
                peer: peer,
                method: municipality == nil
                    ? ClientServiceMethods.getClient : SharingServiceMethods.fetch,
                callReference: "test")
            context.address.userID = "user-1"
            context.address.municipalityCode = municipality
            return try await status { try await authority.authorize(context) }?.reason
        }
        #expect(
            try await reason(fixture.municipality(ServiceFixture.tampere).peer)
                == "AUDIT_NOT_SEALED")
        #expect(try await reason(fixture.municipality(ServiceFixture.oulu).peer) == nil)
        let county = fixture.county(ServiceFixture.pirkanmaa).peer
        #expect(try await reason(county, ServiceFixture.tampere) == "AUDIT_NOT_SEALED")
        #expect(try await reason(county, ServiceFixture.oulu) == nil)
    }

    /// Whoever may add seals can number one far ahead, and an administrator can take one away.
    @Test func anExportEndsWhereItShouldThoughSealsAreMissing() async throws {
        let server = try await ServiceServer.start(try await ServiceFixture.make(cluster: .make()))
        let sealer = sealer(server.fixture, try SigningKey.generate())
        let caller = try await server.caller(.municipality, ServiceFixture.tampere)
        for _ in 0..<4 {
            _ = try await caller.create()
            _ = try await sealer.round(checkpointNow: true)
        }
        let whole = Self.seals(try await export(caller))
        try #require(whole.map(\.number) == [1, 2, 3, 4])
        _ = try server.fixture.rows("DELETE FROM m837.seal WHERE number = 2")
        let part = try await export(caller, to: Self.moment(of: whole[2]))
        #expect(Self.seals(part).map(\.number) == [1, 3])
        guard case .end(let end) = part.last?.item else {
            Issue.record("no end")
            return
        }
        #expect(end.rowCount == 3 && end.sealCount == 2)
    }
}
