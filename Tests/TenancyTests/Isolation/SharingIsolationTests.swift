import Testing

@testable import Tenancy

/// What the sharing role sees: by the database, whatever the decision says.
@Suite struct SharingIsolationTests {
    static let views = [
        "shareable_client", "shareable_participation", "shareable_assessment", "shareable_source",
    ]

    private func setUp(
        accepted: Bool = true, nonDisclosure: Bool = false
    ) async throws -> (TenancyFixture, CaseSetup) {
        let fixture = try await TenancyFixture.get()
        let tenant = try await fixture.activeTenant()
        let setup = try await CaseSetup.make(
            fixture, in: tenant, nonDisclosure: nonDisclosure, accepted: accepted)
        return (fixture, setup)
    }

    private func counts(
        _ fixture: TenancyFixture, _ setup: CaseSetup, county: String = CaseSetup.county
    ) async throws -> [Int] {
        var counts: [Int] = []
        for view in Self.views {
            counts.append(try await setup.count(fixture, view, county: county))
        }
        return counts
    }

    @Test func anAcceptedPartOpensExactlyThePermittedGroups() async throws {
        let (fixture, setup) = try await setUp()
        #expect(try await counts(fixture, setup) == [1, 1, 1, 7])
        let row = try await setup.read(fixture, "SELECT * FROM {schema}.shareable_client")
        #expect(
            row.columnNames == [
                "client_id", "status", "non_disclosure_order", "identity_code_ciphertext",
                "birth_date", "given_names", "family_name", "telephone", "email",
                "street_address", "postal_code", "city", "citizenships", "residence_titles",
                "service_language", "background", "health",
            ])
        let sources = try await setup.read(
            fixture, "SELECT category FROM {schema}.shareable_source ORDER BY category")
        let categories: [Int] = try sources.rows.map { try $0.value("category") }
        #expect(categories == [1, 2, 3, 4, 5, 6, 8])
    }

    @Test func withoutAcceptanceThereIsNothingButTheLookup() async throws {
        let (fixture, setup) = try await setUp(accepted: false)
        #expect(try await counts(fixture, setup) == [0, 0, 0, 0])
        #expect(try await setup.count(fixture, "sharing_lookup") == 1)
    }

    @Test func anotherCountyAndNoCountySeeNothingAtAll() async throws {
        let (fixture, setup) = try await setUp()
        #expect(try await counts(fixture, setup, county: CaseSetup.other) == [0, 0, 0, 0])
        #expect(
            try await setup.count(fixture, "sharing_lookup", county: CaseSetup.other) == 0)
        for view in Self.views + ["sharing_lookup"] {
            let results = try await fixture.sharing.run(
                [.sql("SELECT * FROM {schema}." + view)],
                in: Scope(role: setup.tenant.sharingRole, schema: setup.tenant))
            #expect(results[0].isEmpty)
        }
    }

    @Test(arguments: [
        "UPDATE {schema}.participation SET end_time = now(), ended_by = 'user-1'",
        "UPDATE {schema}.assessment SET status = 2, complete_time = now()",
        "UPDATE {schema}.client SET status = 2",
    ])
    func theGroundEndsAtOnce(sql: String) async throws {
        let (fixture, setup) = try await setUp()
        #expect(try await setup.count(fixture, "shareable_client") == 1)
        _ = try await fixture.tenants.run([.sql(sql)], in: setup.tenant, audit: setup.entry())
        #expect(try await setup.count(fixture, "shareable_client") == 0)
        #expect(try await setup.count(fixture, "shareable_source") == 0)
        #expect(try await setup.count(fixture, "sharing_lookup") == 1)
    }

    @Test func contactDetailsAreAbsentUnderANonDisclosureOrder() async throws {
        let (fixture, setup) = try await setUp(nonDisclosure: true)
        let row = try await setup.read(fixture, "SELECT * FROM {schema}.shareable_client").only()
        for column in ["telephone", "email", "street_address", "postal_code", "city"] {
            let value: String? = try row.optional(column)
            #expect(value == nil, "\(column)")
        }
        let name: String = try row.value("given_names")
        #expect(name == "Aino")
    }

    @Test(arguments: [
        "SELECT * FROM {schema}.client", "SELECT * FROM {schema}.client_source",
        "SELECT * FROM {schema}.assessment", "SELECT * FROM {schema}.participation",
        "SELECT * FROM {schema}.audit", "SELECT placement FROM {schema}.client",
        "INSERT INTO {schema}.audit (actor_kind) VALUES ('county')",
        "UPDATE {schema}.participation SET accept_time = now()",
        "SELECT {schema}.begin_audit_era()", "SELECT {schema}.erase_audit_months(1)",
        "SELECT * FROM {schema}.outbox", "SELECT * FROM {schema}.outbox_state",
        "SELECT * FROM {schema}.idempotency", "SELECT * FROM {schema}.seal",
        "SELECT * FROM {schema}.moved_client", "DELETE FROM {schema}.audit_key",
        "INSERT INTO {schema}.audit_key (month) VALUES ('2020-01-01')",
        "UPDATE {schema}.audit_key SET wrapped_key = wrapped_key",
        "COPY (SELECT * FROM {schema}.client) TO STDOUT", "COPY {schema}.audit FROM STDIN",
        "SELECT {schema}.resolve_client(NULL, NULL, NULL, NULL, 'x')",
        "CREATE TABLE {schema}.evil (x int)", "DROP VIEW {schema}.shareable_client",
        "CREATE OR REPLACE FUNCTION {schema}.record_refusal() RETURNS int LANGUAGE sql AS 'SELECT 1'",
        "SELECT registry.set_organisation_status('municipality', '100', 'active')",
    ])
    func theSharingRoleCannot(sql: String) async throws {
        let (fixture, setup) = try await setUp()
        #expect(
            try await fixture.sharing.attempt(
                sql, as: setup.tenant.sharingRole, in: setup.tenant,
                settings: [("icds.county", CaseSetup.county)]) == .insufficientPrivilege)
    }

    @Test(arguments: [
        "UPDATE {schema}.shareable_client SET given_names = 'x'",
        "UPDATE {schema}.shareable_source SET kind = 2", "DELETE FROM {schema}.shareable_client",
        "UPDATE {schema}.sharing_lookup SET end_time = NULL",
        "INSERT INTO {schema}.shareable_participation (county_code) VALUES ('06')",
    ])
    func noViewIsForWriting(sql: String) async throws {
        let (fixture, setup) = try await setUp()
        #expect(
            try await fixture.sharing.attempt(
                sql, as: setup.tenant.sharingRole, in: setup.tenant,
                settings: [("icds.county", CaseSetup.county)]) == .statement(sqlState: "55000"))
    }

    /// A security barrier: a condition of the caller's is not evaluated on rows that the view hides.
    /// Division by zero would show that it was, and the text of a number that cannot be read the value.
    @Test(arguments: [
        "shareable_client WHERE 1 / (length(given_names) - 4) = 1",
        "shareable_client WHERE family_name::integer = 1",
        "shareable_client WHERE telephone::inet IS NULL",
        "shareable_source WHERE recorded_by::integer = 1",
        "shareable_assessment WHERE recorded_by::integer = 1",
        "shareable_participation WHERE case_reference::integer = 1",
    ])
    func aConditionIsNotTriedOnHiddenRows(query: String) async throws {
        let (fixture, setup) = try await setUp(accepted: false)
        #expect(try await setup.read(fixture, "SELECT * FROM {schema}." + query).isEmpty)
    }

    @Test func onlyTheInvitedCountyAcceptsAndOnlyWhileItMay() async throws {
        let (fixture, setup) = try await setUp(accepted: false)
        #expect(try await setup.accept(fixture, county: CaseSetup.other) == false)
        #expect(try await setup.accept(fixture))
        #expect(try await setup.accept(fixture))
        #expect(
            try fixture.rows(
                "SELECT count(*) FROM {schema}.participation "
                    + "WHERE accepted_by = 'worker-1'", in: setup.tenant) == [["1"]])
        _ = try await fixture.tenants.run(
            [.sql("UPDATE {schema}.participation SET end_time = now(), ended_by = 'x'")],
            in: setup.tenant, audit: setup.entry())
        #expect(try await setup.accept(fixture) == false)
    }

    @Test func anInvitationToACompletedAssessmentCannotBeAccepted() async throws {
        let (fixture, setup) = try await setUp(accepted: false)
        _ = try await fixture.tenants.run(
            [.sql("UPDATE {schema}.assessment SET status = 2, complete_time = now()")],
            in: setup.tenant, audit: setup.entry())
        #expect(try await setup.accept(fixture) == false)
    }

    @Test func theDecisionAndTheDataShareOneSnapshot() async throws {
        let (fixture, setup) = try await setUp()
        let county = try #require(CountyCode(CaseSetup.county))
        let counts: [Int] = try await fixture.counties.transaction(
            in: setup.tenant, for: county
        ) { transaction in
            let sql = "SELECT count(*) AS n FROM {schema}.shareable_client"
            let before: Int = try await transaction.run([.sql(sql)])[0].only().value("n")
            _ = try await fixture.tenants.run(
                [.sql("UPDATE {schema}.participation SET end_time = now(), ended_by = 'x'")],
                in: setup.tenant, audit: setup.entry())
            let after: Int = try await transaction.run([.sql(sql)])[0].only().value("n")
            return Audited([before, after], setup.disclosure(county: CaseSetup.county))
        }
        #expect(counts == [1, 1])
        #expect(try await setup.count(fixture, "shareable_client") == 0)
    }
}
