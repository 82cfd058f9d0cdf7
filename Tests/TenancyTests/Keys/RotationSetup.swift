import Logging
import Synchronization
import TestSupport
import Testing

@testable import Tenancy

/// A tenant with clients whose keys are rotated in a database of its own, so that no other test's orders
/// are carried out.
struct RotationSetup {
    let fixture: TenancyFixture
    let tenant: TenantSchema
    let log = RecordedLog()
    /// Id and identity code.
    private(set) var clients: [(id: String, code: String)] = []

    static func make(clientCount: Int = 25) async throws -> RotationSetup {
        let fixture = try await TenancyFixture.make()
        var setup = RotationSetup(fixture: fixture, tenant: try await fixture.activeTenant())
        for _ in 0..<clientCount {
            let made = try await CaseSetup.make(
                fixture, in: setup.tenant, identityCode: ServiceExamples.identityCode(),
                accepted: false)
            setup.clients.append((made.clientID, made.identityCode))
        }
        return setup
    }

    /// - Parameter interrupting: after how many batches the daemon dies; nil for never.
    func keeper(
        _ masterKeys: MasterKeys? = nil, interruptingAfter batches: Int? = nil,
        afterBatch: @escaping @Sendable () async throws -> Void = {}
    ) -> KeyKeeper {
        let count = Counter()
        return KeyKeeper(
            migrator: fixture.migrator, masterKeys: masterKeys ?? fixture.masterKeys,
            logger: log.logger,
            settings: KeyRotation.Settings(batchRowsMax: 4, restFactor: 0),
            afterBatch: {
                try await afterBatch()
                if let batches, count.next() >= batches { throw CancellationError() }
            })
    }

    @discardableResult
    func order(_ kind: KeyRotationKind = .data) async throws -> KeyOrderResult? {
        try await fixture.registry.orderKeyRotation(
            kind, of: [tenant], actor: "urn:icds:operator:test:admin"
        ).first?.outcome
    }

    func state() throws -> [String?]? {
        try fixture.rows(
            "SELECT state, row_count, done_count, failure FROM registry.key_rotation"
        ).first
    }

    /// "1 current" …
    func generations() throws -> [String] {
        try fixture.rows(
            "SELECT generation || ' ' || state FROM {schema}.tenant_key ORDER BY generation",
            in: tenant
        ).compactMap { $0[0] }
    }

    func events() throws -> [String] {
        try fixture.rows("SELECT kind FROM registry.tenant_event ORDER BY seq").compactMap { $0[0] }
    }

    /// Which generations seal codes, and which columns hold indexes.
    func columns() throws -> [[String?]] {
        try fixture.rows(
            """
            SELECT DISTINCT get_byte(identity_code_ciphertext, 0),
                identity_code_index IS NOT NULL, identity_code_index_even IS NOT NULL
            FROM {schema}.client ORDER BY 1, 2, 3
            """, in: tenant)
    }

    /// Each client is found by its code, with a row in the log that names it, and its code opens.
    func expectAllFound(
        _ keyring: TenantKeyring? = nil, _ location: SourceLocation = #_sourceLocation
    ) async throws {
        let keyring =
            keyring
            ?? TenantKeyring(
                database: fixture.api, reader: .tenant, masterKeys: fixture.masterKeys)
        for client in clients {
            let found = try await keyring.using(tenant) { keys in
                try await find(client.code, keys)
            }
            #expect(found?.id == client.id, sourceLocation: location)
            let sealed = try #require(found?.sealed, sourceLocation: location)
            let keys = try await keyring.keys(for: tenant, opening: sealed)
            let code = try keys.open(identityCode: sealed, clientID: client.id)
            #expect(code == client.code, sourceLocation: location)
        }
        #expect(
            try fixture.rows(
                """
                SELECT FROM {schema}.audit WHERE client_id IS NULL AND method = 'find'
                """, in: tenant
            ).isEmpty, sourceLocation: location)
    }

    /// A look by identity code with its row in the log, as the services make it.
    func find(_ code: String, _ keys: TenantKeys) async throws -> (id: String, sealed: [UInt8])? {
        let index = try keys.index(identityCode: code)
        let entry = AuditEntry(
            actor: AuditActor(
                kind: .municipality, code: tenant.code, system: "casework", userID: "user-1"),
            method: "find", outcome: .permitted, purpose: 1, statedReason: "Syy",
            subject: .identityCode(index: index), callReference: "call")
        let results = try await fixture.tenants.run(
            [
                .sql(
                    """
                    SELECT client_id, identity_code_ciphertext FROM {schema}.client
                    WHERE identity_code_index = $1 OR identity_code_index_even = $1
                    """, [.bytes(index.bytes)])
            ], in: tenant, audit: entry)
        guard let row = results[0].first else { return nil }
        return (try row.value("client_id"), try row.value("identity_code_ciphertext"))
    }

    /// Writes a client of this code as a daemon with these keys would.
    func insert(_ code: String, _ keys: TenantKeys) async throws {
        let id = try SecureRandom.uuid()
        let columns = try keys.columns(identityCode: code)
        _ = try await fixture.api.run(
            [
                .sql(
                    """
                    INSERT INTO {schema}.client (client_id, identity_code_ciphertext,
                        identity_code_index, identity_code_index_even, given_names, family_name)
                    VALUES ($1::uuid, $2, $3, $4, 'Aino', 'Esimerkki')
                    """,
                    [
                        .uuid(id), .bytes(try keys.seal(identityCode: code, clientID: id)),
                        columns.odd.map { .bytes($0) } ?? .null,
                        columns.even.map { .bytes($0) } ?? .null,
                    ])
            ], in: Scope(role: tenant.role, schema: tenant))
    }
}

/// Counts from 1.
final class Counter: Sendable {
    private let value = Mutex(0)

    func next() -> Int {
        value.withLock { value in
            value += 1
            return value
        }
    }
}
