import TestSupport
import Testing

@testable import Tenancy

@Suite struct ErasureTests {
    /// Nothing of the tenant remains but its place in the register and the record of its end.
    @Test func whatIsErasedIsGoneButForItsRecord() async throws {
        let setup = try await TransferSetup.make()
        let (fixture, tenant) = (setup.fixture, setup.tenant)
        let file = try await setup.export()
        try await setup.suspend()
        try await setup.restore(file.bytes)
        let leaf = try fixture.rows(
            "SELECT encode(leaf, 'hex') FROM {schema}.audit ORDER BY seq DESC LIMIT 1", in: tenant
        )[0][0]
        let event = try await setup.transfer.erase(
            tenant, contentDigest: file.summary.contentDigest, order: TransferSetup.order
        ).made()
        #expect(event.kind == .erased && event.contentDigest == file.summary.contentDigest)
        #expect(event.details.contains("\"last_audit_leaf\": \"\(leaf ?? "-")\""))
        #expect(event.details.contains("\"client\": 2"))
        for catalogue in ["pg_namespace WHERE nspname", "pg_roles WHERE rolname"] {
            #expect(try fixture.rows("SELECT FROM \(catalogue) ~ '^\(tenant.name)'").isEmpty)
        }
        #expect(
            try mentions(fixture, tenant.code)
                == [
                    "municipality", "membership", "organisation",
                    "tenant_event",
                ].sorted())
        let found = try await fixture.registry.organisation(tenant.key)
        #expect(found?.status == .ended && found?.schemaVersion == 0)
        await #expect(throws: RegistryError.organisationEnded) {
            try await fixture.provisioner.provision(tenant)
        }
        await #expect(throws: RegistryError.organisationEnded) {
            try await setup.restore(file.bytes)
        }
    }

    /// Tables of the whole database in which any row has the code, whatever the column. (Numbers of rows
    /// may happen to be alike.)
    private func mentions(_ fixture: TenancyFixture, _ code: String) throws -> [String] {
        let tables = try fixture.rows(
            """
            SELECT n.nspname, c.relname FROM pg_class AS c
            JOIN pg_namespace AS n ON n.oid = c.relnamespace
            WHERE n.nspname IN ('registry', 'icds', 'public') AND c.relkind = 'r'
            """)
        return try tables.compactMap { table in
            let name = table[1] ?? ""
            let found = try fixture.rows(
                "SELECT FROM \(table[0] ?? "").\(name) AS t, jsonb_each(to_jsonb(t)) AS c "
                    + "WHERE c.value = to_jsonb('\(code)'::text)")
            return found.isEmpty ? nil : name
        }.sorted()
    }

    @Test func whatWasNotExportedIsNotErased() async throws {
        let setup = try await TransferSetup.make()
        let file = try await setup.export()
        let erase = {
            try await setup.transfer.erase(
                setup.tenant, contentDigest: file.summary.contentDigest, order: TransferSetup.order)
        }
        await #expect(throws: TenantWorkError.notSuspended) { try await erase() }
        try await setup.fixture.tenants.record(setup.cases[0].entry(), in: setup.tenant)
        try await setup.suspend()
        await #expect(throws: TenantWorkError.exportIsStale) { try await erase() }
        #expect(try setup.fixture.rows("SELECT FROM {schema}.client", in: setup.tenant).count == 2)
    }

    /// A record that was changed, and one that was taken away from the middle, show.
    @Test func theChainOfRecordsShowsWhatWasChanged() async throws {
        let setup = try await TransferSetup.make()
        let first = try await setup.export().summary.event
        let recomputed = try setup.fixture.rows(
            """
            SELECT encode(sha256(convert_to(previous_digest || E'\\n' || seq || E'\\n'
                || (extract(epoch FROM at) * 1000000)::bigint || E'\\n'
                || municipality_code || E'\\n' || kind || E'\\n' || actor || E'\\n'
                || coalesce(content_digest, '') || E'\\n' || details::text || E'\\n'
                || to_jsonb(reason)::text || E'\\n', 'UTF8')), 'hex')
            FROM registry.tenant_event WHERE seq = \(first.number)
            """)
        #expect(recomputed == [[first.digest]])
        let kind = try await setup.fixture.operator.attempt(
            "DELETE FROM registry.tenant_event", as: "icds_registry_writer")
        #expect(kind == .insufficientPrivilege)
    }
}
