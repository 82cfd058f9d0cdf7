import Testing

@testable import Tenancy

/// Which roles a session can reach, by every way there is to change one.
@Suite struct RoleEscapeTests {
    /// Every role of the cluster that a login can take, whole: nothing of PostgreSQL's own.
    @Test func eachLoginTakesItsOwnRolesAndNoOther() async throws {
        let fixture = try await TenancyFixture.get()
        _ = try await fixture.activeTenant()
        let groups = [
            "icds_api": ["icds_registry_reader", "mNNN"],
            "icds_sharing": ["icds_registry_reader", "mNNN_sharing"],
            "icds_operator": ["icds_registry_writer"], "icds_sealer": ["icds_sealing"],
            "icds_migrator": ["icds_owner", "mNNN", "mNNN_sharing"],
        ]
        for login in Attacker.logins {
            let reached = try fixture.rows(
                """
                SELECT DISTINCT regexp_replace(rolname, '^m[0-9]{3}', 'mNNN') FROM pg_roles
                WHERE pg_has_role('\(login)', oid, 'MEMBER') AND rolname <> '\(login)'
                """
            ).compactMap { $0[0] }
            #expect(Set(reached).isSubset(of: groups[login] ?? []), "\(login)")
        }
    }

    /// The same tried: no way of naming a role takes one that is not the login's, also not from within
    /// another role.
    @Test(arguments: [
        "SET ROLE {role}", "SET LOCAL ROLE {role}", "SET SESSION AUTHORIZATION {role}",
        "SELECT set_config('role', '{role}', true)",
        "SELECT set_config('session_authorization', '{role}', true)", "GRANT {role} TO {own}",
        "ALTER ROLE {role} NOLOGIN", "REASSIGN OWNED BY {role} TO {own}",
    ])
    func noLoginTakesARoleThatIsNotItsOwn(sql: String) async throws {
        let fixture = try await TenancyFixture.get()
        let tenant = try await fixture.activeTenant()
        let suspended = try await fixture.activeTenant()
        try await fixture.registry.suspend(suspended.key)
        for attacker in try await Attacker.all(fixture, around: tenant) {
            let foreign = try fixture.rows(
                """
                SELECT rolname FROM pg_roles
                WHERE NOT pg_has_role('\(attacker.login)', oid, 'MEMBER')
                    AND (rolname !~ '^m[0-9]' OR rolname ~ '^(\(tenant.name)|\(suspended.name))')
                """
            ).compactMap { $0[0] }
            #expect(foreign.contains("postgres") && foreign.contains("icds_role_maker"))
            for role in foreign {
                let text = sql.replacing("{role}", with: role)
                    .replacing("{own}", with: attacker.login)
                // PostgreSQL's own roles are refused for their names first.
                let isReserved = sql.hasPrefix("ALTER") && role.hasPrefix("pg_")
                #expect(
                    try await attacker.attempt(text)
                        == (isReserved ? .statement(sqlState: "42939") : .insufficientPrivilege),
                    "\(attacker) \(role)")
            }
        }
    }

    @Test func aTenantsRoleReachesNobody() async throws {
        let fixture = try await TenancyFixture.get()
        _ = try await fixture.activeTenant()
        let reached = try fixture.rows(
            """
            SELECT t.rolname, r.rolname FROM pg_roles AS t, pg_roles AS r
            WHERE t.rolname ~ '^m[0-9]' AND t.oid <> r.oid AND pg_has_role(t.oid, r.oid, 'MEMBER')
            """)
        #expect(reached.isEmpty)
    }

    /// What tenancy by roles does not stop: SQL of an attacker's own inside a session can leave the
    /// tenant's role and take another that the login may take. Against that stand statements that are
    /// constants, and narrow logins; the threat model says so.
    @Test(arguments: [
        "RESET ROLE", "SET ROLE NONE", "SET LOCAL ROLE NONE",
        "SELECT set_config('role', 'none', true)",
    ])
    func aSessionCanLeaveItsRoleForAnotherOfItsLogin(leaving: String) async throws {
        let fixture = try await TenancyFixture.get()
        let own = try await fixture.activeTenant()
        let other = try await fixture.activeTenant()
        for (database, first, second) in [
            (fixture.api, own.role, other.role),
            (fixture.sharing, own.sharingRole, other.sharingRole),
        ] {
            let results = try await database.run(
                [
                    .sql(leaving), .sql("SET LOCAL ROLE \(second)"),
                    .sql("SELECT current_user::text AS name"),
                ],
                in: Scope(role: first))
            #expect(try results[2].only().value("name") == second)
        }
    }

    /// None of these gives a right that the login has not: the next statement is refused as before.
    @Test(arguments: [
        "RESET ALL", "RESET ROLE", "RESET SESSION AUTHORIZATION",
        "SET SESSION AUTHORIZATION DEFAULT",
        "DISCARD PLANS", "DISCARD TEMP", "SET LOCAL row_security = off",
        "SET LOCAL search_path = {foreign}, pg_catalog",
        "SELECT set_config('search_path', '{foreign}', true)",
        "SELECT set_config('session_authorization', session_user::text, true)",
        "SET LOCAL icds.county = '06'",
    ])
    func nothingThatASessionResetsOpensAnotherTenant(sql: String) async throws {
        let fixture = try await TenancyFixture.get()
        let own = try await fixture.activeTenant()
        let foreign = try await fixture.activeTenant()
        let first = sql.replacing("{foreign}", with: foreign.name)
        for attacker in try await Attacker.all(fixture, around: own) {
            for table in ["client", "audit", "tenant_key", "shareable_client"] {
                struct Done: Error {}
                var kind: DatabaseError.Kind?
                do {
                    try await attacker.database.transaction(in: Scope(role: attacker.role)) {
                        _ = try await $0.run([.sql(first)])
                        _ = try await $0.run([.sql("SELECT * FROM \(foreign.name).\(table)")])
                        throw Done()
                    }
                } catch let error as DatabaseError {
                    kind = error.kind
                } catch is Done {}
                #expect(kind == .insufficientPrivilege, "\(attacker) \(table)")
            }
        }
    }

    /// An unqualified name is an error and never another tenant's table.
    @Test func anUnqualifiedNameIsNobodys() async throws {
        let fixture = try await TenancyFixture.get()
        let tenant = try await fixture.activeTenant()
        for attacker in try await Attacker.all(fixture, around: tenant) {
            #expect(
                try await attacker.attempt("SELECT * FROM client")
                    == .statement(sqlState: "42P01"), "\(attacker)")
        }
    }
}
