import Testing

@testable import Tenancy

/// What the triggers write, and who else may write it.
@Suite struct OutboxTests {
    private let client = "00000000-0000-4000-8000-000000000001"
    private let assessment = "00000000-0000-4000-8000-000000000002"
    private let reference = String(repeating: "a", count: 26)

    private func events(_ fixture: TenancyFixture, _ tenant: TenantSchema) throws -> [[String?]] {
        try fixture.rows(
            """
            SELECT kind, client_id, assessment_id, version FROM {schema}.outbox ORDER BY xid, seq
            """, in: tenant)
    }

    private func work(
        _ statements: [String], as role: String, by database: Database, _ tenant: TenantSchema,
        settings: [(name: String, value: String)] = []
    ) async throws {
        _ = try await database.run(
            statements.map { .sql($0) },
            in: Scope(role: role, schema: tenant, settings: settings))
    }

    @Test func everyChangeOfEveryTableHasItsEvent() async throws {
        let fixture = try await TenancyFixture.get()
        let tenant = try await fixture.activeTenant()
        try await work(
            [
                """
                INSERT INTO {schema}.client (client_id, given_names, family_name)
                VALUES ('\(client)', 'Aino', 'Esimerkki')
                """,
                "UPDATE {schema}.client SET city = 'Tampere', version = version + 1",
                // Neither of these is a change of the client.
                "UPDATE {schema}.client SET update_time = now()",
                """
                INSERT INTO {schema}.client_source (client_id, category, kind, recorded_by)
                VALUES ('\(client)', 2, 1, 'u1')
                """,
                """
                INSERT INTO {schema}.assessment (assessment_id, client_id, trigger, recorded_by)
                VALUES ('\(assessment)', '\(client)', 1, 'u1')
                """,
                """
                INSERT INTO {schema}.participation
                    (assessment_id, county_code, case_reference, invited_by)
                VALUES ('\(assessment)', '06', '\(reference)', 'u1')
                """,
            ], as: tenant.role, by: fixture.api, tenant)
        for _ in 0..<2 {
            try await work(
                ["SELECT * FROM {schema}.accept_participation('\(reference)', 'c1')"],
                as: tenant.sharingRole, by: fixture.sharing, tenant,
                settings: [("icds.county", "06")])
        }
        try await work(
            [
                "UPDATE {schema}.participation SET end_time = now(), ended_by = 'u1'",
                "UPDATE {schema}.assessment SET content = '{}', version = version + 1",
                """
                UPDATE {schema}.assessment
                SET status = 2, complete_time = now(), version = version + 1
                """,
            ], as: tenant.role, by: fixture.api, tenant)
        #expect(
            try events(fixture, tenant) == [
                ["1", client, nil, "1"], ["2", client, nil, "2"],
                ["4", client, assessment, "1"], ["7", client, assessment, nil],
                ["8", client, assessment, nil], ["9", client, assessment, nil],
                ["5", client, assessment, "2"], ["6", client, assessment, "3"],
            ])
    }

    @Test func whatIsRolledBackHasNone() async throws {
        let fixture = try await TenancyFixture.get()
        let tenant = try await fixture.activeTenant()
        let kind = try await fixture.api.attempt(
            "INSERT INTO {schema}.client (client_id, given_names, family_name) "
                + "VALUES ('\(client)', 'Aino', 'Esimerkki')", as: tenant.role, in: tenant)
        #expect(kind == nil)
        #expect(try events(fixture, tenant).isEmpty)
    }

    @Test(arguments: [
        "INSERT INTO {schema}.outbox (kind, client_id) VALUES (2, gen_random_uuid())",
        "DELETE FROM {schema}.outbox", "UPDATE {schema}.outbox SET kind = 3",
        "UPDATE {schema}.outbox_state SET feed_id = gen_random_uuid()",
        "ALTER TABLE {schema}.client DISABLE TRIGGER note_row",
        "SELECT {schema}.note_client()", "DELETE FROM {schema}.idempotency",
    ])
    func nobodyElseWritesOrRemovesEvents(statement: String) async throws {
        let fixture = try await TenancyFixture.get()
        let tenant = try await fixture.activeTenant()
        let refused = DatabaseError.Kind.insufficientPrivilege
        #expect(
            try await fixture.api.attempt(statement, as: tenant.role, in: tenant) == refused)
        #expect(
            try await fixture.sharing.attempt(statement, as: tenant.sharingRole, in: tenant)
                == refused)
    }

    @Test func aMunicipalityOfVersionOneGetsItWithItsData() async throws {
        let fixture = try await TenancyFixture.get()
        let tenant = try fixture.registeredTenant()
        let old = Provisioner(
            migrator: fixture.migrator, masterKeys: fixture.masterKeys,
            scripts: Array(SchemaScripts.tenant.prefix(1)))
        _ = try await old.provision(tenant)
        try await fixture.registry.activate(tenant.key)
        let insert = """
            INSERT INTO {schema}.client (client_id, given_names, family_name)
            VALUES (gen_random_uuid(), 'Aino', 'Esimerkki')
            """
        try await work([insert], as: tenant.role, by: fixture.api, tenant)
        #expect(try await fixture.provisioner.provision(tenant).changed)
        #expect(try events(fixture, tenant).isEmpty)
        try await work([insert], as: tenant.role, by: fixture.api, tenant)
        #expect(try events(fixture, tenant).map { $0[0] } == ["1"])
        #expect(try fixture.rows("SELECT FROM {schema}.client", in: tenant).count == 2)
    }
}
