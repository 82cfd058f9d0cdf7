import Logging
import Synchronization
import Testing

@testable import Tenancy

@Suite struct RegistryCacheTests {
    /// A clock that the test moves.
    final class Hand: Sendable {
        private let value = Mutex(Duration.zero)
        var now: Duration { value.withLock { $0 } }
        func move(_ step: Duration) { value.withLock { $0 += step } }
        var time: RegistryCache.Time {
            RegistryCache.Time(
                now: { self.now }, sleep: { _ in throw CancellationError() })
        }
    }

    private let logger = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })

    @Test func nothingIsAnsweredBeforeTheFirstReading() async throws {
        let fixture = try await TenancyFixture.get()
        let cache = RegistryCache(database: fixture.api, logger: logger)
        #expect(throws: RegistryError.stale) { try cache.current() }
        try await cache.reload()
        #expect(try cache.current().organisations.count >= 522)
    }

    @Test func aChangeOfOthersIsSeenAtTheNextPollAndTellsOnce() async throws {
        let fixture = try await TenancyFixture.make()
        let seen = Mutex<[Int64]>([])
        let cache = RegistryCache(database: fixture.api, time: Hand().time, logger: logger) {
            snapshot in seen.withLock { $0.append(snapshot.version) }
        }
        try await cache.reload()
        await cache.poll()
        #expect(seen.withLock { $0.count } == 1)
        let tenant = try fixture.registeredTenant()
        #expect(try cache.current().activeTenant(tenant.code) == nil)
        _ = try await fixture.provisioner.provision(tenant)
        try await fixture.registry.activate(tenant.key)
        await cache.poll()
        #expect(try cache.current().activeTenant(tenant.code) == tenant)
        #expect(seen.withLock { $0.count } == 2)
        try await fixture.registry.suspend(tenant.key)
        #expect(try cache.current().activeTenant(tenant.code) == tenant)
        await cache.poll()
        #expect(try cache.current().activeTenant(tenant.code) == nil)
    }

    @Test func ourOwnChangesCountAtOnce() async throws {
        let fixture = try await TenancyFixture.make()
        let cache = RegistryCache(database: fixture.api, time: Hand().time, logger: logger)
        try await cache.reload()
        let registry = Registry(
            database: fixture.operator, afterChange: { try? await cache.reload() })
        let county = OrganisationKey(kind: .county, code: "06")
        let new = NewSystemCertificate(
            fingerprint: try SecureRandom.bytes(count: 32), organisation: county,
            systemName: "social", serial: "01",
            notBefore: SQLTimestamp(microsecondsSinceEpoch: 0),
            notAfter: SQLTimestamp(microsecondsSinceEpoch: 4_000_000_000_000_000))
        let uri = "urn:icds:county:06:social"
        _ = try await registry.registerSystem(new)
        #expect(
            try cache.current().isAdmitted(fingerprint: new.fingerprint, uri: uri) == false)
        try await registry.activate(county)
        #expect(try cache.current().isAdmitted(fingerprint: new.fingerprint, uri: uri))
        #expect(
            try cache.current().isAdmitted(
                fingerprint: new.fingerprint, uri: "urn:icds:county:07:social") == false)
        _ = try await registry.revokeSystem(fingerprint: new.fingerprint, reason: "")
        #expect(
            try cache.current().isAdmitted(fingerprint: new.fingerprint, uri: uri) == false)
    }

    @Test func withoutTheDatabaseTheLastSnapshotServesUpToItsLimitAndNoLonger() async throws {
        let fixture = try await TenancyFixture.make(loadingRegister: false)
        let hand = Hand()
        let cache = RegistryCache(database: fixture.api, time: hand.time, logger: logger)
        try await cache.reload()
        hand.move(.seconds(29))
        await cache.poll()
        hand.move(.seconds(29))
        #expect(throws: Never.self) { try cache.current() }
        await fixture.api.shutdown()
        await cache.poll()
        hand.move(.seconds(1))
        #expect(throws: Never.self) { try cache.current() }
        hand.move(.milliseconds(1))
        #expect(throws: RegistryError.stale) { try cache.current() }
    }

    @Test func rulesComeFromTheirDatedRows() async throws {
        let fixture = try await TenancyFixture.make(loadingRegister: false)
        let snapshot = try await RegistrySnapshot.read(from: fixture.api)
        let rule = try #require(snapshot.rules(for: .county, purpose: 2).first)
        #expect(rule.rule == "WC-ASSESS")
        #expect(rule.categories == [1, 2, 3, 4, 5, 6, 8])
        #expect(!rule.isInForce(on: "2024-12-31"))
        #expect(rule.isInForce(on: "2025-01-01"))
        #expect(snapshot.rules(for: .county, purpose: 3).isEmpty)
        #expect(snapshot.rules(for: .municipality, purpose: 2).isEmpty)
        #expect(snapshot.schemaVersion == Bootstrap.registryVersion)
        _ = try fixture.rows("UPDATE registry.sharing_rule SET valid_to = '2025-12-31'")
        let later = try await RegistrySnapshot.read(from: fixture.api)
        #expect(later.rules(for: .county, purpose: 2).isEmpty)
        #expect(later.version > snapshot.version)
    }

    /// A failover without synchronous replication can lose changes: the new server's counter begins lower,
    /// and what it has is what counts.
    @Test func afterAFailoverTheNewServersRegistryCountsWhateverItsVersion() async throws {
        let fixture = try await TenancyFixture.make()
        let hand = Hand()
        let primary = Mutex<Int64>(0)
        let seen = Mutex<[Int64]>([])
        let cache = RegistryCache(
            database: fixture.api, time: hand.time, logger: logger,
            primary: { primary.withLock { $0 } },
            onChange: { snapshot in seen.withLock { $0.append(snapshot.version) } })
        let tenant = try await fixture.activeTenant()
        try await cache.reload()
        let version = cache.version
        try await fixture.registry.suspend(tenant.key)
        try fixture.rows("UPDATE registry.change_counter SET value = \(version - 1)")
        hand.move(.seconds(20))
        await cache.poll()
        #expect(try cache.current().activeTenant(tenant.code) == tenant, "an older reading")
        #expect(cache.age == .seconds(20), "which confirms nothing")

        primary.withLock { $0 += 1 }
        await cache.poll()
        #expect(try cache.current().activeTenant(tenant.code) == nil)
        #expect(cache.age == .zero)
        #expect(seen.withLock { $0 } == [version, version - 1])
        // The same version may be another content.
        try await fixture.registry.activate(tenant.key)
        try fixture.rows("UPDATE registry.change_counter SET value = \(version - 1)")
        await cache.poll()
        #expect(try cache.current().activeTenant(tenant.code) == nil, "nobody has told it")
        primary.withLock { $0 += 1 }
        await cache.poll()
        #expect(try cache.current().activeTenant(tenant.code) == tenant)
        #expect(seen.withLock { $0.count } == 3)
    }
}
