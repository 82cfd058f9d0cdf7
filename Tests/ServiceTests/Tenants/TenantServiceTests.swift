import Contract
import Tenancy
import TestSupport
import Testing
import Wire

@testable import Services

@Suite struct TenantServiceTests {
    private func service(_ fixture: ServiceFixture) -> TenantServiceClient {
        TenantServiceClient(fixture.operation)
    }

    @Test func tenantsAreListedWithTheirState() async throws {
        let fixture = try await ServiceFixture.shared()
        var tenants: [Tenant] = []
        var token = ""
        repeat {
            let page = try await service(fixture).listTenants(
                .with {
                    $0.pageSize = 40
                    $0.pageToken = token
                })
            #expect(page.programVersion == UInt32(TenantVersions.latest))
            tenants += page.tenants
            token = page.nextPageToken
        } while !token.isEmpty
        let codes = tenants.compactMap(\.organisation?.code)
        #expect(codes == codes.sorted() && Set(codes).count == codes.count && codes.count > 100)
        let tampere = try #require(tenants.first { $0.organisation?.code == "837" })
        #expect(tampere.schemaState == .current && tampere.failure.isEmpty)
        #expect(tampere.organisation?.inUseTime != nil && tampere.migrateTime != nil)
        #expect(tampere.scriptDigest.utf8.count == 64 && tampere.mandatoryFrom == "2027-01-01")
        let waiting = try await service(fixture).listTenants(.with { $0.notInUse = true })
        #expect(!waiting.tenants.contains { $0.organisation?.code == "837" })
        #expect(waiting.tenants.contains { $0.schemaState == .none && $0.scriptDigest.isEmpty })
    }

    @Test func fieldsThatMakeNoSenseAreRefused() async throws {
        let fixture = try await ServiceFixture.shared()
        let refused = try await status {
            _ = try await service(fixture).listTenants(.with { $0.pageToken = "x" })
        }
        #expect(refused?.violationSummary == ["page_token FORMAT"])
        let server = try await ServiceServer.shared()
        let operation = TenantServiceClient(try await server.caller(.operator, "test"))
        let migrating = try await status {
            let answers = try await operation.migrateTenants(
                .with {
                    $0.municipalityCodes = ["837", "8370"]
                    $0.canaryCode = "x"
                    $0.workerCount = 17
                    $0.lockTimeoutMilliseconds = 60_001
                })
            for try await _ in answers {}
        }
        #expect(
            migrating?.violationSummary == [
                "municipality_codes FORMAT", "canary_code FORMAT", "worker_count OUT_OF_RANGE",
                "lock_timeout_milliseconds OUT_OF_RANGE",
            ])
    }

    /// A plan, a step for each, an end; what is there already is left alone, and what there is not is
    /// told as a failure of its own.
    @Test func aRunTellsOfEachAsItEnds() async throws {
        let server = try await ServiceServer.shared()
        let code = try await server.fixture.activeMunicipality()
        let operation = TenantServiceClient(try await server.caller(.operator, "test"))
        let answers = try await operation.migrateTenants(
            .with { $0.municipalityCodes = [code, "001"] })
        var plan: MigrationPlan?
        var steps: [MigrationStep] = []
        var end: MigrationEnd?
        for try await answer in answers {
            switch answer.event {
            case .plan(let found): plan = found
            case .step(let found): steps.append(found)
            case .end(let found): end = found
            case nil: Issue.record("an answer without an event")
            }
        }
        #expect(plan?.tenantCount == 2 && plan?.canaryCode == code)
        #expect(steps.map(\.municipalityCode) == [code, "001"])
        #expect(steps.first?.isCanary == true && steps.first?.changed == false)
        #expect(steps.last?.failureReason == "ORGANISATION_NOT_FOUND")
        #expect(end?.unchangedCount == 1 && end?.failedCount == 1 && end?.notTriedCount == 0)
    }

    /// A code that was mistyped makes no schema, and those beside it wait until it is right.
    @Test func whoWasNeverProvisionedIsRefusedAndNothingIsBegun() async throws {
        let server = try await ServiceServer.shared()
        let fixture = server.fixture
        let behind = try fixture.registeredMunicipality()
        let fresh = try fixture.registeredMunicipality()
        let tenant = try #require(TenantSchema(municipalityCode: behind))
        _ = try await Provisioner(
            migrator: fixture.databases.migrator, masterKeys: fixture.masterKeys,
            upTo: TenantVersions.latest - 1
        ).provision(tenant)
        let operation = TenantServiceClient(try await server.caller(.operator, "test"))
        let requests: [MigrateTenantsRequest] = [
            .with { $0.municipalityCodes = [behind, fresh] },
            .with {
                $0.municipalityCodes = [behind]
                $0.canaryCode = fresh
            }, .with { $0.canaryCode = fresh },
        ]
        for request in requests {
            let refused = try await status {
                for try await _ in try await operation.migrateTenants(request) {}
            }
            #expect(refused == RegistryRefusals.neverProvisioned([fresh]))
            #expect(refused?.code == .failedPrecondition)
            #expect(refused?.reason == "NOT_PROVISIONED")
        }
        #expect(
            try fixture.rows(
                "SELECT schema_version FROM registry.organisation "
                    + "WHERE code IN ('\(behind)', '\(fresh)') ORDER BY 1")
                == [["0"], ["\(TenantVersions.latest - 1)"]])
        #expect(try fixture.rows("SELECT FROM pg_namespace WHERE nspname = 'm\(fresh)'").isEmpty)
    }

    @Test func aPilotIsLetInAndGoesOnToUse() async throws {
        let fixture = try await ServiceFixture.shared()
        let registry = fixture.operation.registryService
        let code = try fixture.registeredMunicipality()
        _ = try await registry.provisionOrganisation(.with { $0.municipalityCode = code })
        let activate = { @Sendable (asPilot: Bool) in
            try await registry.activateOrganisation(
                .with {
                    $0.kind = .municipality
                    $0.code = code
                    $0.asPilot = asPilot
                }
            ).organisation
        }
        let piloting = try await activate(true)
        #expect(piloting?.status == .piloting && piloting?.inUseTime == nil)
        _ = try await fixture.municipality(code).create()
        let inUse = try await activate(false)
        #expect(inUse?.status == .active && inUse?.inUseTime != nil)
        let back = try await status { _ = try await activate(true) }
        #expect(back == RegistryRefusals.alreadyInUse)
    }

    /// A municipality of the version before is served as the others are, and goes on when it has been
    /// migrated under it.
    @Test func theVersionBeforeIsServedBeforeAndAfterItsMigration() async throws {
        try #require(TenantVersions.latest > 1)
        let server = try await ServiceServer.shared()
        let fixture = server.fixture
        let code = try fixture.registeredMunicipality()
        let tenant = try #require(TenantSchema(municipalityCode: code))
        let earlier = Provisioner(
            migrator: fixture.databases.migrator, masterKeys: fixture.masterKeys,
            upTo: TenantVersions.latest - 1)
        _ = try await earlier.provision(tenant)
        try await fixture.registry.activate(OrganisationKey(kind: .municipality, code: code))
        let before = fixture.municipality(code)
        let current = fixture.municipality(ServiceFixture.oulu)
        let client = try await before.create()
        #expect(try await before.get(client.clientID).clientID == client.clientID)
        _ = try await current.create()
        let state = try await fixture.registry.tenantStates(
            after: "", notInUse: false, countMax: 1_000)
        #expect(state.first { $0.organisation.code == code }?.schema == .previous)
        let operation = TenantServiceClient(try await server.caller(.operator, "test"))
        for try await _ in try await operation.migrateTenants(
            .with { $0.municipalityCodes = [code] })
        {}
        #expect(
            try fixture.callersOfMigrator(code) == [nil, "urn:icds:operator:test:casework"])
        #expect(try await before.get(client.clientID).clientID == client.clientID)
        let second = try await before.create(ServiceExamples.client())
        #expect(try await before.accesses(to: second.clientID).count == 1)
    }

    /// Whoever asks for a municipality whose schema waits is told to come again, whatever is asked, and
    /// nothing is looked at; everybody else is served.
    @Test func whoIsNotServedIsToldToComeAgain() async throws {
        let fixture = try await ServiceFixture.make(cluster: .make())
        _ = try fixture.rows(
            "UPDATE registry.organisation SET schema_version = 99 WHERE code = '837'")
        try await fixture.registryCache.reload()
        let own = try await status {
            _ = try await fixture.municipality(ServiceFixture.tampere).create()
        }
        #expect(own == StatusMapping.tenantBeingMigrated)
        #expect(own?.code == .unavailable && own?.retryAfterMilliseconds == 5_000)
        let county = fixture.county(ServiceFixture.pirkanmaa)
        let foreign = try await status {
            _ = try await county.sharing.explain(
                .with {
                    $0.access = ServiceExamples.access(.assessment)
                    $0.municipalityCode = ServiceFixture.tampere
                    $0.subject = .caseReference(String(repeating: "a", count: 26))
                })
        }
        #expect(foreign == StatusMapping.tenantBeingMigrated)
        _ = try await fixture.municipality(ServiceFixture.oulu).create()
    }
}
