import Testing

@testable import Tenancy

/// A client of a tenant with all its groups of data, an assessment and an invitation.
struct CaseSetup {
    let tenant: TenantSchema
    let clientID: String
    let identityCode: String
    let index: BlindIndex
    let assessmentID: String
    let caseReference: String

    static let county = "06"
    static let other = "17"

    /// - Parameter accepted: whether the county has accepted.
    static func make(
        _ fixture: TenancyFixture, in tenant: TenantSchema, identityCode: String = "010594Y9032",
        nonDisclosure: Bool = false, accepted: Bool
    ) async throws -> CaseSetup {
        let keys = try await fixture.keys(tenant)
        let clientID = try SecureRandom.uuid()
        let setup = CaseSetup(
            tenant: tenant, clientID: clientID, identityCode: identityCode,
            index: try keys.index(identityCode: identityCode),
            assessmentID: try SecureRandom.uuid(),
            caseReference: try SecureRandom.caseReference())
        let steps = try setup.steps(keys, nonDisclosure: nonDisclosure)
        _ = try await fixture.tenants.run(steps, in: tenant, audit: setup.entry())
        if accepted { try await setup.accept(fixture) }
        return setup
    }

    private func steps(_ keys: TenantKeys, nonDisclosure: Bool) throws -> [WorkStep] {
        let columns = try keys.columns(identityCode: identityCode)
        let ciphertext = try keys.seal(identityCode: identityCode, clientID: clientID)
        return [
            .sql(
                """
                INSERT INTO {schema}.client (client_id, non_disclosure_order,
                    identity_code_ciphertext, identity_code_index, birth_date, given_names,
                    family_name, telephone, email, street_address, postal_code, city,
                    citizenships, services, health, placement, reimbursements,
                    identity_code_index_even)
                VALUES ($1::uuid, $2::boolean, $3, $4, '1994-05-01', 'Aino', 'Esimerkki',
                    '+358401234567', 'aino@example.org', 'Katu 1', '33100', 'Tampere', '{FI}',
                    '[{"serviceName": "course"}]', '{"summary": "x"}',
                    '{"directedBy": "y"}', '[{"section": "65"}]', $5)
                """,
                [
                    .uuid(clientID), .bool(nonDisclosure), .bytes(ciphertext),
                    columns.odd.map { .bytes($0) } ?? .null,
                    columns.even.map { .bytes($0) } ?? .null,
                ]),
            .sql(
                """
                INSERT INTO {schema}.client_source (client_id, category, kind, recorded_by)
                SELECT $1::uuid, category, 1, 'user-1' FROM generate_series(1, 10) AS category
                """, [.uuid(clientID)]),
            .sql(
                """
                INSERT INTO {schema}.assessment (assessment_id, client_id, trigger, recorded_by)
                VALUES ($1::uuid, $2::uuid, 2, 'user-1')
                """, [.uuid(assessmentID), .uuid(clientID)]),
            .sql(
                """
                INSERT INTO {schema}.participation (assessment_id, county_code, case_reference,
                    invited_by)
                VALUES ($1::uuid, $2, $3, 'user-1')
                """, [.uuid(assessmentID), .text(Self.county), .text(caseReference)]),
        ]
    }

    /// The county accepts. The answer: whether there was something to accept.
    @discardableResult
    func accept(_ fixture: TenancyFixture, county: String = Self.county) async throws -> Bool {
        try await read(
            fixture, "SELECT * FROM {schema}.accept_participation($1, 'worker-1')",
            [.text(caseReference)], county: county
        ).rowCount == 1
    }

    /// What a county reads with a statement, in a transaction that leaves its row.
    func read(
        _ fixture: TenancyFixture, _ sql: String, _ parameters: [SQLValue] = [],
        county: String = Self.county
    ) async throws -> SQLResult {
        let code = try #require(CountyCode(county))
        let entry = disclosure(county: county)
        return try await fixture.counties.transaction(in: tenant, for: code) { transaction in
            Audited(try await transaction.run([.sql(sql, parameters)])[0], entry)
        }
    }

    func count(
        _ fixture: TenancyFixture, _ view: String, county: String = Self.county
    ) async throws -> Int {
        try await read(fixture, "SELECT count(*) AS n FROM {schema}." + view, county: county)
            .only().value("n")
    }

    func entry(
        _ outcome: AuditOutcome = .permitted, subject: AuditSubject? = nil
    ) -> AuditEntry {
        AuditEntry(
            actor: AuditActor(
                kind: .municipality, code: tenant.code, system: "casework", userID: "user-1"),
            method: "icds.v1.ClientService/CreateClient", outcome: outcome, purpose: 1,
            statedReason: "Syy: äö €", subject: subject ?? .client(clientID),
            callReference: "call-1")
    }

    func disclosure(county: String, _ outcome: AuditOutcome = .permitted) -> AuditEntry {
        AuditEntry(
            actor: AuditActor(kind: .county, code: county, system: "social", userID: "worker-1"),
            method: "icds.v1.SharingService/Fetch", outcome: outcome, purpose: 2,
            statedReason: "assessment", subject: .caseReference(caseReference),
            callReference: "call-2")
    }
}
