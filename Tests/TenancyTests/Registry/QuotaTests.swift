import Logging
import TestSupport
import Testing

@testable import Tenancy

@Suite struct QuotaTests {
    private let logger = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })

    @Test func aQuotaIsSetChangedAndTakenBack() async throws {
        let fixture = try await TenancyFixture.make()
        let registry = fixture.registry
        let key = OrganisationKey(kind: .county, code: "06")
        func kept() async throws -> TenantQuota? {
            try await RegistrySnapshot.read(from: fixture.api).quotas["06"]
        }
        #expect(try await kept() == nil)
        for number in [3, 5] {
            let quota = TenantQuota(worksUnderWayMax: number, worksWaitingMax: 2 * number)
            try await registry.setQuota(key, quota)
            #expect(try await kept() == quota)
        }
        try await registry.setQuota(key, nil)
        #expect(try await kept() == nil)
        let missing = OrganisationKey(kind: .county, code: "77")
        let quota = TenantQuota(worksUnderWayMax: 1, worksWaitingMax: 1)
        await #expect(throws: RegistryError.organisationNotFound) {
            try await registry.setQuota(missing, quota)
        }
    }

    @Test func numbersBeyondTheTablesAreRefusedByIt() async throws {
        let fixture = try await TenancyFixture.make()
        let key = OrganisationKey(kind: .county, code: "06")
        await #expect(throws: DatabaseError.self) {
            try await fixture.registry.setQuota(
                key, TenantQuota(worksUnderWayMax: 1_025, worksWaitingMax: 1))
        }
        let operation = OrganisationKey(kind: .operator, code: "keha")
        try await fixture.registry.addOrganisation(
            operation, name: RegisteredName(fi: "K", sv: "K", en: "K"), validFrom: "2020-01-01")
        await #expect(throws: DatabaseError.self) {
            try await fixture.registry.setQuota(
                operation, TenantQuota(worksUnderWayMax: 1, worksWaitingMax: 1))
        }
    }

    /// The cache here never polls a second time: only the notification can tell it.
    @Test func aChangeOfOthersCountsWithoutPolling() async throws {
        let fixture = try await TenancyFixture.make()
        let (changes, continuation) = AsyncStream.makeStream(of: TenantQuota?.self)
        var settings = RegistryCache.Settings()
        settings.pollInterval = .seconds(3_600)
        let cache = RegistryCache(database: fixture.api, settings: settings, logger: logger) {
            continuation.yield($0.quotas["06"])
        }
        let running = Task { await cache.run() }
        var iterator = changes.makeAsyncIterator()
        let first = await iterator.next()
        #expect(first == .some(nil))
        let quota = TenantQuota(worksUnderWayMax: 7, worksWaitingMax: 70)
        try await eventually("the cache listens") {
            try fixture.listenerCount() > 0
        }
        try await fixture.registry.setQuota(OrganisationKey(kind: .county, code: "06"), quota)
        let second = await iterator.next()
        #expect(second == .some(quota))
        running.cancel()
        await running.value
    }
}

extension TenancyFixture {
    fileprivate func listenerCount() throws -> Int {
        try Self.cluster.execute(
            """
            SELECT pid FROM pg_stat_activity
            WHERE datname = '\(name)' AND query LIKE 'LISTEN%'
            """
        ).count
    }
}
