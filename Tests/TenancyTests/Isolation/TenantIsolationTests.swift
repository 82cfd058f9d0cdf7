import Testing

@testable import Tenancy

/// What a tenant's role and the daemon's login can do once something has gone wrong in the daemon.
@Suite struct TenantIsolationTests {
    static let tables = [
        "client", "client_source", "assessment", "participation", "audit", "tenant_key",
        "schema_version", "audit_key", "seal", "outbox", "outbox_state", "idempotency",
        "moved_client", "shareable_client", "shareable_participation", "shareable_assessment",
        "shareable_source", "sharing_lookup",
    ]

    @Test func aTenantReachesNothingOfAnother() async throws {
        let fixture = try await TenancyFixture.get()
        let own = try await fixture.activeTenant()
        let foreign = try await fixture.activeTenant()
        for table in Self.tables {
            for role in [own.role, own.sharingRole] {
                let database = role == own.role ? fixture.api : fixture.sharing
                let kind = try await database.attempt(
                    "SELECT * FROM {schema}." + table, as: role, in: foreign)
                #expect(kind == .insufficientPrivilege, "\(role) reads \(foreign).\(table)")
            }
        }
        let insert = try await fixture.api.attempt(
            "INSERT INTO {schema}.audit (actor_kind) VALUES ('municipality')", as: own.role,
            in: foreign)
        #expect(insert == .insufficientPrivilege)
    }

    @Test func aLoginWithoutARoleReachesNothing() async throws {
        let fixture = try await TenancyFixture.get()
        let tenant = try await fixture.activeTenant()
        for database in [fixture.api, fixture.sharing, fixture.operator, fixture.migrator] {
            for table in Self.tables {
                let kind = try await database.attempt(
                    "SELECT * FROM {schema}." + table, as: nil, in: tenant)
                #expect(kind == .insufficientPrivilege)
            }
        }
    }

    @Test func oneLoginCannotTakeTheRolesOfAnother() async throws {
        let fixture = try await TenancyFixture.get()
        let tenant = try await fixture.activeTenant()
        let attempts: [(Database, String)] = [
            (fixture.sharing, tenant.role), (fixture.api, tenant.sharingRole),
            (fixture.operator, tenant.role), (fixture.operator, tenant.sharingRole),
            (fixture.api, "icds_owner"), (fixture.api, "icds_registry_writer"),
            (fixture.sharing, "icds_owner"), (fixture.operator, "icds_owner"),
        ]
        for (database, role) in attempts {
            #expect(try await database.attempt("SELECT 1", as: role) == .insufficientPrivilege)
        }
    }

    @Test(arguments: [
        "DELETE FROM {schema}.client", "TRUNCATE {schema}.client",
        "DELETE FROM {schema}.assessment", "DELETE FROM {schema}.participation",
        "UPDATE {schema}.client SET client_id = gen_random_uuid()",
        "UPDATE {schema}.client SET create_time = now()",
        "UPDATE {schema}.client_source SET client_id = gen_random_uuid()",
        "UPDATE {schema}.assessment SET client_id = gen_random_uuid()",
        "UPDATE {schema}.participation SET accept_time = now(), accepted_by = 'x'",
        "UPDATE {schema}.participation SET county_code = '01'",
        """
        INSERT INTO {schema}.participation
            (assessment_id, county_code, case_reference, invited_by, accept_time, accepted_by)
        VALUES (gen_random_uuid(), '06', repeat('a', 26), 'x', now(), 'x')
        """,
        "INSERT INTO {schema}.tenant_key VALUES (2, repeat('a', 16), 'x')",
        "UPDATE {schema}.tenant_key SET wrapped_key = wrapped_key",
        "INSERT INTO {schema}.schema_version VALUES (7)",
        "CREATE TABLE {schema}.evil (x int)",
        "CREATE FUNCTION {schema}.evil() RETURNS int LANGUAGE sql AS 'SELECT 1'",
        "ALTER TABLE {schema}.client ADD COLUMN x int", "DROP TABLE {schema}.audit",
        "SELECT {schema}.accept_participation('x', 'y')",
        "SELECT {schema}.resolve_client(NULL, NULL, NULL, NULL, 'x')",
        "ALTER TABLE {schema}.audit DISABLE TRIGGER ALL",
        "ALTER TABLE {schema}.audit DISABLE ROW LEVEL SECURITY",
        "COPY {schema}.audit FROM STDIN", "COPY {schema}.client TO PROGRAM 'true'",
        "COPY {schema}.client TO '/tmp/icds-evil'", "COPY {schema}.outbox FROM STDIN",
        "DELETE FROM {schema}.audit", "UPDATE {schema}.audit SET outcome = 1",
        "INSERT INTO {schema}.audit (seq) OVERRIDING SYSTEM VALUE VALUES (1)",
        "INSERT INTO {schema}.audit (era) VALUES (2)", "DELETE FROM {schema}.audit_key",
        "UPDATE {schema}.audit_key SET wrapped_key = wrapped_key",
        "INSERT INTO {schema}.audit_key (month) VALUES ('2020-01-01')",
        "INSERT INTO {schema}.seal (number) VALUES (1)", "DELETE FROM {schema}.seal",
        "UPDATE {schema}.seal SET root = root", "DELETE FROM {schema}.outbox",
        "INSERT INTO {schema}.outbox (kind, client_id) VALUES (1, gen_random_uuid())",
        "UPDATE {schema}.outbox_state SET purged_seq = 1", "DELETE FROM {schema}.idempotency",
        "UPDATE {schema}.idempotency SET request_digest = request_digest",
        "INSERT INTO {schema}.moved_client (client_id) VALUES (gen_random_uuid())",
        "SELECT {schema}.begin_audit_era()", "SELECT {schema}.erase_audit_months(1)",
        "SELECT {schema}.note_client()", "SELECT {schema}.claim_key('x', 'x', 'x', 1::smallint)",
        "SELECT {schema}.first_answer('x')", "SELECT nextval('{schema}.audit_seq_seq')",
        "SELECT setval('{schema}.audit_seq_seq', 1)",
    ])
    func aTenantsOwnRoleCannot(sql: String) async throws {
        let fixture = try await TenancyFixture.get()
        let tenant = try await fixture.activeTenant()
        #expect(
            try await fixture.api.attempt(sql, as: tenant.role, in: tenant)
                == .insufficientPrivilege)
    }

    /// PostgreSQL answers such a GRANT with a warning only, and grants nothing.
    @Test func aTenantCannotGiveItsRightsAway() async throws {
        let fixture = try await TenancyFixture.get()
        let own = try await fixture.activeTenant()
        let other = try await fixture.activeTenant()
        let rights = "SELECT relacl FROM pg_class WHERE oid = '{schema}.client'::regclass"
        let before = try fixture.rows(rights, in: own)
        _ = try await fixture.api.run(
            [.sql("GRANT SELECT ON {schema}.client TO PUBLIC")],
            in: Scope(role: own.role, schema: own))
        #expect(try fixture.rows(rights, in: own) == before)
        #expect(
            try await fixture.api.attempt(
                "SELECT * FROM {schema}.client", as: other.role, in: own)
                == .insufficientPrivilege)
    }

    @Test func aSuspendedTenantIsRefusedByTheDatabaseUntilItIsActiveAgain() async throws {
        let fixture = try await TenancyFixture.get()
        let tenant = try await fixture.activeTenant()
        let attempt = { (database: Database, role: String) in
            try await database.attempt("SELECT 1", as: role, in: tenant)
        }
        #expect(try await attempt(fixture.api, tenant.role) == nil)
        #expect(try await attempt(fixture.sharing, tenant.sharingRole) == nil)
        #expect(try await fixture.registry.suspend(tenant.key))
        #expect(try await attempt(fixture.api, tenant.role) == .insufficientPrivilege)
        #expect(
            try await attempt(fixture.sharing, tenant.sharingRole) == .insufficientPrivilege)
        await #expect(throws: DatabaseError.self) {
            try await TenantKeyring(
                database: fixture.api, reader: .tenant, masterKeys: fixture.masterKeys
            ).keys(for: tenant)
        }
        #expect(try await fixture.registry.activate(tenant.key))
        #expect(try await attempt(fixture.api, tenant.role) == nil)
        #expect(try await attempt(fixture.sharing, tenant.sharingRole) == nil)
    }

    @Test func aTenantThatIsProvisionedAndNotActiveIsRefused() async throws {
        let fixture = try await TenancyFixture.get()
        let tenant = try await fixture.provisionedTenant()
        #expect(
            try await fixture.api.attempt("SELECT 1", as: tenant.role) == .insufficientPrivilege)
    }

    @Test func theSameIdentityCodeIsRefusedTwiceInOneTenantAndNotInTwo() async throws {
        let fixture = try await TenancyFixture.get()
        let tenant = try await fixture.activeTenant()
        let other = try await fixture.activeTenant()
        _ = try await CaseSetup.make(fixture, in: tenant, accepted: false)
        _ = try await CaseSetup.make(fixture, in: other, accepted: false)
        do {
            _ = try await CaseSetup.make(fixture, in: tenant, accepted: false)
            Issue.record("the second client was kept")
        } catch let error as DatabaseError {
            #expect(
                error.kind == .uniqueViolation(constraint: "client_identity_code_index_key"))
        }
        #expect(try fixture.rows("SELECT FROM {schema}.client", in: tenant).count == 1)
        #expect(try fixture.rows("SELECT FROM {schema}.audit", in: tenant).count == 1)
    }
}
