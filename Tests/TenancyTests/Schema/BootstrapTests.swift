import TestSupport
import Testing

@testable import Tenancy

@Suite struct BootstrapTests {
    @Test func runningAgainChangesNothing() async throws {
        let fixture = try await TenancyFixture.make(loadingRegister: false)
        let before = try fixture.rows("SELECT value FROM registry.change_counter")
        let again = try await Bootstrap(administrator: fixture.administrator).run()
        #expect(again == Bootstrap.Outcome(version: Bootstrap.registryVersion, changed: false))
        #expect(try fixture.rows("SELECT value FROM registry.change_counter") == before)
    }

    @Test func severalAtOnceInOneDatabaseDoItOnce() async throws {
        let name = try TenancyFixture.cluster.createDatabase()
        let outcomes = try await withThrowingTaskGroup(of: Bootstrap.Outcome.self) { group in
            for _ in 0..<4 {
                let administrator = try TenancyFixture.database(user: "postgres", name)
                group.addTask { try await Bootstrap(administrator: administrator).run() }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(outcomes.filter(\.changed).count == 1)
        let versions = try TenancyFixture.cluster.execute(
            "SELECT version FROM registry.schema_version ORDER BY 1", database: name)
        #expect(versions == (1...Bootstrap.registryVersion).map { ["\($0)"] })
    }

    @Test func aNewerSchemaIsLeftAlone() async throws {
        let fixture = try await TenancyFixture.make(loadingRegister: false)
        _ = try fixture.rows(
            "INSERT INTO registry.schema_version (version, script_digest) "
                + "VALUES (999, repeat('0', 64))")
        await #expect(
            throws: SchemaError.newerThanProgram(
                installed: 999, known: Bootstrap.registryVersion)
        ) {
            try await Bootstrap(administrator: fixture.administrator).run()
        }
    }

    @Test func aSchemaOfAnotherScriptIsRefused() async throws {
        let fixture = try await TenancyFixture.make(loadingRegister: false)
        let known = try #require(SchemaScripts.registry.first).digest
        let other = String(repeating: "0", count: 64)
        _ = try fixture.rows(
            "UPDATE registry.schema_version SET script_digest = '\(other)' WHERE version = 1")
        await #expect(
            throws: SchemaError.changedScript(version: 1, recorded: other, known: known)
        ) {
            try await Bootstrap(administrator: fixture.administrator).run()
        }
    }

    @Test func rightsThatSomebodyGaveAreTakenAwayAgain() async throws {
        let fixture = try await TenancyFixture.make(loadingRegister: false)
        _ = try fixture.rows("GRANT pg_read_all_data TO icds_sharing")
        _ = try fixture.rows("GRANT icds_owner TO icds_api")
        _ = try fixture.rows("GRANT CREATE, TEMPORARY ON DATABASE \(fixture.name) TO icds_api")
        _ = try await Bootstrap(administrator: fixture.administrator).run()
        let left = try fixture.rows(
            """
            SELECT pg_has_role('icds_sharing', 'pg_read_all_data', 'MEMBER'),
                pg_has_role('icds_api', 'icds_owner', 'MEMBER'),
                has_database_privilege('icds_api', current_database(), 'CREATE'),
                has_database_privilege('icds_api', current_database(), 'TEMPORARY'),
                has_database_privilege('icds_api', current_database(), 'CONNECT')
            """)
        #expect(left == [["f", "f", "f", "f", "t"]])
    }

    /// Else who may take one municipality's role could take another's, which may be suspended, or more.
    @Test func rolesThatNobodyLogsInWithLoseWhatSomebodyGaveThem() async throws {
        let fixture = try await TenancyFixture.get()
        let (tenant, other) = (
            try await fixture.activeTenant(), try await fixture.activeTenant()
        )
        let given = [
            (other.role, tenant.role), ("pg_read_all_data", tenant.sharingRole),
            ("icds_registry_writer", tenant.role), ("icds_sealing", "icds_meter"),
            ("pg_read_server_files", "icds_role_maker"),
        ]
        for (granted, member) in given { try fixture.rows("GRANT \(granted) TO \(member)") }
        try await fixture.registry.suspend(other.key)
        _ = try await Bootstrap(administrator: fixture.administrator).run()
        #expect(
            try await fixture.api.attempt("SET ROLE \(other.role)", as: nil)
                == .insufficientPrivilege)
        for (granted, member) in given {
            let isMember = try fixture.rows(
                "SELECT pg_has_role('\(member)', '\(granted)', 'MEMBER')")
            #expect(isMember == [["f"]], "\(member) in \(granted)")
        }
        // What comes with the tenants stays.
        let kept = try fixture.rows(
            """
            SELECT m.member::regrole::text FROM pg_auth_members AS m
            WHERE m.roleid = '\(tenant.role)'::regrole AND m.member <> 'icds_role_maker'::regrole
            ORDER BY 1
            """)
        #expect(kept == [["icds_api"], ["icds_owner"]])
    }

    @Test func loginRolesHoldNothingButTheirMemberships() async throws {
        let fixture = try await TenancyFixture.get()
        let strong = try fixture.rows(
            """
            SELECT rolname FROM pg_roles
            WHERE rolname ~ '^(icds_|m[0-9])' AND (rolsuper OR rolcreatedb OR rolreplication
                OR rolbypassrls OR rolinherit OR (rolcreaterole AND rolname <> 'icds_role_maker')
                OR (rolcanlogin AND rolname NOT IN ('icds_migrator', 'icds_api', 'icds_sharing',
                    'icds_operator', 'icds_sealer')))
            """)
        #expect(strong.isEmpty)
        let granted = try fixture.rows(
            """
            SELECT DISTINCT a.grantee::regrole::text FROM pg_class AS c, aclexplode(c.relacl) AS a
            WHERE a.grantee IN (0, 'icds_api'::regrole, 'icds_sharing'::regrole,
                'icds_operator'::regrole, 'icds_migrator'::regrole, 'icds_sealer'::regrole)
                AND c.relnamespace::regnamespace::text ~ '^(registry|icds|m[0-9]{3})$'
            """)
        #expect(granted.isEmpty)
        let connecting = try fixture.rows(
            """
            SELECT has_database_privilege('icds_api', current_database(), 'CONNECT'),
                has_database_privilege('icds_registry_reader', current_database(), 'CONNECT')
            """)
        #expect(connecting == [["t", "f"]])
    }

    @Test(arguments: [
        "CREATE SCHEMA evil", "CREATE TABLE public.evil (x int)", "CREATE TEMP TABLE evil (x int)",
        "CREATE TABLE registry.evil (x int)", "CREATE ROLE evil", "SELECT lo_create(0)",
        "SELECT lo_from_bytea(0, 'x')", "CREATE EXTENSION pg_trgm",
        "CREATE FUNCTION registry.evil() RETURNS int LANGUAGE sql AS 'SELECT 1'",
        "CREATE FUNCTION icds.evil() RETURNS int LANGUAGE sql AS 'SELECT 1'",
        "GRANT icds_owner TO icds_api", "SET ROLE icds_owner", "SELECT pg_read_file('PG_VERSION')",
        "COPY registry.organisation TO PROGRAM 'cat'",
        "UPDATE registry.sharing_rule SET purpose = 1",
    ])
    func nobodyButTheOwnerCreates(sql: String) async throws {
        let fixture = try await TenancyFixture.get()
        let attempts: [(Database, [String?])] = [
            (fixture.api, [nil, "icds_registry_reader"]),
            (fixture.sharing, [nil, "icds_registry_reader"]),
            (fixture.operator, [nil, "icds_registry_writer"]),
        ]
        for (database, roles) in attempts {
            for role in roles {
                let kind = try await database.attempt(sql, as: role)
                #expect(kind == .insufficientPrivilege, "\(sql) as \(role ?? "login")")
            }
        }
    }
}
