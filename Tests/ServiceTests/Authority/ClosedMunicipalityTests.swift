import Contract
import Tenancy
import TestSupport
import Testing
import Wire

@testable import Services

/// A municipality that is registered, provisioned or suspended keeps no log that could be written. Who
/// names it is refused as for one that there is not, nothing is read, and the daemon's own log says who
/// called what.
@Suite struct ClosedMunicipalityTests {
    private func noticed(_ caller: ServiceCaller, _ fixture: ServiceFixture) -> [String] {
        fixture.log.lines.filter { $0.contains("caller=\(caller.peer.uri) ") }
    }

    private func suspended(_ fixture: ServiceFixture) async throws -> ServiceCase {
        let code = try await fixture.activeMunicipality()
        let made = try await ServiceCase.make(fixture, municipality: code)
        try await fixture.registry.suspend(OrganisationKey(kind: .municipality, code: code))
        return made
    }

    @Test func aCountyIsRefusedAndTheDaemonsLogSaysSo() async throws {
        let fixture = try await ServiceFixture.shared()
        let made = try await suspended(fixture)
        let code = made.caller.peer.code
        let rows = try fixture.rows("SELECT FROM m\(code).audit").count
        let county = fixture.county("72")
        let refused = try await status { _ = try await county.sharing.fetch(made.fetchRequest()) }
        #expect(refused?.code == .permissionDenied && refused?.reason == "NOT_IN_COUNTY")
        let invitation = try await status {
            _ = try await county.assessments.acceptParticipation(
                .with {
                    $0.access = ServiceExamples.access(.assessment)
                    $0.municipalityCode = code
                    $0.caseReference = made.caseReference
                })
        }
        #expect(invitation == AssessmentRefusals.noSuchInvitation)
        #expect(try fixture.rows("SELECT FROM m\(code).audit").count == rows)
        let lines = noticed(county, fixture)
        #expect(lines.count == 2 && lines.allSatisfy { $0.hasPrefix("notice ") })
        #expect(lines.contains { $0.contains("SharingService/Fetch reason=NOT_IN_COUNTY") })
        #expect(lines.contains { $0.contains("reason=NO_SUCH_INVITATION") })
        let secrets = [made.client.identityCode, made.caseReference, "county-user", "Meeting"]
        #expect(secrets.allSatisfy { secret in !lines.contains { $0.contains(secret) } })
    }

    /// With its own county the reason is that of the register, for a client that is there and for one
    /// that is not.
    @Test func itsOwnCountyLearnsThatItIsClosedAndNothingElse() async throws {
        let fixture = try await ServiceFixture.shared()
        let made = try await suspended(fixture)
        let county = fixture.county(ServiceFixture.pirkanmaa)
        var missing = made.fetchRequest()
        missing.subject = .caseReference(String(repeating: "a", count: 26))
        for request in [made.fetchRequest(), missing, made.fetchRequest(byIdentityCode: true)] {
            let refused = try await status { _ = try await county.sharing.fetch(request) }
            #expect(refused?.reason == "MUNICIPALITY_NOT_ACTIVE")
        }
    }

    @Test(arguments: [true, false])
    func aForeignMunicipalityIsAnsweredAsForAnyOther(isProvisioned: Bool) async throws {
        let fixture = try await ServiceFixture.shared()
        let caller = fixture.municipality(try await fixture.activeMunicipality())
        let named =
            isProvisioned
            ? try await suspended(fixture).caller.peer.code : try fixture.registeredMunicipality()
        let refused = try await status {
            _ = try await caller.clients.getClient(
                .with {
                    $0.access = ServiceExamples.access()
                    $0.municipalityCode = named
                })
        }
        #expect(refused == AuthorityRefusals.foreignOrganisation)
        // Kept at home, since there is nowhere else.
        #expect(try await caller.accesses().first?.refusalReason == "FOREIGN_ORGANISATION")
    }

    /// Suspended by another daemon a moment ago: this one's register does not know it yet. The database
    /// refuses, nothing is answered of the client, and the log says so.
    @Test func theDatabaseRefusesWhatTheRegisterInMemoryWouldAllow() async throws {
        let fixture = try await ServiceFixture.shared()
        let code = try await fixture.activeMunicipality()
        let made = try await ServiceCase.make(fixture, municipality: code)
        _ = try fixture.rows("REVOKE m\(code)_sharing FROM icds_sharing")
        let county = fixture.county("73")
        let fetched = try await status { _ = try await county.sharing.fetch(made.fetchRequest()) }
        #expect(fetched?.code == .permissionDenied && fetched?.reason == "TENANT_UNAVAILABLE")
        #expect(noticed(county, fixture).contains { $0.contains("reason=TENANT_UNAVAILABLE") })
        let foreign = try await status {
            _ = try await fixture.municipality(ServiceFixture.oulu).clients.getClient(
                .with {
                    $0.access = ServiceExamples.access()
                    $0.municipalityCode = code
                    $0.clientID = made.client.clientID
                })
        }
        #expect(foreign?.code == .unavailable && foreign?.reason == "AUDIT_UNAVAILABLE")
    }
}
