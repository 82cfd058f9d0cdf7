import Contract
import Tenancy
import TestSupport
import Testing
import Wire

@testable import Services

@Suite struct DaemonAuthorityTests {
    /// A peer whose certificate is registered.
    private func peer(
        _ kind: RegisteredOrganisation.Kind, _ code: String, in fixture: ServiceFixture
    ) async throws -> PeerIdentity {
        let fingerprint = try SecureRandom.bytes(count: 32)
        _ = try await fixture.registry.registerSystem(
            NewSystemCertificate(
                fingerprint: fingerprint, organisation: OrganisationKey(kind: kind, code: code),
                systemName: "casework", serial: "1f",
                notBefore: SQLTimestamp(microsecondsSinceEpoch: 0),
                notAfter: SQLTimestamp(microsecondsSinceEpoch: 4_000_000_000_000_000)))
        return PeerIdentity(
            kind: PeerKind(rawValue: kind.rawValue) ?? .agency, code: code, system: "casework",
            uri: "urn:icds:\(kind.rawValue):\(code):casework", certificateFingerprint: fingerprint,
            remoteAddress: "127.0.0.1")
    }

    private func refusal(_ peer: PeerIdentity, _ fixture: ServiceFixture) async -> RPCStatus? {
        do throws(RPCStatus) {
            try await fixture.authority.admit(peer)
            return nil
        } catch {
            return error
        }
    }

    @Test func aRegisteredSystemIsLetInUntilItIsRevoked() async throws {
        let fixture = try await ServiceFixture.shared()
        let peer = try await peer(.municipality, ServiceFixture.tampere, in: fixture)
        #expect(await refusal(peer, fixture) == nil)
        #expect(fixture.authority.isAdmitted(peer))
        _ = try await fixture.registry.revokeSystem(
            fingerprint: peer.certificateFingerprint, reason: "test")
        #expect(!fixture.authority.isAdmitted(peer))
        #expect(await refusal(peer, fixture) == AuthorityRefusals.revoked)
    }

    /// A connection may outlive the certificate that it began with.
    @Test func aCertificateThatRanOutIsNotAdmittedAnyMore() async throws {
        let fixture = try await ServiceFixture.shared()
        let peer = try await peer(.municipality, ServiceFixture.tampere, in: fixture)
        var authority = try #require(fixture.authority as? DaemonAuthority)
        authority.now = { 4_000_000_000 }
        #expect(authority.isAdmitted(peer))
        authority.now = { 4_000_000_001 }
        #expect(!authority.isAdmitted(peer))
    }

    @Test func theUriMustBeTheRegisteredOne() async throws {
        let fixture = try await ServiceFixture.shared()
        var peer = try await peer(.municipality, ServiceFixture.tampere, in: fixture)
        peer.uri = "urn:icds:municipality:564:casework"
        peer.code = "564"
        #expect(await refusal(peer, fixture) == AuthorityRefusals.notRegistered)
        #expect(!fixture.authority.isAdmitted(peer))
    }

    @Test func aSuspendedOrganisationIsShutOut() async throws {
        let fixture = try await ServiceFixture.shared()
        let code = try await fixture.activeMunicipality()
        let key = OrganisationKey(kind: .municipality, code: code)
        let peer = try await peer(.municipality, code, in: fixture)
        let caller = fixture.municipality(code)
        let client = try await caller.create()
        try await fixture.registry.suspend(key)
        #expect(!fixture.authority.isAdmitted(peer))
        #expect(await refusal(peer, fixture) == AuthorityRefusals.organisationNotActive)
        // A call that was under way: the database itself refuses.
        let refused = try await status { _ = try await caller.get(client.clientID) }
        #expect(refused?.code == .permissionDenied && refused?.reason == "TENANT_UNAVAILABLE")
        try await fixture.registry.activate(key)
        #expect(await refusal(peer, fixture) == nil)
        #expect(try await caller.get(client.clientID) == client)
    }

    @Test func theOperatorsAttemptIsOnRecordWithTheMunicipality() async throws {
        let fixture = try await ServiceFixture.shared()
        let made = try await ServiceCase.make(fixture, to: .recorded)
        let refused = try await status {
            _ = try await fixture.operation.clients.getClient(
                .with {
                    $0.access = ServiceExamples.access()
                    $0.municipalityCode = ServiceFixture.tampere
                    $0.clientID = made.client.clientID
                })
        }
        #expect(refused?.code == .permissionDenied)
        let access = try #require(try await made.caller.accesses(to: made.client.clientID).first)
        #expect(access.actorKind == .operator && access.outcome == .refused)
        #expect(access.refusalReason == "METHOD_NOT_PERMITTED")
    }

    @Test func aForeignMunicipalitysAttemptByCodeIsLinkedToTheClient() async throws {
        let fixture = try await ServiceFixture.shared()
        let made = try await ServiceCase.make(fixture, to: .recorded)
        let refused = try await status {
            _ = try await fixture.municipality(ServiceFixture.oulu).clients.findClient(
                .with {
                    $0.access = ServiceExamples.access()
                    $0.municipalityCode = ServiceFixture.tampere
                    $0.identityCode = made.client.identityCode
                })
        }
        #expect(refused == AuthorityRefusals.foreignOrganisation)
        let access = try #require(try await made.caller.accesses(to: made.client.clientID).first)
        #expect(access.actorCode == "564" && access.refusalReason == "FOREIGN_ORGANISATION")
        #expect(access.userID == "user-1")
    }

    @Test func aMunicipalityThatThereIsNotLeavesARowAtHome() async throws {
        let fixture = try await ServiceFixture.shared()
        let caller = fixture.municipality(try await fixture.activeMunicipality())
        let client = try await caller.create()
        let refused = try await status {
            _ = try await caller.clients.getClient(
                .with {
                    $0.access = ServiceExamples.access()
                    $0.municipalityCode = "777"
                    $0.clientID = client.clientID
                })
        }
        #expect(refused == AuthorityRefusals.foreignOrganisation)
        let access = try #require(try await caller.accesses().first)
        #expect(access.refusalReason == "FOREIGN_ORGANISATION")
        #expect(access.clientID.isEmpty, "a client named beside another municipality is nobody's")
    }

    @Test func personalDataAreForNamedUsersOnly() async throws {
        let fixture = try await ServiceFixture.shared()
        let made = try await ServiceCase.make(fixture, to: .recorded)
        let refused = try await status {
            _ = try await made.caller.clients.getClient(
                .with { $0.clientID = made.client.clientID })
        }
        #expect(refused?.violationSummary == ["access.user_id REQUIRED"])
        let access = try #require(try await made.caller.accesses(to: made.client.clientID).first)
        #expect(access.outcome == .refused && access.userID.isEmpty)
    }

    /// No row, no answer: with the log closed to everybody, a refusal is not told either.
    @Test func withoutARowNothingIsAnswered() async throws {
        let fixture = try await ServiceFixture.shared()
        let code = try await fixture.activeMunicipality()
        let caller = fixture.municipality(code)
        let client = try await caller.create()
        _ = try fixture.rows(
            "ALTER TABLE m\(code).audit ADD CONSTRAINT closed CHECK (false) NOT VALID")
        let foreign = try await status {
            _ = try await fixture.municipality(ServiceFixture.oulu).clients.getClient(
                .with {
                    $0.access = ServiceExamples.access()
                    $0.municipalityCode = code
                    $0.clientID = client.clientID
                })
        }
        #expect(foreign?.code == .unavailable && foreign?.reason == "AUDIT_UNAVAILABLE")
        let invalid = try await status { _ = try await caller.create(Client()) }
        #expect(invalid?.reason == "AUDIT_UNAVAILABLE")
        // A permitted read and its row are one transaction: neither happens.
        await #expect(throws: (any Error).self) { _ = try await caller.get(client.clientID) }
    }
}
