import Contract
import Tenancy
import TestSupport
import Testing
import Wire

@testable import Services

@Suite struct SystemRegistrationTests {
    private func register(
        _ der: [UInt8], _ fixture: ServiceFixture
    ) async throws -> Contract.System? {
        try await fixture.operation.registryService.registerSystem(
            .with { $0.certificate = der }
        ).system
    }

    private func violations(_ der: [UInt8]) async throws -> [String] {
        let fixture = try await ServiceFixture.shared()
        return try await status { _ = try await register(der, fixture) }?.violationSummary ?? []
    }

    @Test func aCertificateIsRegisteredListedAndRevokedForGood() async throws {
        let fixture = try await ServiceFixture.shared()
        let code = try fixture.registeredMunicipality()
        let uri = "urn:icds:municipality:\(code):casework"
        let issued = try TestPKI.shared.issue { $0.uris = [uri] }
        let system = try #require(try await register(issued.der, fixture))
        #expect(system.uri == uri && system.status == .active)
        #expect(system.organisationCode == code && system.systemName == "casework")
        #expect(system.certificateFingerprint.count == 64 && system.registerTime != nil)
        #expect(try await register(issued.der, fixture) == system)
        let service = fixture.operation.registryService
        let listed = try await service.listSystems(
            .with {
                $0.organisationKind = .municipality
                $0.organisationCode = code
            })
        #expect(listed.systems == [system])
        let revoked = try await service.revokeSystem(
            .with {
                $0.certificateFingerprint = system.certificateFingerprint
                $0.reason = "Key lost."
            }
        ).system
        #expect(revoked?.status == .revoked && revoked?.revokeTime != nil)
        let again = try await status { _ = try await register(issued.der, fixture) }
        #expect(again == RegistryRefusals.certificateRevoked)
    }

    @Test func eachFaultOfACertificateIsNamed() async throws {
        #expect(try await violations([]) == ["certificate REQUIRED"])
        #expect(try await violations([1, 2, 3]) == ["certificate UNREADABLE"])
        let uri = "urn:icds:municipality:837:casework"
        let two = try TestPKI.shared.issue { $0.uris = [uri, "urn:icds:county:08:casework"] }
        #expect(try await violations(two.der) == ["certificate URI"])
        let none = try TestPKI.shared.issue { $0.dnsNames = ["example.test"] }
        #expect(try await violations(none.der) == ["certificate URI"])
        let server = try TestPKI.shared.issue {
            $0.uris = [uri]
            $0.extendedKeyUsage = "serverAuth"
        }
        #expect(try await violations(server.der) == ["certificate KEY_USAGE"])
        let old = try TestPKI.shared.issue {
            $0.uris = [uri]
            $0.notBefore = -7200
            $0.notAfter = -3600
        }
        #expect(try await violations(old.der) == ["certificate EXPIRED"])
    }

    @Test func aSystemBelongsToAnOrganisationOfTheRegister() async throws {
        let fixture = try await ServiceFixture.shared()
        let issued = try TestPKI.shared.issue { $0.uris = ["urn:icds:municipality:777:casework"] }
        let refused = try await status { _ = try await register(issued.der, fixture) }
        #expect(refused == RegistryRefusals.organisationNotFound)
    }

    @Test func fingerprintsHaveOneForm() async throws {
        let fixture = try await ServiceFixture.shared()
        let service = fixture.operation.registryService
        for text in ["", "ab", String(repeating: "g", count: 64)] {
            let refused = try await status {
                _ = try await service.revokeSystem(.with { $0.certificateFingerprint = text })
            }
            #expect(refused?.violationSummary == ["certificate_fingerprint FORMAT"])
        }
        let unknown = try await status {
            _ = try await service.revokeSystem(
                .with { $0.certificateFingerprint = String(repeating: "0", count: 64) })
        }
        #expect(unknown == RegistryRefusals.systemNotFound)
    }

    /// The last operator's last certificate can be neither revoked nor suspended.
    @Test func anOperatorRemains() async throws {
        let fixture = try await ServiceFixture.make(cluster: .make())
        let issued = try TestPKI.shared.issue { $0.uris = ["urn:icds:operator:test:console"] }
        let system = try #require(try await register(issued.der, fixture))
        let service = fixture.operation.registryService
        let revoke = try await status {
            _ = try await service.revokeSystem(
                .with { $0.certificateFingerprint = system.certificateFingerprint })
        }
        #expect(revoke == RegistryRefusals.lastOperator)
        let suspend = try await status {
            _ = try await service.suspendOrganisation(
                .with {
                    $0.kind = .operator
                    $0.code = "test"
                })
        }
        #expect(suspend == RegistryRefusals.lastOperator)
    }
}
