import AuditProof
import Logging
import TestSupport
import Testing

@testable import Tenancy

/// A database of its own with a sealer: rounds go over all tenants of a database, so that suites which
/// seal do not share one.
struct SealingFixture {
    static let origin = "icds.test/audit"

    let fixture: TenancyFixture
    let key: SigningKey
    let log: RecordedLog
    let sealer: AuditSealer

    static func make() async throws -> SealingFixture {
        try SealingFixture(fixture: try await TenancyFixture.make())
    }

    init(fixture: TenancyFixture, key: SigningKey? = nil) throws {
        self.fixture = fixture
        self.key = try key ?? SigningKey.generate()
        log = RecordedLog()
        sealer = Self.sealer(fixture, self.key, log)
    }

    static func sealer(
        _ fixture: TenancyFixture, _ key: SigningKey, _ log: RecordedLog,
        formerKeys: [NoteKey] = [], witness: CheckpointFile? = nil, origin: String = Self.origin
    ) -> AuditSealer {
        var settings = AuditSealer.Settings(origin: origin)
        settings.witness = witness
        settings.formerKeys = formerKeys
        // Each round of a test looks at every log.
        settings.wholeRoundInterval = .zero
        return AuditSealer(
            database: fixture.sealer, key: key, settings: settings, logger: log.logger)
    }

    var noteKey: NoteKey {
        get throws { try NoteKey(name: Self.origin, key: key.publicKey) }
    }

    var identity: OperatorIdentity {
        get throws { try OperatorIdentity(origin: Self.origin, key: key.publicKey) }
    }

    func write(_ count: Int = 1, in tenant: TenantSchema) async throws {
        for number in 0..<count {
            let entry = AuditEntry(
                actor: AuditActor(
                    kind: .municipality, code: tenant.code, system: "x", userID: "user-\(number)"),
                method: "icds.v1.ClientService/GetClient", outcome: .refused(reason: "TEST"),
                purpose: 1, statedReason: "Why not", callReference: "call-\(number)")
            try await fixture.tenants.record(entry, in: tenant)
        }
    }

    /// What `ExportAccesses` sends.
    func items(_ tenant: TenantSchema, checkpoints: [UInt64] = []) async throws -> [LogItem] {
        let reader = AuditLogReader(database: fixture.api)
        let operatorLog = OperatorLog(database: fixture.api)
        var items: [LogItem] = [.start(LogStart(schema: tenant.name))]
        var end = LogEnd(rowCount: 0, sealCount: 0, proofCount: 0)
        let seals = try await reader.seals(after: 0, limit: 1_000, in: tenant)
        let newest = try await operatorLog.newestNumber(
            for: tenant, within: seals.last?.seal.treeSize ?? 0)
        for number in Set(checkpoints + (newest.map { [$0] } ?? [])).sorted() {
            guard let proof = try await operatorLog.proof(for: tenant, at: number) else { continue }
            items.append(.proof(proof))
            end.proofCount += 1
        }
        var position = LogPosition.start
        func add(through last: LogPosition) async throws {
            for (row, leaf) in try await reader.rows(
                after: position, through: last, limit: 1_000, in: tenant)
            {
                items.append(.row(row, leaf: leaf))
                end.rowCount += 1
            }
            position = last
        }
        for record in seals {
            try await add(through: record.seal.last)
            items.append(.seal(record.seal))
            end.sealCount += 1
        }
        try await add(through: .end)
        return items + [.end(end)]
    }

    func verify(
        _ tenant: TenantSchema, witnessed: [SignedNote] = []
    ) async throws -> LogSummary {
        var verifier = try LogVerifier(
            schema: tenant.name, keys: [try noteKey], kept: witnessed)
        let sizes = try witnessed.map { try Checkpoint(body: $0.body).size }
        for item in try await items(tenant, checkpoints: sizes) { try verifier.take(item) }
        return try verifier.finish()
    }

    /// What a verifier finds; nil where nothing is wrong.
    func finding(
        _ tenant: TenantSchema, witnessed: [SignedNote] = []
    ) async throws -> LogFinding? {
        do {
            _ = try await verify(tenant, witnessed: witnessed)
            return nil
        } catch let finding as LogFinding {
            return finding
        }
    }

    func newestNote() async throws -> SignedNote {
        let stored = try await OperatorLog(database: fixture.api).newest()
        return try SignedNote(text: try #require(stored).note)
    }
}
