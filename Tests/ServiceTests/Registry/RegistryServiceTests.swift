import Contract
import Tenancy
import TestSupport
import Testing
import Wire

@testable import Services

@Suite struct RegistryServiceTests {
    @Test func anOrganisationIsProvisionedActivatedAndSuspended() async throws {
        let fixture = try await ServiceFixture.shared()
        let service = fixture.operation.registryService
        let code = try fixture.registeredMunicipality()
        let activate = { @Sendable in
            try await service.activateOrganisation(
                .with {
                    $0.kind = .municipality
                    $0.code = code
                }
            ).organisation
        }
        #expect(try await status { _ = try await activate() } == RegistryRefusals.notProvisioned)
        let first = try await service.provisionOrganisation(.with { $0.municipalityCode = code })
        #expect(first.changed && first.organisation?.status == .provisioned)
        #expect(first.organisation?.schemaVersion == UInt32(Bootstrap.tenantVersion))
        let second = try await service.provisionOrganisation(.with { $0.municipalityCode = code })
        #expect(!second.changed && second.organisation == first.organisation)
        #expect(try fixture.callersOfMigrator(code) == [fixture.operation.peer.uri])
        let active = try await activate()
        #expect(active?.status == .active && active?.countyCode == "08")
        let suspended = try await service.suspendOrganisation(
            .with {
                $0.kind = .municipality
                $0.code = code
            })
        #expect(suspended.organisation?.status == .suspended)
    }

    @Test func whatIsNotThereIsNotFound() async throws {
        let fixture = try await ServiceFixture.shared()
        let service = fixture.operation.registryService
        let provision = { @Sendable (code: String) in
            try await status {
                _ = try await service.provisionOrganisation(.with { $0.municipalityCode = code })
            }
        }
        #expect(try await provision("777") == RegistryRefusals.organisationNotFound)
        #expect(try await provision("08") == RegistryRefusals.notAMunicipality)
        let get = try await status {
            _ = try await service.getOrganisation(
                .with {
                    $0.kind = .county
                    $0.code = "77"
                })
        }
        #expect(get == RegistryRefusals.organisationNotFound)
        let empty = try await status {
            _ = try await service.getOrganisation(GetOrganisationRequest())
        }
        #expect(empty?.violationSummary == ["code REQUIRED", "kind REQUIRED"])
    }

    @Test func organisationsComeInPages() async throws {
        let fixture = try await ServiceFixture.shared()
        let service = fixture.operation.registryService
        var codes: [String] = []
        var token = ""
        repeat {
            let page = try await service.listOrganisations(
                .with {
                    $0.kind = .county
                    $0.pageSize = 2
                    $0.pageToken = token
                })
            codes += page.organisations.map(\.code)
            token = page.nextPageToken
        } while !token.isEmpty
        #expect(codes == ["08", "19", "90"])
    }

    @Test func theRegisterIsLoadedWholeOrNotAtAll() async throws {
        let fixture = try await ServiceFixture.shared()
        let service = fixture.operation.registryService
        let load = { @Sendable (areaCode: String) in
            try await service.loadRegister(
                ServiceExamples.register(municipality: "005", county: areaCode))
        }
        let refused = try await status { _ = try await load("16") }
        #expect(refused?.code == .invalidArgument && refused?.reason == "INVALID_FIELD")
        #expect(refused?.violationSummary == ["memberships DANGLING"])
        let missing = try await status {
            _ = try await service.getOrganisation(
                .with {
                    $0.kind = .municipality
                    $0.code = "005"
                })
        }
        #expect(missing == RegistryRefusals.organisationNotFound)
        #expect(try await load("08").changedCount == 2)
        #expect(try await load("08").changedCount == 0)
    }

    @Test func theOperatorSeesNoClient() async throws {
        let fixture = try await ServiceFixture.shared()
        for method in ContractMethods.all where method.isAudited {
            #expect(!method.callers.contains(.operator) && !method.callers.contains(.agency))
        }
        let refused = try await status { _ = try await fixture.operation.accesses() }
        #expect(refused?.code == .permissionDenied)
    }
}
