import Synchronization
import TestSupport
import Testing

@testable import Tenancy

@Suite struct ProvisioningTests {
    @Test func aMunicipalityGetsItsSchemaAndTheRegistryKnows() async throws {
        let fixture = try await TenancyFixture.get()
        let tenant = try fixture.registeredTenant()
        let outcome = try await fixture.provisioner.provision(tenant)
        #expect(
            outcome
                == Provisioner.Outcome(changed: true, schemaVersion: Bootstrap.tenantVersion))
        let organisation = try #require(try await fixture.registry.organisation(tenant.key))
        #expect(organisation.status == .provisioned)
        #expect(organisation.schemaVersion == Bootstrap.tenantVersion)
        #expect(
            try fixture.rows("SELECT generation FROM {schema}.tenant_key", in: tenant) == [["1"]])
    }

    @Test func provisioningAgainChangesNothing() async throws {
        let fixture = try await TenancyFixture.get()
        let tenant = try await fixture.activeTenant()
        let key = try fixture.rows("SELECT wrapped_key FROM {schema}.tenant_key", in: tenant)
        let again = try await fixture.provisioner.provision(tenant)
        #expect(!again.changed)
        #expect(try fixture.rows("SELECT wrapped_key FROM {schema}.tenant_key", in: tenant) == key)
        #expect(try await fixture.registry.organisation(tenant.key)?.status == .active)
    }

    @Test func whatIsNotAMunicipalityOfTheRegisterIsNotProvisioned() async throws {
        let fixture = try await TenancyFixture.get()
        let unknown = try #require(TenantSchema(municipalityCode: "001"))
        await #expect(throws: RegistryError.organisationNotFound) {
            try await fixture.provisioner.provision(unknown)
        }
        #expect(try fixture.rows("SELECT FROM pg_namespace WHERE nspname = 'm001'").isEmpty)
        #expect(try fixture.rows("SELECT FROM pg_roles WHERE rolname = 'm001'").isEmpty)
    }

    @Test func severalAtOnceMakeOneSchema() async throws {
        let fixture = try await TenancyFixture.get()
        let tenant = try fixture.registeredTenant()
        let outcomes = try await withThrowingTaskGroup(of: Bool.self) { group in
            for _ in 0..<4 {
                group.addTask { try await fixture.provisioner.provision(tenant).changed }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(outcomes.filter { $0 }.count == 1)
        #expect(
            try fixture.rows("SELECT version FROM {schema}.schema_version ORDER BY 1", in: tenant)
                == (1...Bootstrap.tenantVersion).map { ["\($0)"] })
    }

    @Test func aSchemaOfALaterProgramIsLeftAlone() async throws {
        let fixture = try await TenancyFixture.get()
        let tenant = try await fixture.provisionedTenant()
        _ = try fixture.rows(
            "INSERT INTO {schema}.schema_version VALUES (999, repeat('0', 64))", in: tenant)
        await #expect(
            throws: SchemaError.newerThanProgram(installed: 999, known: Bootstrap.tenantVersion)
        ) {
            try await fixture.provisioner.provision(tenant)
        }
    }

    @Test func aSchemaOfAnotherScriptIsRefused() async throws {
        let fixture = try await TenancyFixture.get()
        let tenant = try await fixture.provisionedTenant()
        let known = try #require(SchemaScripts.tenant.first).digest
        let other = String(repeating: "0", count: 64)
        _ = try fixture.rows(
            "UPDATE {schema}.schema_version SET script_digest = '\(other)' WHERE version = 1",
            in: tenant)
        await #expect(
            throws: SchemaError.changedScript(version: 1, recorded: other, known: known)
        ) {
            try await fixture.provisioner.provision(tenant)
        }
    }

    /// 308 municipalities with four workers. Stopped after some of them, the run has left each of
    /// the others untouched; the second run does those; the third has nothing to do.
    @Test func aRunOverAllIsInterruptedResumedAndThenANoOp() async throws {
        let fixture = try await TenancyFixture.make()
        let tenants = (200..<508).compactMap { TenantSchema(municipalityCode: "\($0)") }
        let first = try await run(fixture, tenants, stoppingAfter: 20)
        #expect(first.changed >= 20 && first.changed < tenants.count)
        #expect(try halfMade(fixture) == 0)
        let made = try fixture.rows(
            "SELECT FROM registry.organisation WHERE status = 'provisioned'"
        ).count
        let second = try await run(fixture, tenants)
        // A work whose answer the cancellation cut off is there whole, or not at all.
        #expect(second.changed == tenants.count - made)
        #expect(second.failed == 0)
        let third = try await run(fixture, tenants)
        #expect(third.changed == 0 && third.failed == 0 && third.ended == tenants.count)
        #expect(
            try fixture.rows(
                "SELECT count(*) FROM registry.organisation WHERE status = 'provisioned'")
                == [["308"]])
    }

    private struct Tally: Sendable {
        var changed = 0
        var failed = 0
        var ended = 0
    }

    private func run(
        _ fixture: TenancyFixture, _ tenants: [TenantSchema], stoppingAfter limit: Int? = nil
    ) async throws -> Tally {
        let tally = Mutex(Tally())
        let (reached, stop) = AsyncStream.makeStream(of: Void.self)
        let work = Task {
            _ = await MigrationRun(provisioner: fixture.provisioner)(tenants) { progress in
                let count = tally.withLock { tally in
                    tally.ended += 1
                    switch progress.result {
                    case .success(let outcome): if outcome.changed { tally.changed += 1 }
                    case .failure: tally.failed += 1
                    }
                    return tally.ended
                }
                if count == limit { stop.yield() }
            }
            stop.finish()
        }
        if limit != nil {
            for await _ in reached { break }
            work.cancel()
        }
        await work.value
        return tally.withLock { $0 }
    }

    /// Schemas without a version row, and rows of the registry that disagree with what is there.
    private func halfMade(_ fixture: TenancyFixture) throws -> Int {
        try fixture.rows(
            """
            SELECT o.code FROM registry.organisation AS o
            WHERE o.kind = 'municipality' AND (o.schema_version > 0)
                <> EXISTS (SELECT FROM pg_class AS c
                    WHERE c.relnamespace = to_regnamespace('m' || o.code) AND c.relname = 'audit')
            """
        ).count
    }
}
