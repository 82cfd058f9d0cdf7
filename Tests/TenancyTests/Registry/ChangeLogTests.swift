import Testing

@testable import Tenancy

/// The log of the registry's changes: whatever the operator changes leaves a row, and nobody takes one
/// away.
@Suite struct ChangeLogTests {
    /// The one thing by which the operator could open a municipality's cases to another county.
    @Test func movingAMunicipalityToAnotherCountyIsLogged() async throws {
        let fixture = try await TenancyFixture.get()
        let tenant = try fixture.registeredTenant()
        let operatorURI = "urn:icds:operator:test:console"
        let registry = fixture.registry.acting(
            for: RegistryCaller(uri: operatorURI, callReference: "call-9"))
        let before = try county(of: tenant, fixture)
        let after = before == "17" ? "16" : "17"
        var load = RegisterLoad(source: "test", municipalities: [], areas: [], memberships: [])
        load.memberships = [
            MembershipRow(
                municipalityCode: tenant.code, areaKind: .county, areaCode: after,
                validFrom: "2023-01-01", validTo: nil)
        ]
        _ = try await registry.load(load)
        let changes = try await fixture.registry.changes(countMax: 100)
        let change = try #require(
            changes.first { $0.table == "membership" && $0.newRow?.contains(tenant.code) == true })
        #expect(change.actor == operatorURI && change.callReference == "call-9")
        #expect(change.login == "icds_operator" && change.operation == "UPDATE")
        #expect(change.oldRow?.contains(#""area_code": "\#(before)""#) == true)
        #expect(change.newRow?.contains(#""area_code": "\#(after)""#) == true)
        // The same once more changes nothing and is no entry.
        _ = try await registry.load(load)
        let later = try await fixture.registry.changes(countMax: 100)
        #expect(
            later.filter { $0.table == "membership" && $0.newRow?.contains(tenant.code) == true }
                == changes.filter {
                    $0.table == "membership" && $0.newRow?.contains(tenant.code) == true
                })
    }

    private func county(of tenant: TenantSchema, _ fixture: TenancyFixture) throws -> String {
        let rows = try fixture.rows(
            """
            SELECT area_code FROM registry.membership
            WHERE area_kind = 'county' AND municipality_code = '\(tenant.code)'
            """)
        return try #require(rows[0][0])
    }

    @Test func aStatusIsLoggedWithBothRowsAlsoWithoutACaller() async throws {
        let fixture = try await TenancyFixture.get()
        let tenant = try await fixture.activeTenant()
        try await fixture.registry.suspend(tenant.key)
        let rows = try fixture.rows(
            """
            SELECT login, coalesce(actor, '-'), operation, old_row ->> 'status', new_row ->> 'status'
            FROM registry.change_log
            WHERE table_name = 'organisation' AND new_row ->> 'code' = '\(tenant.code)'
            ORDER BY seq
            """)
        #expect(
            rows == [
                ["icds_operator", "-", "INSERT", nil, "registered"],
                ["icds_migrator", "-", "UPDATE", "registered", "provisioned"],
                ["icds_operator", "-", "UPDATE", "provisioned", "active"],
                ["icds_operator", "-", "UPDATE", "active", "suspended"],
            ])
    }

    /// Goes over the migrator's connections and not the operator's.
    @Test func workOnWholeMunicipalitiesIsLoggedWithItsCaller() async throws {
        let setup = try await TransferSetup.make()
        let (fixture, tenant) = (setup.fixture, setup.tenant)
        let caller = TransferSetup.order.caller
        let provisioned = try fixture.registeredTenant()
        _ = try await fixture.provisioner.provision(provisioned, for: caller)
        let file = try await setup.export()
        try await setup.suspend()
        // So that the restore changes it back.
        try fixture.rows(
            "UPDATE registry.organisation SET schema_version = 1 WHERE code = '\(tenant.code)'")
        try await setup.restore(file.bytes)
        _ = try await setup.transfer.erase(
            tenant, contentDigest: try await setup.export().summary.contentDigest,
            order: TransferSetup.order)
        func changes(_ tenant: TenantSchema) throws -> [[String?]] {
            try fixture.rows(
                """
                SELECT old_row ->> 'status', new_row ->> 'status', actor, call_reference
                FROM registry.change_log
                WHERE login = 'icds_migrator' AND table_name = 'organisation'
                    AND new_row ->> 'code' = '\(tenant.code)'
                ORDER BY seq
                """)
        }
        let who = [caller.uri, caller.callReference]
        #expect(try changes(provisioned) == [["registered", "provisioned"] + who])
        #expect(
            try changes(tenant) == [
                ["registered", "provisioned", nil, nil], ["suspended", "suspended"] + who,
                ["suspended", "ended"] + who,
            ])
    }

    @Test(arguments: [
        "DELETE FROM registry.change_log", "TRUNCATE registry.change_log",
        "UPDATE registry.change_log SET actor = NULL", "SELECT registry.log_change()",
        "INSERT INTO registry.change_log (login, table_name, operation) VALUES ('x', 'x', 'INSERT')",
        "ALTER TABLE registry.membership DISABLE TRIGGER log_change",
        "DROP TRIGGER log_change ON registry.membership",
    ])
    func nobodyWritesItByHand(sql: String) async throws {
        let fixture = try await TenancyFixture.get()
        let tenant = try await fixture.activeTenant()
        for attacker in try await Attacker.all(fixture, around: tenant) {
            #expect(try await attacker.attempt(sql) == .insufficientPrivilege, "\(attacker)")
        }
    }

    @Test func onlyTheOperatorReadsIt() async throws {
        let fixture = try await TenancyFixture.get()
        let tenant = try await fixture.activeTenant()
        for attacker in try await Attacker.all(fixture, around: tenant) {
            let kind = try await attacker.attempt("SELECT * FROM registry.change_log")
            #expect((kind == nil) == (attacker.role == "icds_registry_writer"), "\(attacker)")
        }
    }

    @Test func everyTableThatTheDaemonsGoByIsLogged() async throws {
        let fixture = try await TenancyFixture.get()
        let unlogged = try fixture.rows(
            """
            SELECT c.relname FROM pg_class AS c
            WHERE c.relnamespace = 'registry'::regnamespace AND c.relkind = 'r'
                AND EXISTS (
                    SELECT FROM pg_trigger AS t
                    WHERE t.tgrelid = c.oid AND t.tgname = 'bump_change_counter')
                AND (SELECT count(*) FROM pg_trigger AS t
                    WHERE t.tgrelid = c.oid AND t.tgname IN ('log_change', 'log_truncate')
                        AND t.tgenabled = 'O') <> 2
            """)
        #expect(unlogged.isEmpty)
    }
}
