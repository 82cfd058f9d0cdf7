import Contract
import TestSupport
import Testing
import Wire

@testable import Services
@testable import Tenancy

@Suite struct KeyServiceTests {
    private func service(_ fixture: ServiceFixture) -> KeyServiceClient {
        KeyServiceClient(fixture.operation)
    }

    @Test func anOrderIsCarriedOutAndListed() async throws {
        let fixture = try await ServiceFixture.make(cluster: .make())
        let code = try await fixture.activeMunicipality()
        let made = try await ServiceCase.make(fixture, municipality: code)
        let client = made.client
        let ordered = try await service(fixture).rotateKeys(
            .with {
                $0.kind = .data
                $0.municipalityCodes = [code, "001"]
            })
        #expect(ordered.orders.map(\.municipalityCode) == ["001", code])
        #expect(ordered.orders.map(\.outcome) == [.notFound, .ordered])
        let waiting = try #require(try await keys(of: code, fixture))
        #expect(waiting.rotation?.state == .ordered && waiting.rotation?.kind == .data)
        #expect(waiting.rotation?.actorURI == "urn:icds:operator:test:casework")
        _ = try await fixture.assembly.keyKeeper.round()
        let done = try #require(try await keys(of: code, fixture))
        #expect(done.generations.map(\.number) == [2] && done.generations[0].state == .current)
        #expect(done.generations[0].masterKeyID == fixture.masterKeys.current.id)
        #expect(done.rotation?.state == .done && done.rotation?.rowCount == 1)
        #expect(done.rotation?.finishTime != nil && done.rotation?.failure == "")
        let found = try await fixture.municipality(code).clients.findClient(
            .with {
                $0.access = ServiceExamples.access()
                $0.identityCode = client.identityCode
            })
        #expect(found.client?.clientID == client.clientID)
        let county = SharingServiceClient(fixture.county(ServiceFixture.pirkanmaa))
        let fetched = try await county.fetch(made.fetchRequest(byIdentityCode: true))
        #expect(fetched.client?.identityCode == client.identityCode)
        let log = try await RegistryServiceClient(fixture.operation).listRegistryChanges(.init())
        #expect(log.changes.contains { $0.table == "key_rotation" })
        let events = try await TenantServiceClient(fixture.operation).listTenantEvents(.init())
        #expect(events.events.map(\.kind) == [.keysRotated, .keyDestroyed])
    }

    private func keys(of code: String, _ fixture: ServiceFixture) async throws -> MunicipalityKeys?
    {
        try await service(fixture).listKeys(.init()).municipalities
            .first { $0.municipalityCode == code }
    }

    @Test func keysAreListedInPagesWithTheDaemonsMasterKeys() async throws {
        let fixture = try await ServiceFixture.shared()
        let first = try await service(fixture).listKeys(.with { $0.pageSize = 2 })
        #expect(first.municipalities.count == 2 && !first.nextPageToken.isEmpty)
        #expect(first.masterKeyIds == fixture.masterKeys.ids)
        let second = try await service(fixture).listKeys(
            .with {
                $0.pageSize = 1
                $0.pageToken = first.nextPageToken
            })
        let codes = (first.municipalities + second.municipalities).map(\.municipalityCode)
        #expect(codes == codes.sorted() && Set(codes).count == 3)
    }

    @Test func ordersThatMakeNoSenseAreRefused() async throws {
        let fixture = try await ServiceFixture.shared()
        func refusal(_ request: RotateKeysRequest) async throws -> [String]? {
            try await status {
                _ = try await service(fixture).rotateKeys(request)
            }?.violationSummary
        }
        #expect(
            try await refusal(.init()) == ["kind REQUIRED", "municipality_codes REQUIRED"])
        #expect(
            try await refusal(
                .with {
                    $0.kind = .master
                    $0.municipalityCodes = ["83"]
                }) == ["municipality_codes FORMAT"])
        #expect(
            try await refusal(
                .with {
                    $0.kind = .master
                    $0.municipalityCodes = ["837"]
                    $0.all = true
                }) == ["municipality_codes REQUIRED"])
        let page = try await status {
            _ = try await service(fixture).listKeys(.with { $0.pageToken = "x" })
        }
        #expect(page?.violationSummary == ["page_token FORMAT"])
    }

    /// A daemon with a wrong master key says so, and serves again as soon as its source has the key.
    @Test func withoutTheMasterKeyNothingIsServedAndTheReasonIsSaid() async throws {
        let fixture = try await ServiceFixture.make(cluster: .make())
        let code = try await fixture.activeMunicipality()
        let client = try await fixture.municipality(code).create()
        let right = fixture.masterKeys.current
        let wrong = try MasterKey(try SecretBytes.random(count: 32))
        let lost = try await fixture.anotherDaemon(masterKeys: MasterKeys(current: wrong))
        let caller = lost.municipality(code)
        let refused = try await status { _ = try await get(client, caller) }
        #expect(refused?.code == .unavailable && refused?.reason == "TENANT_KEY_UNAVAILABLE")
        let mended = try await fixture.anotherDaemon(
            masterKeys: MasterKeys(current: wrong) { [right, wrong] })
        #expect(
            try await get(client, mended.municipality(code)).identityCode == client.identityCode)
    }

    private func get(_ client: Client, _ caller: ServiceCaller) async throws -> Client {
        try await caller.clients.getClient(
            .with {
                $0.access = ServiceExamples.access()
                $0.clientID = client.clientID
            }
        ).client ?? Client()
    }
}
