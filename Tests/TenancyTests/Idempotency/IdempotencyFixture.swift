import Logging
import TestSupport

@testable import Tenancy

/// A tenant and work in it that records one client.
struct IdempotencyFixture {
    let fixture: TenancyFixture
    let tenant: TenantSchema
    let keys: TenantKeys
    let store: TenantStore

    static func make(store: TenantStore? = nil) async throws -> IdempotencyFixture {
        let fixture = try await TenancyFixture.get()
        let tenant = try await fixture.activeTenant()
        return IdempotencyFixture(
            fixture: fixture, tenant: tenant, keys: try await fixture.keys(tenant),
            store: store ?? fixture.tenants)
    }

    /// The same tenant over other connections.
    func over(_ database: Database) -> IdempotencyFixture {
        IdempotencyFixture(
            fixture: fixture, tenant: tenant, keys: keys,
            store: TenantStore(database: database, auditKeys: fixture.auditKeys))
    }

    var entry: AuditEntry {
        AuditEntry(
            actor: AuditActor(
                kind: .municipality, code: tenant.code, system: "casework", userID: "u1"),
            method: "icds.v1.ClientService/CreateClient", outcome: .permitted, purpose: 1,
            callReference: "test")
    }

    func claim(
        _ key: String, request: String = "request", actor: String? = nil,
        method: String = "icds.v1.ClientService/CreateClient"
    ) throws -> IdempotencyClaim {
        try IdempotencyClaim(
            key: key, actor: OrganisationKey(kind: .municipality, code: actor ?? tenant.code),
            method: method, request: Array(request.utf8), tenantKeys: keys)
    }

    static let insert = """
        INSERT INTO {schema}.client (client_id, given_names, family_name)
        VALUES ($1::uuid, 'Aino', 'Esimerkki')
        """

    /// Records a client in a transaction; the answer is its id.
    func record(
        _ claim: IdempotencyClaim?, options: WorkOptions = WorkOptions(),
        failing error: (any Error)? = nil
    ) async throws -> ChangeOutcome<String> {
        let id = try SecureRandom.uuid()
        func insert(_ transaction: Transaction) async throws -> Audited<String> {
            _ = try await transaction.run([.sql(Self.insert, [.uuid(id)])])
            if let error { throw error }
            return Audited(id, entry)
        }
        return try await store.change(
            in: tenant, once: claim, options: options, answer: { Array($0.utf8) },
            repeated: { _ in entry }, insert)
    }

    /// Records a client in one pipeline; the answer is known before.
    func recordInOne(
        _ claim: IdempotencyClaim?, options: WorkOptions = WorkOptions()
    ) async throws -> ChangeOutcome<[SQLResult]> {
        let step = WorkStep.sql(
            Self.insert + " RETURNING create_time", [.uuid(try SecureRandom.uuid())])
        return try await store.change(
            [step], in: tenant, once: claim, options: options, answer: Array("answer".utf8),
            audit: entry, repeated: { _ in entry })
    }

    var clientCount: Int {
        get throws { try fixture.rows("SELECT FROM {schema}.client", in: tenant).count }
    }

    var auditCount: Int {
        get throws { try fixture.rows("SELECT FROM {schema}.audit", in: tenant).count }
    }
}

extension ChangeOutcome {
    var isRepeated: Bool { if case .repeated = self { true } else { false } }
}

extension ChangeOutcome where Value == String {
    /// The answer, whoever got it first.
    var text: String {
        switch self {
        case .made(let text): text
        case .repeated(let first): String(decoding: first.bytes, as: UTF8.self)
        }
    }
}
