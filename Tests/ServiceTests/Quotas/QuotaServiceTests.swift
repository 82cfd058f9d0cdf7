import Contract
import Tenancy
import TestSupport
import Testing
import Wire

@testable import Services

@Suite struct QuotaServiceTests {
    private func set(
        _ fixture: ServiceFixture, _ code: String, _ quota: Quota?
    ) async throws -> Quota? {
        try await fixture.operation.registryService.setOrganisationQuota(
            .with {
                $0.kind = .municipality
                $0.code = code
                $0.quota = quota
            }
        ).quota
    }

    private func own(_ caller: ServiceCaller) async throws -> GetQuotaResponse {
        try await QuotaServiceClient(caller).getQuota(GetQuotaRequest())
    }

    @Test func anOrganisationSeesItsOwnQuotaAndUse() async throws {
        let fixture = try await ServiceFixture.shared()
        let code = try await fixture.activeMunicipality()
        let standard = DatabaseLimits.standard.tenantQuota
        let before = try await own(fixture.municipality(code))
        #expect(before.quota == Quota(standard, isDefault: true))
        #expect(before.use == QuotaUse())
        let wanted = Quota.with {
            $0.worksUnderWayMax = 2
            $0.worksWaitingMax = 9
        }
        #expect(try await set(fixture, code, wanted) == wanted)
        #expect(try await own(fixture.municipality(code)).quota == wanted)
        #expect(
            try await own(fixture.county(ServiceFixture.pirkanmaa)).quota?.isDefault == true,
            "another's is not shown")
        let shown = try await fixture.operation.registryService.getOrganisationQuota(
            .with {
                $0.kind = .municipality
                $0.code = code
            })
        #expect(shown.quota == wanted)
        #expect(try await set(fixture, code, nil)?.isDefault == true)
        #expect(try await own(fixture.municipality(code)).quota?.isDefault == true)
    }

    @Test func wrongNumbersAndUnknownOrganisationsAreRefused() async throws {
        let fixture = try await ServiceFixture.shared()
        for number in [UInt32(0), 1_025] {
            let refused = try await status {
                _ = try await set(
                    fixture, ServiceFixture.oulu,
                    .with {
                        $0.worksUnderWayMax = number
                        $0.worksWaitingMax = 1
                    })
            }
            #expect(refused?.reason == "INVALID_FIELD")
        }
        let unknown = try await status { _ = try await set(fixture, "777", nil) }
        #expect(unknown == RegistryRefusals.organisationNotFound)
    }
}
