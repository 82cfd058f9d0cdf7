import Testing

@testable import Tenancy

@Suite struct AuditTests {
    private func setUp() async throws -> (TenancyFixture, CaseSetup) {
        let fixture = try await TenancyFixture.get()
        let tenant = try await fixture.activeTenant()
        return (fixture, try await CaseSetup.make(fixture, in: tenant, accepted: true))
    }

    private func auditCount(_ fixture: TenancyFixture, _ setup: CaseSetup) throws -> Int {
        try fixture.rows("SELECT FROM {schema}.audit", in: setup.tenant).count
    }

    @Test func workThatFailsLeavesNeitherDataNorRow() async throws {
        let (fixture, setup) = try await setUp()
        let before = try auditCount(fixture, setup)
        struct Stop: Error {}
        await #expect(throws: Stop.self) {
            try await fixture.tenants.transaction(in: setup.tenant) { transaction -> Audited<Int> in
                _ = try await transaction.run([
                    .sql("UPDATE {schema}.client SET given_names = 'Toinen'")
                ])
                throw Stop()
            }
        }
        #expect(try auditCount(fixture, setup) == before)
        #expect(
            try fixture.rows("SELECT given_names FROM {schema}.client", in: setup.tenant)
                == [["Aino"]])
    }

    @Test func aRowThatCannotBeWrittenTakesTheWorkWithIt() async throws {
        let (fixture, setup) = try await setUp()
        var entry = setup.entry()
        entry.released = [99]
        let update = WorkStep.sql("UPDATE {schema}.client SET given_names = 'Toinen'")
        await #expect(throws: DatabaseError.self) {
            try await fixture.tenants.run([update], in: setup.tenant, audit: entry)
        }
        await #expect(throws: DatabaseError.self) {
            try await fixture.tenants.transaction(in: setup.tenant) { transaction in
                Audited(try await transaction.run([update]).count, entry)
            }
        }
        #expect(
            try fixture.rows("SELECT given_names FROM {schema}.client", in: setup.tenant)
                == [["Aino"]])
    }

    @Test func aTransactionWritesTheRowThatItsBodyReturns() async throws {
        let (fixture, setup) = try await setUp()
        let before = try auditCount(fixture, setup)
        let value = try await fixture.tenants.transaction(in: setup.tenant) { transaction in
            let name: String = try await transaction.run([
                .sql("SELECT given_names FROM {schema}.client")
            ])[0].only().value("given_names")
            return Audited(name, setup.entry())
        }
        #expect(value == "Aino")
        #expect(try auditCount(fixture, setup) == before + 1)
    }

    @Test(arguments: [
        "UPDATE {schema}.audit SET outcome = 1", "DELETE FROM {schema}.audit",
        "TRUNCATE {schema}.audit",
        "INSERT INTO {schema}.audit (seq, method) OVERRIDING SYSTEM VALUE VALUES (1, 'x')",
        "INSERT INTO {schema}.audit (at, method) VALUES (now(), 'x')",
        "INSERT INTO {schema}.audit (xid, method) VALUES ('1', 'x')",
        "INSERT INTO {schema}.audit (nonce, method) VALUES ('x', 'x')",
        "INSERT INTO {schema}.audit (era, method) VALUES (2, 'x')",
        "INSERT INTO {schema}.audit_key (month) VALUES ('2020-01-01')",
        "UPDATE {schema}.audit_key SET generation = 2", "DELETE FROM {schema}.audit_key",
        "INSERT INTO {schema}.seal (number) VALUES (1)", "DELETE FROM {schema}.seal",
        "SELECT {schema}.erase_audit_months(1)", "SELECT {schema}.begin_audit_era()",
    ])
    func theLogGrowsAndNothingElse(sql: String) async throws {
        let (fixture, setup) = try await setUp()
        for (database, role) in [
            (fixture.api, setup.tenant.role), (fixture.sharing, setup.tenant.sharingRole),
        ] {
            #expect(
                try await database.attempt(sql, as: role, in: setup.tenant)
                    == .insufficientPrivilege)
        }
    }

    /// Not even the owner writes a leaf that does not fit: the column is generated.
    @Test func aForgedLeafIsRefusedToTheTenantAndToTheOwner() async throws {
        let (fixture, setup) = try await setUp()
        #expect(
            try await fixture.api.attempt(
                "INSERT INTO {schema}.audit (leaf, method) VALUES ('x', 'x')",
                as: setup.tenant.role, in: setup.tenant) == .statement(sqlState: "428C9"))
        #expect(
            try await fixture.migrator.attempt(
                "UPDATE {schema}.audit SET leaf = 'x'", as: "icds_owner", in: setup.tenant)
                == .statement(sqlState: "428C9"))
    }

    @Test func theClientIsFoundByIdCodeAssessmentAndReference() async throws {
        let (fixture, setup) = try await setUp()
        let subjects: [AuditSubject] = [
            .client(setup.clientID), .identityCode(index: setup.index),
            .assessment(setup.assessmentID), .caseReference(setup.caseReference),
        ]
        for subject in subjects {
            try await fixture.tenants.record(
                setup.entry(.refused(reason: "TEST"), subject: subject), in: setup.tenant)
            #expect(
                try last(fixture, setup, "client_id, client_count") == [setup.clientID, "1"])
        }
        let strangers: [AuditSubject] = [
            .none, .client(try SecureRandom.uuid()), .client("not a UUID"),
            .identityCode(
                index: BlindIndex(generation: 1, bytes: [UInt8](repeating: 7, count: 32))),
            .assessment(try SecureRandom.uuid()), .caseReference("\u{0}' OR true --"),
        ]
        for subject in strangers {
            try await fixture.tenants.record(
                setup.entry(.refused(reason: "TEST"), subject: subject), in: setup.tenant)
            #expect(try last(fixture, setup, "client_id, client_count") == [nil, "0"])
        }
    }

    @Test func aDisclosureNamesTheCountyThatTheViewsGoBy() async throws {
        let (fixture, setup) = try await setUp()
        let county = try #require(CountyCode(CaseSetup.county))
        var forged = setup.disclosure(county: CaseSetup.other)
        await #expect(throws: IsolationError.actorMismatch) {
            try await fixture.counties.transaction(in: setup.tenant, for: county) { transaction in
                Audited(try await transaction.run([.sql("SELECT 1")]).count, forged)
            }
        }
        forged = setup.disclosure(county: CaseSetup.county)
        forged.released = [1, 2]
        forged.ground = AuditGround(rule: "WC-ASSESS", statuteVersion: "v", legalBasis: "86 §")
        forged.decision = AuditDecision(
            id: try SecureRandom.uuid(), json: #"{"outcome": "PERMITTED"}"#)
        let entry = forged
        try await fixture.counties.transaction(in: setup.tenant, for: county) { _ in
            Audited((), entry)
        }
        #expect(
            try last(fixture, setup, "actor_kind, actor_code, outcome, released, rule, client_id")
                == ["county", "06", "1", "{1,2}", "WC-ASSESS", setup.clientID])
        let kept = AuditPersonal(
            userID: "worker-1", statedReason: "assessment", decision: #"{"outcome": "PERMITTED"}"#)
        #expect(try await fixture.personal(setup.tenant).last == kept)
    }

    private func last(
        _ fixture: TenancyFixture, _ setup: CaseSetup, _ columns: String
    ) throws -> [String?] {
        try #require(
            try fixture.rows(
                "SELECT " + columns + " FROM {schema}.audit ORDER BY seq DESC LIMIT 1",
                in: setup.tenant
            ).first)
    }
}
