import Contract
import Tenancy
import TestSupport
import Testing
import Wire

@testable import Services

@Suite struct HealthServiceTests {
    @Test func everybodyMayAskAndItServes() async throws {
        let fixture = try await ServiceFixture.shared()
        let callers = [
            fixture.municipality(ServiceFixture.tampere), fixture.county("08"), fixture.operation,
            fixture.agency,
        ]
        for caller in callers {
            let response = try await caller.health.check(CheckRequest())
            #expect(response.status == .serving && response.reason.isEmpty)
            #expect(response.version == "test")
            #expect(response.schemaVersion == UInt32(Bootstrap.tenantVersion))
        }
    }

    @Test func withoutItsDatabaseItSaysSoAndRefusesTheRest() async throws {
        let cluster = TestCluster.make()
        let fixture = try await ServiceFixture.make(cluster: cluster)
        let caller = fixture.municipality(ServiceFixture.tampere)
        let client = try await caller.create()
        try cluster.stop(immediately: true)
        let response = try await caller.health.check(CheckRequest())
        #expect(response.status == .notServing && response.reason == "DATABASE_UNAVAILABLE")
        let refused = try await status { _ = try await caller.get(client.clientID) }
        #expect(refused?.code == .unavailable)
        #expect(refused?.retryAfterMilliseconds != nil)
    }

    @Test func aSchemaOfAnotherVersionIsNotServed() async throws {
        let fixture = try await ServiceFixture.make(cluster: .make())
        let check = { try await fixture.operation.health.check(CheckRequest()) }
        // One that waits for its migration is answered so by itself; the others are served.
        _ = try fixture.rows(
            "UPDATE registry.organisation SET schema_version = 99 WHERE code = '837'")
        try await fixture.registryCache.reload()
        #expect(try await check().status == .serving)
        _ = try fixture.rows(
            "UPDATE registry.organisation SET schema_version = 99 WHERE kind = 'municipality'")
        try await fixture.registryCache.reload()
        let response = try await check()
        #expect(response.status == .notServing && response.reason == "SCHEMA_VERSION")
    }
}
