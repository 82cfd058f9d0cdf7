import Testing

@testable import Tenancy

/// What a session could do to the server beyond our tables: run programs, read files, make things, stay
/// for good. Every login in every role is refused all of it.
@Suite struct ServerReachTests {
    static let programsAndFiles = [
        "COPY (SELECT 1) TO PROGRAM 'true'", "COPY (SELECT 1) TO '/tmp/icds-evil'",
        "SELECT pg_read_file('PG_VERSION')", "SELECT pg_read_binary_file('PG_VERSION')",
        "SELECT pg_ls_dir('.')", "SELECT pg_stat_file('PG_VERSION')", "SELECT pg_ls_logdir()",
        "SELECT lo_import('/etc/hostname')", "SELECT lo_export(1, '/tmp/icds-evil')",
        "LOAD 'auto_explain'", "SELECT current_setting('data_directory')",
        "SELECT * FROM pg_hba_file_rules", "SELECT * FROM pg_file_settings",
        "SELECT rolpassword FROM pg_authid", "SELECT * FROM pg_statistic",
        "SELECT * FROM pg_user_mapping", "SELECT * FROM pg_largeobject",
    ]

    static let things = [
        "CREATE TEMP TABLE evil (x int)", "CREATE TEMP VIEW evil AS SELECT 1",
        "CREATE SCHEMA evil", "CREATE TABLE public.evil (x int)",
        "CREATE FUNCTION public.evil() RETURNS int LANGUAGE sql AS 'SELECT 1'",
        "CREATE FUNCTION pg_temp.evil() RETURNS int LANGUAGE sql AS 'SELECT 1'",
        "CREATE FUNCTION icds.evil() RETURNS int LANGUAGE sql AS 'SELECT 1'",
        "CREATE TYPE public.evil AS (x int)", "CREATE DOMAIN public.evil AS int",
        "CREATE SEQUENCE public.evil", "CREATE COLLATION public.evil FROM \"C\"",
        "CREATE FOREIGN DATA WRAPPER evil", "CREATE PUBLICATION evil FOR ALL TABLES",
        "CREATE SUBSCRIPTION evil CONNECTION '' PUBLICATION evil WITH (connect = false)",
        "DO $$ BEGIN END $$", "SELECT lo_creat(-1)", "SELECT lo_from_bytea(0, 'x')",
        "SELECT lo_open(1, 131072)", "SELECT lo_get(1)", "SELECT lo_unlink(1)",
        "CREATE STATISTICS public.evil ON kind, code FROM pg_catalog.pg_class",
    ]

    static let power = [
        "CREATE ROLE evil", "ALTER ROLE icds_owner LOGIN", "ALTER ROLE postgres PASSWORD 'x'",
        "DROP ROLE icds_owner", "SET SESSION AUTHORIZATION postgres",
        "SET LOCAL session_replication_role = replica", "SET LOCAL log_statement = 'all'",
        "SET LOCAL log_error_verbosity = verbose", "SET LOCAL log_parameter_max_length = -1",
        "GRANT pg_execute_server_program TO icds_api", "GRANT pg_read_all_data TO icds_sharing",
        "SELECT pg_reload_conf()", "SELECT pg_switch_wal()", "SELECT pg_promote()",
        "SELECT pg_stat_reset()", "SELECT pg_logical_emit_message(false, 'x', 'y')",
        "SELECT pg_create_physical_replication_slot('evil')",
        "SELECT pg_terminate_backend(pg_backend_pid())",
        "SELECT pg_cancel_backend(pg_backend_pid())", "SELECT pg_advisory_lock(1)",
        "SELECT pg_try_advisory_lock(1)", "SELECT pg_advisory_lock_shared(1, 1)",
        "SELECT pg_advisory_unlock_all()", "SELECT icds_admin.make_tenant_roles('999')",
        "TRUNCATE registry.organisation", "ALTER TABLE registry.organisation DISABLE TRIGGER ALL",
        "UPDATE registry.change_counter SET value = 0", "DELETE FROM registry.system_certificate",
        "UPDATE registry.organisation SET status = 'active'",
        "UPDATE registry.sharing_rule SET categories = '{7}'",
    ]

    @Test(arguments: programsAndFiles + things + power)
    func noLoginInAnyRoleMay(sql: String) async throws {
        let fixture = try await TenancyFixture.get()
        let tenant = try await Self.tenant.value
        for attacker in try await Attacker.all(fixture, around: tenant) {
            #expect(try await attacker.attempt(sql) == .insufficientPrivilege, "\(attacker)")
        }
    }

    private static let tenant = Task { try await TenancyFixture.get().activeTenant() }

    /// The owner, which the migrator can become, owns the data and still not the server: on PostgreSQL
    /// 15 a role that may make roles could give itself the right to run programs.
    @Test(
        arguments: programsAndFiles.prefix(4) + [
            "CREATE ROLE evil", "GRANT pg_execute_server_program TO icds_owner",
            "GRANT icds_role_maker TO icds_owner", "GRANT postgres TO icds_owner",
            "ALTER ROLE icds_api SUPERUSER", "ALTER ROLE icds_role_maker LOGIN",
            "ALTER FUNCTION icds_admin.make_tenant_roles SECURITY INVOKER",
            "DROP FUNCTION icds_admin.make_tenant_roles", "DROP SCHEMA icds_admin CASCADE",
            "CREATE FUNCTION icds_admin.evil() RETURNS int LANGUAGE sql AS 'SELECT 1'",
            "ALTER FUNCTION icds.audit_canonical_v1 OWNER TO icds_role_maker",
            "CREATE EXTENSION IF NOT EXISTS dblink", "DROP ROLE icds_api",
        ])
    func evenTheOwnerMayNot(sql: String) async throws {
        let fixture = try await TenancyFixture.get()
        let kind = try await fixture.migrator.attempt(sql, as: "icds_owner")
        // Where an extension's files are not installed, there is nothing to refuse.
        #expect(kind == .insufficientPrivilege || sql.contains("EXTENSION") && kind != nil)
    }

    /// The function that runs with the right to make roles takes nothing but a municipality's code, and
    /// hands over no role that can do more than a tenant's.
    @Test func theRoleMakerMakesTenantsRolesOnly() async throws {
        let fixture = try await TenancyFixture.get()
        for code in ["'1'", "'1000'", "'abc'", "'1 1'", "'../'", "NULL", "''", "E'100\\n'"] {
            for function in ["make_tenant_roles", "drop_tenant_roles"] {
                #expect(
                    try await fixture.migrator.attempt(
                        "SELECT icds_admin.\(function)(\(code))", as: "icds_owner")
                        == .statement(sqlState: "22023"), "\(function)(\(code))")
            }
        }
        try fixture.rows("CREATE ROLE m998 LOGIN CREATEDB")
        #expect(
            try await fixture.migrator.attempt(
                "SELECT icds_admin.make_tenant_roles('998')", as: "icds_owner")
                == .statement(sqlState: "42710"))
        try fixture.rows("DROP ROLE m998")
        let maker = try fixture.rows(
            """
            SELECT rolcanlogin, rolsuper, rolcreatedb, rolreplication, rolbypassrls,
                (SELECT count(*) FROM pg_auth_members AS m WHERE m.roleid = r.oid)
            FROM pg_roles AS r WHERE rolname = 'icds_role_maker'
            """)
        #expect(maker == [["f", "f", "f", "f", "f", "0"]])
    }

    /// What PostgreSQL gives to everybody and cannot be taken away. `docs/threat-model.md` says what
    /// that is worth to an attacker; where a later version takes it away, this test says so.
    @Test(arguments: [
        "LISTEN evil", "NOTIFY evil, 'x'", "ALTER ROLE CURRENT_USER PASSWORD 'x'",
        "ALTER ROLE CURRENT_USER SET work_mem = '1GB'", "SELECT pg_sleep(0)",
        "SELECT nspname FROM pg_namespace", "SELECT rolname FROM pg_roles",
        "SELECT * FROM pg_locks", "SELECT reltuples FROM pg_class",
        "SELECT n_live_tup FROM pg_stat_all_tables", "SELECT prosrc FROM pg_proc",
    ])
    func whatRemainsToEverybody(sql: String) async throws {
        let fixture = try await TenancyFixture.get()
        let tenant = try await Self.tenant.value
        for attacker in try await Attacker.all(fixture, around: tenant) {
            #expect(try await attacker.attempt(sql) == nil, "\(attacker)")
        }
    }

    /// Anybody may listen: what we tell each other on a channel is that something changed, not what.
    @Test func whatIsNotifiedSaysNothing() async throws {
        let fixture = try await TenancyFixture.get()
        let listener = try TenancyFixture.database(user: "icds_sharing", fixture.name)
        var news = listener.notifications(on: NotificationChannel("icds_registry"))
            .makeAsyncIterator()
        #expect(await news.next() == .mayHaveMissed)
        _ = try await fixture.activeTenant()
        #expect(await news.next() == .notified(payload: ""))
        await listener.shutdown()
    }

    /// A setting that a login gave itself for good is gone with the next bootstrap.
    @Test func whatALoginSetForItselfDoesNotOutlastABootstrap() async throws {
        let fixture = try await TenancyFixture.make(loadingRegister: false)
        let statements = [
            "ALTER ROLE icds_sharing SET work_mem = '1GB'",
            "ALTER ROLE icds_sharing IN DATABASE \(fixture.name) SET work_mem = '1GB'",
        ]
        _ = try await fixture.sharing.run(statements.map { .sql($0) }, in: Scope(role: nil))
        let left = """
            SELECT count(*) FROM pg_db_role_setting WHERE array_to_string(setconfig, ',') ~ 'work_mem'
            """
        #expect(try fixture.rows(left) == [["2"]])
        try await Bootstrap(administrator: fixture.administrator).run()
        #expect(try fixture.rows(left) == [["0"]])
    }
}
