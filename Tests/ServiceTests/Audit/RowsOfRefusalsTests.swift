import Contract
import Tenancy
import TestSupport
import Testing
import Wire

@testable import Services

/// What the log says of a municipality's own calls that find nothing, and of what callers write.
@Suite struct RowsOfRefusalsTests {
    private static let unknownID = "00000000-0000-4000-8000-0000000000cc"

    /// Every call that names a client or an assessment that is not there: NOT_FOUND, and a row that says
    /// refused, with the same reason, and that no client was touched.
    @Test(arguments: [unknownID, "malformed"])
    func aLookThatFindsNothingIsOnRecordAsRefused(id: String) async throws {
        let fixture = try await ServiceFixture.shared()
        let made = try await ServiceCase.make(
            fixture, municipality: try await fixture.activeMunicipality(), to: .started)
        var subject = MatrixSubject(made, etagOf: .started).missing
        subject.clientID = id
        subject.assessmentID = id
        let looks = MatrixRow.all.filter {
            $0.namesClient && $0.method.callers.contains(.municipality)
                && $0.method != AuditServiceMethods.listAccesses
        }
        #expect(looks.count == 8)
        for look in looks {
            let refused = try await status {
                _ = try await made.caller.answer(to: look.method, look.request(subject))
            }
            #expect(refused?.code == .notFound, "\(look.method.fullName)")
            let row = try #require(
                try await made.caller.accesses().first {
                    $0.method != AuditServiceMethods.listAccesses.fullName
                })
            #expect(row.method == look.method.fullName)
            #expect(row.outcome == .refused && row.refusalReason == refused?.reason)
            #expect(row.clientID.isEmpty && row.clientCount == 0)
        }
    }

    /// The audit row finds the client by the same index as the search: the code must not pass to another
    /// client in between, or data would leave with a row that names nobody.
    @Test func aFoundCodeStaysWithItsClientUntilTheRowIsWritten() async throws {
        let fixture = try await ServiceFixture.shared()
        let code = try await fixture.activeMunicipality()
        let client = try await fixture.municipality(code).create()
        let tenant = try #require(TenantSchema(municipalityCode: code))
        let key = try await TenantKeyring(
            database: fixture.databases.api, reader: .tenant, masterKeys: fixture.masterKeys
        ).keys(for: tenant)
        let index = try key.index(identityCode: client.identityCode)
        let change = """
            SET lock_timeout = '50ms';
            UPDATE m\(code).client SET identity_code_index = sha256('other')
            """
        try await fixture.databases.api.transaction(in: Scope(role: tenant.role, schema: tenant)) {
            let found = try await $0.run(ClientStatements.find, [.bytes(index.bytes)])
            #expect(found.rowCount == 1)
            #expect(throws: (any Error).self) { try fixture.rows(change) }
        }
        _ = try fixture.rows(change)
    }

    @Test func anIdentityCodeInUserIdOrReasonIsNotKept() async throws {
        let fixture = try await ServiceFixture.shared()
        let code = try await fixture.activeMunicipality()
        let caller = fixture.municipality(code)
        let identityCode = ServiceExamples.identityCode()
        let refused = try await status {
            _ = try await caller.clients.getClient(
                .with {
                    $0.access = ServiceExamples.access(user: identityCode)
                    $0.clientID = Self.unknownID
                })
        }
        #expect(refused?.reason == "INVALID_FIELD")
        _ = try await status {
            _ = try await fixture.municipality(ServiceFixture.oulu).clients.getClient(
                .with {
                    $0.access = ServiceExamples.access(
                        reason: "Is \(identityCode) yours?", user: identityCode)
                    $0.municipalityCode = code
                })
        }
        let county = try await status {
            _ = try await fixture.county(ServiceFixture.pirkanmaa).sharing.fetch(
                .with {
                    $0.access = ServiceExamples.access(.assessment, reason: "On \(identityCode)")
                    $0.municipalityCode = code
                    $0.subject = .identityCode(identityCode)
                })
        }
        #expect(county?.reason == "NO_PARTICIPATION")
        let rows = try fixture.rows("SELECT a::text FROM m\(code).audit AS a")
        #expect(rows.count == 3)
        #expect(rows.allSatisfy { !($0[0] ?? "").contains(identityCode) })
        let opened = try await fixture.openedLog(of: code)
        #expect(opened.count == 3 && !opened.contains(nil))
        #expect(!"\(opened)".contains(identityCode))
        #expect(!fixture.log.lines.contains { $0.contains(identityCode) })
    }

    @Test func aCountyThatDoesNotSayWhatForAcceptsNothing() async throws {
        let fixture = try await ServiceFixture.shared()
        let made = try await ServiceCase.make(fixture, to: .invited)
        let refused = try await status {
            _ = try await fixture.county(ServiceFixture.pirkanmaa).assessments.acceptParticipation(
                .with {
                    $0.access = ServiceExamples.access()
                    $0.municipalityCode = ServiceFixture.tampere
                    $0.caseReference = made.caseReference
                })
        }
        #expect(refused?.violationSummary == ["access.purpose REQUIRED"])
        let row = try #require(try await made.caller.accesses(to: made.client.clientID).first)
        #expect(row.outcome == .refused && row.actorCode == ServiceFixture.pirkanmaa)
    }
}
