import Testing

@testable import Tenancy

/// Rights as the catalogue has them, whole: what is not listed here is nobody's but the owner's. A right
/// that a later script adds fails here until it is written down.
@Suite struct PrivilegeTests {
    private let schemas = "('registry', 'icds', 'icds_admin', '{name}')"

    private func rows(_ sql: String, _ fixture: TenancyFixture, _ tenant: TenantSchema) throws
        -> [String]
    {
        let text = sql.replacing("{schemas}", with: schemas).replacing("{name}", with: tenant.name)
        return try fixture.rows(text).map { row in
            row.map { ($0 ?? "").replacing(tenant.name, with: "mNNN") }.joined(separator: " ")
        }
    }

    @Test func functionsAreExecutedByThoseOnly() async throws {
        let fixture = try await TenancyFixture.get()
        let tenant = try await fixture.activeTenant()
        let granted = try rows(
            """
            SELECT CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE a.grantee::regrole::text END,
                n.nspname || '.' || p.proname
            FROM pg_proc AS p JOIN pg_namespace AS n ON n.oid = p.pronamespace,
                aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) AS a
            WHERE n.nspname IN {schemas} AND a.grantee <> p.proowner ORDER BY 1, 2
            """, fixture, tenant)
        #expect(
            Set(granted) == [
                "PUBLIC icds.audit_canonical_v1",
                "icds_registry_writer registry.revoke_certificate",
                "icds_registry_writer registry.set_organisation_status",
                "icds_registry_writer registry.order_key_rotation", "mNNN mNNN.refuse_generation",
                "mNNN_sharing mNNN.accept_participation", "mNNN_sharing mNNN.record_disclosure",
                "mNNN_sharing mNNN.record_refusal", "mNNN_sharing mNNN.claim_key",
                "mNNN_sharing mNNN.keep_answer", "mNNN_sharing mNNN.first_answer",
                "icds_sealing mNNN.erase_audit_months",
                "icds_owner icds_admin.make_tenant_roles",
                "icds_owner icds_admin.drop_tenant_roles",
                "icds_api icds_admin.backend_memory", "icds_migrator icds_admin.backend_memory",
                "icds_operator icds_admin.backend_memory", "icds_sealer icds_admin.backend_memory",
                "icds_sharing icds_admin.backend_memory",
            ])
    }

    /// With another's rights run only these; each finds its names in `pg_catalog` alone.
    @Test func functionsWithTheOwnersRightsPinTheirSearchPath() async throws {
        let fixture = try await TenancyFixture.get()
        let tenant = try await fixture.activeTenant()
        let definers = try rows(
            """
            SELECT n.nspname || '.' || p.proname, p.proowner::regrole, p.proconfig::text
            FROM pg_proc AS p JOIN pg_namespace AS n ON n.oid = p.pronamespace
            WHERE n.nspname IN {schemas} AND p.prosecdef ORDER BY 1
            """, fixture, tenant)
        let names = [
            "mNNN.accept_participation", "mNNN.claim_key", "mNNN.erase_audit_months",
            "mNNN.first_answer", "mNNN.guard_identity_code", "mNNN.keep_answer",
            "mNNN.note_assessment", "mNNN.note_client",
            "mNNN.note_participation", "mNNN.record_disclosure", "mNNN.record_refusal",
            "registry.bump_change_counter", "registry.log_change", "registry.order_key_rotation",
            "registry.revoke_certificate", "registry.set_organisation_status",
        ]
        let others = [
            "icds_admin.backend_memory icds_meter", "icds_admin.drop_tenant_roles icds_role_maker",
            "icds_admin.make_tenant_roles icds_role_maker",
        ]
        #expect(
            definers
                == (others + names.map { "\($0) icds_owner" })
                .map { #"\#($0) {"search_path=pg_catalog, pg_temp"}"# })
    }

    @Test func tablesAndViewsAreThoseRolesOnly() async throws {
        let fixture = try await TenancyFixture.get()
        let tenant = try await fixture.activeTenant()
        let whole = try rows(
            """
            SELECT CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE a.grantee::regrole::text END,
                n.nspname || '.' || c.relname,
                string_agg(a.privilege_type, ',' ORDER BY a.privilege_type)
            FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace,
                aclexplode(coalesce(c.relacl, acldefault('r', c.relowner))) AS a
            WHERE n.nspname = '{name}' AND c.relkind IN ('r', 'v', 'S') AND a.grantee <> c.relowner
            GROUP BY 1, 2 ORDER BY 1, 2
            """, fixture, tenant)
        let read = [
            "assessment", "audit", "audit_key", "client", "idempotency", "moved_client", "outbox",
            "outbox_state", "participation", "schema_version", "seal", "tenant_key",
        ].map { "mNNN mNNN.\($0) SELECT" }
        let shared = [
            "audit_key", "shareable_assessment", "shareable_client", "shareable_participation",
            "shareable_source", "sharing_lookup", "tenant_key",
        ].map { "mNNN_sharing mNNN.\($0) SELECT" }
        let sealed = [
            "icds_sealing mNNN.audit_seq_seq SELECT", "icds_sealing mNNN.seal INSERT,SELECT",
        ]
        #expect(
            Set(whole)
                == Set(read + ["mNNN mNNN.client_source INSERT,SELECT"] + shared + sealed))
        let columns = try rows(
            """
            SELECT DISTINCT t.grantee::regrole::text, c.relname, t.privilege_type
            FROM pg_attribute AS a JOIN pg_class AS c ON c.oid = a.attrelid
                JOIN pg_namespace AS n ON n.oid = c.relnamespace, aclexplode(a.attacl) AS t
            WHERE n.nspname = '{name}' ORDER BY 1, 2, 3
            """, fixture, tenant)
        #expect(
            Set(columns) == [
                "mNNN assessment INSERT", "mNNN assessment UPDATE", "mNNN audit INSERT",
                "mNNN client INSERT", "mNNN client UPDATE", "mNNN client_source UPDATE",
                "mNNN idempotency INSERT", "mNNN idempotency UPDATE",
                "mNNN participation INSERT", "mNNN participation UPDATE",
                "mNNN audit_key INSERT", "mNNN_sharing audit_key INSERT",
                "icds_sealing audit SELECT",
            ])
    }

    @Test func everyViewIsASecurityBarrier() async throws {
        let fixture = try await TenancyFixture.get()
        let tenant = try await fixture.activeTenant()
        let open = try rows(
            """
            SELECT n.nspname, c.relname FROM pg_class AS c
                JOIN pg_namespace AS n ON n.oid = c.relnamespace
            WHERE n.nspname IN {schemas} AND c.relkind IN ('v', 'm')
                AND NOT coalesce('security_barrier=true' = ANY (c.reloptions), false)
            """, fixture, tenant)
        #expect(open.isEmpty)
    }

    @Test func membershipsAreThoseOnlyAndNobodyMayPassThemOn() async throws {
        let fixture = try await TenancyFixture.get()
        let tenant = try await fixture.activeTenant()
        let memberships = try rows(
            """
            SELECT m.member::regrole::text, m.roleid::regrole::text, m.admin_option
            FROM pg_auth_members AS m
            WHERE m.member::regrole::text ~ '^(icds_|m[0-9])'
                AND m.roleid::regrole::text !~ '^m[0-9]'
                OR m.roleid::regrole::text ~ '^{name}(_sharing)?$'
            ORDER BY 1, 2
            """, fixture, tenant)
        // From PostgreSQL 16 on, who makes a role has its administration.
        let expected = [
            "icds_api icds_registry_reader f", "icds_api mNNN f", "icds_migrator icds_owner f",
            "icds_operator icds_registry_writer f", "icds_sealer icds_sealing f",
            "icds_sharing icds_registry_reader f",
            "icds_sharing mNNN_sharing f",
        ]
        #expect(Set(memberships.filter { !$0.hasPrefix("icds_owner mNNN") }) == Set(expected))
    }

    @Test func theDatabaseItselfIsClosed() async throws {
        let fixture = try await TenancyFixture.get()
        let tenant = try await fixture.activeTenant()
        let rights = try rows(
            """
            SELECT r.rolname, p.name FROM pg_roles AS r, unnest(ARRAY['CREATE', 'TEMP']) AS p(name)
            WHERE r.rolname IN ('icds_migrator', 'icds_api', 'icds_sharing', 'icds_operator',
                    'icds_sealer', '{name}', '{name}_sharing')
                AND has_database_privilege(r.oid, current_database(), p.name)
            """, fixture, tenant)
        // The migrator takes the owner's role for it.
        #expect(rights.isEmpty)
        let secrets = try rows(
            """
            SELECT r.rolname FROM pg_roles AS r
            WHERE r.rolname ~ '^(icds_|m[0-9])'
                AND (has_table_privilege(r.oid, 'pg_catalog.pg_authid', 'SELECT')
                    OR has_table_privilege(r.oid, 'pg_catalog.pg_statistic', 'SELECT')
                    OR pg_has_role(r.oid, 'pg_read_all_data', 'USAGE')
                    OR pg_has_role(r.oid, 'pg_read_all_stats', 'USAGE'))
            """, fixture, tenant)
        #expect(secrets.isEmpty)
    }
}
