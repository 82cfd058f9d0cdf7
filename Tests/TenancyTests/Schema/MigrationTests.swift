import Synchronization
import TestSupport
import Testing

@testable import Tenancy

/// Schemas of one version brought to the next, which a test makes up.
@Suite struct MigrationTests {
    private static let latest = SchemaScripts.tenant.latestVersion

    /// The program's scripts and one more.
    private func provisioner(_ fixture: TenancyFixture, adding sql: String) -> Provisioner {
        let script = SchemaScript(
            version: Self.latest + 1, name: "trial", digest: String(repeating: "a", count: 64),
            statements: [Statement(name: "tenant.trial", trusted: sql, prepared: false)])
        return Provisioner(
            migrator: fixture.migrator, masterKeys: fixture.masterKeys,
            scripts: SchemaScripts.tenant + [script])
    }

    private let column = "ALTER TABLE {schema}.client ADD COLUMN trial text"

    private func versions(_ fixture: TenancyFixture, _ tenant: TenantSchema) throws -> [String] {
        try fixture.rows("SELECT version FROM {schema}.schema_version ORDER BY 1", in: tenant)
            .compactMap { $0[0] }
    }

    private func state(
        _ fixture: TenancyFixture, _ tenant: TenantSchema
    ) async throws -> TenantState {
        let states = try await fixture.registry.tenantStates(
            after: "", notInUse: false, countMax: 1_000)
        return try #require(states.first { $0.organisation.code == tenant.code })
    }

    @Test func aTenantIsBroughtToTheNextVersionOnce() async throws {
        let fixture = try await TenancyFixture.get()
        let tenant = try await fixture.activeTenant()
        #expect(try await state(fixture, tenant).schema == .current)
        let next = provisioner(fixture, adding: column)
        #expect(try await next.provision(tenant).changed)
        #expect(try await !next.provision(tenant).changed)
        #expect(try versions(fixture, tenant) == (1...Self.latest + 1).map { "\($0)" })
        let after = try await state(fixture, tenant)
        #expect(after.organisation.schemaVersion == Self.latest + 1)
        #expect(after.organisation.status == .active)
        // This program is the one before: to it, the schema is a later one's.
        #expect(after.schema == .ahead)
        #expect(after.scriptDigest == String(repeating: "a", count: 64))
    }

    @Test func whereTheCanaryFailsTheOthersAreLeftAsTheyAre() async throws {
        let fixture = try await TenancyFixture.get()
        let canary = try await fixture.activeTenant()
        let others = [try await fixture.activeTenant(), try await fixture.activeTenant()]
        let failing = provisioner(
            fixture, adding: "SELECT 1 / (CASE '{schema}' WHEN '\(canary.quotedName)' THEN 0 END)")
        let seen = Mutex<[String]>([])
        let ending = await MigrationRun(provisioner: failing)(others, canary: canary) { progress in
            seen.withLock { $0.append("\(progress.tenant.code) \(progress.isCanary)") }
        }
        #expect(ending == .canaryFailed)
        #expect(seen.withLock { $0 } == ["\(canary.code) true"])
        for tenant in others {
            #expect(try versions(fixture, tenant) == (1...Self.latest).map { "\($0)" })
        }
        let kept = try await state(fixture, canary)
        #expect(kept.failure?.hasPrefix("DATABASE: SQLSTATE 22012") == true)
        #expect(kept.schema == .current && kept.failureTime != nil)
        // The next attempt that succeeds takes the failure away.
        _ = try await fixture.provisioner.provision(canary)
        #expect(try await state(fixture, canary).failure == nil)
    }

    @Test func oneThatFailsDoesNotStopTheOthersAndTheNextRunDoesItAlone() async throws {
        let fixture = try await TenancyFixture.get()
        var tenants: [TenantSchema] = []
        for _ in 0..<5 { tenants.append(try await fixture.activeTenant()) }
        let bad = tenants[2]
        let failing = provisioner(
            fixture, adding: "SELECT 1 / (CASE '{schema}' WHEN '\(bad.quotedName)' THEN 0 END)")
        #expect(try await changed(failing, tenants) == Set(tenants).subtracting([bad]))
        let mended = provisioner(fixture, adding: "SELECT 1")
        #expect(try await changed(mended, tenants) == [bad])
        #expect(try await changed(mended, tenants).isEmpty)
    }

    private func changed(
        _ provisioner: Provisioner, _ tenants: [TenantSchema]
    ) async throws -> Set<TenantSchema> {
        let changed = Mutex<Set<TenantSchema>>([])
        let ending = await MigrationRun(provisioner: provisioner, workerCount: 3)(
            tenants, canary: tenants[0]
        ) { progress in
            if case .success(let outcome) = progress.result, outcome.changed {
                changed.withLock { _ = $0.insert(progress.tenant) }
            }
        }
        #expect(ending == .completed)
        return changed.withLock { $0 }
    }

    /// A migration waits for a lock no longer than it was told, a bounded number of times, and leaves
    /// nothing where it gives up.
    @Test func aLockThatIsNotGivenEndsTheAttempt() async throws {
        let fixture = try await TenancyFixture.get()
        let tenant = try await fixture.activeTenant()
        let next = provisioner(fixture, adding: column)
        let patience = LockPatience(
            lockTimeout: .milliseconds(20), attemptsMax: 2, pauseMin: .milliseconds(1))
        try await fixture.migrator.transaction(in: Scope(role: "icds_owner", schema: tenant)) {
            _ = try await $0.run([.sql("LOCK TABLE {schema}.client IN ACCESS SHARE MODE")])
            let error = await #expect(throws: DatabaseError.self) {
                try await next.provision(tenant, patience: patience)
            }
            #expect(error?.isLockConflict == true)
        }
        #expect(try versions(fixture, tenant) == (1...Self.latest).map { "\($0)" })
        #expect(try await state(fixture, tenant).failure?.hasPrefix("LOCK_TIMEOUT: ") == true)
        #expect(try await next.provision(tenant, patience: patience).changed)
    }

    @Test func theLockIsWaitedForAgainAfterAPause() async throws {
        let fixture = try await TenancyFixture.get()
        let tenant = try await fixture.activeTenant()
        let next = provisioner(fixture, adding: column)
        let (held, release) = AsyncStream.makeStream(of: Void.self)
        let (isHeld, tell) = AsyncStream.makeStream(of: Void.self)
        let holder = Task {
            try await fixture.migrator.transaction(in: Scope(role: "icds_owner", schema: tenant)) {
                _ = try await $0.run([.sql("LOCK TABLE {schema}.client IN ACCESS SHARE MODE")])
                tell.yield()
                for await _ in held { break }
            }
        }
        for await _ in isHeld { break }
        let migration = Task {
            try await next.provision(
                tenant, patience: LockPatience(lockTimeout: .milliseconds(5), attemptsMax: 1_000))
        }
        // Whoever waits for a lock is seen in the server's list of locks.
        try await eventually("the migration waits for its lock") {
            try fixture.rows("SELECT FROM pg_locks WHERE NOT granted").isEmpty == false
        }
        release.yield()
        #expect(try await migration.value.changed)
        try await holder.value
    }

    /// Pilots expect changes; after them comes who has the least data.
    @Test func theCanaryIsAPilotElseTheSmallest() async throws {
        let fixture = try await TenancyFixture.make()
        let large = try await fixture.activeTenant()
        let small = try await fixture.activeTenant()
        let next = provisioner(fixture, adding: column)
        _ = try fixture.rows(
            """
            INSERT INTO {schema}.client (client_id, given_names, family_name)
            SELECT gen_random_uuid(), 'A', 'B' FROM generate_series(1, 200)
            """, in: large)
        #expect(try await MigrationRun.tenantsBehind(next) == [small, large])
        let pilot = try await fixture.provisionedTenant()
        _ = try fixture.rows(
            """
            INSERT INTO {schema}.client (client_id, given_names, family_name)
            SELECT gen_random_uuid(), 'A', 'B' FROM generate_series(1, 400)
            """, in: pilot)
        try await fixture.registry.activate(pilot.key, asPilot: true)
        #expect(try await MigrationRun.tenantsBehind(next) == [pilot, small, large])
        #expect(try await MigrationRun.tenantsBehind(fixture.provisioner).isEmpty)
    }

    /// The program of version N serves N and N−1, and neither what is older nor what is later.
    @Test func theVersionAndTheOneBeforeAreServed() async throws {
        let fixture = try await TenancyFixture.get()
        let tenant = try await fixture.activeTenant()
        let version = Self.latest
        for (served, isServed) in [
            (version...version, true), (version...version + 1, true),
            (version + 1...version + 2, false), (version + 3...version + 4, false),
        ] {
            let snapshot = try await RegistrySnapshot.read(
                from: fixture.api, servedVersions: served)
            #expect(snapshot.servedTenant(tenant.code) == (isServed ? tenant : nil))
            #expect(snapshot.isBeingMigrated(tenant.code) != isServed)
            #expect(snapshot.activeTenant(tenant.code) == tenant)
            #expect(snapshot.schemaVersion(of: tenant) == version)
        }
        let many = (1...5).map {
            SchemaScript(version: $0, name: "", digest: "\($0)", statements: [])
        }
        #expect(TenantVersions.served(of: many) == 4...5)
        #expect(TenantVersions.served(of: [many[0]]) == 1...1)
        let states = (0...6).map {
            TenantState.schema(version: $0, digest: "\($0)", of: many)
        }
        #expect(states == [.none, .behind, .behind, .behind, .previous, .current, .ahead])
        #expect(TenantState.schema(version: 5, digest: "other", of: many) == .foreign)
    }

    @Test func thePauseGrowsToItsBound() {
        let patience = LockPatience(pauseMin: .milliseconds(100), pauseMax: .milliseconds(350))
        let pauses = (1...5).map { patience.pause(afterAttempt: $0, random: 1) }
        #expect(pauses == [100, 200, 350, 350, 350].map { .milliseconds($0) })
        #expect(LockPatience(lockTimeout: .seconds(3)).setting.value == "3000ms")
        #expect(LockPatience(lockTimeout: .zero).setting.value == "1ms")
    }
}
