import Contract
import TestSupport
import Testing
import Wire

@testable import Services

/// The tenant matrix: every audited method of the contract, by every kind of organisation, about a
/// municipality's own, a foreign and an unknown one's subjects, there or not. Nothing of a client gets
/// out but to its own municipality and to the county that takes part; a refusal says the same whether
/// or not there is such a client; and the municipality whose data were asked for has a row that says
/// who asked. All calls go over TLS to a real server.
@Suite struct TenantMatrixTests {
    private let unknown = "777"

    @Test func everyAuditedMethodHasARow() {
        let audited = ContractMethods.all.filter(\.isAudited)
        #expect(Set(audited) == Set(MatrixRow.all.map(\.method)))
        #expect(MatrixRow.all.count == audited.count)
        // Whatever names a client must leave a row.
        for method in ContractMethods.all
        where !method.isAudited && method != AuditServiceMethods.getCheckpoint {
            #expect(
                [
                    "icds.v1.RegistryService", "icds.v1.HealthService",
                    "icds.v1.ConnectionService", "icds.v1.ReflectionService",
                    "icds.v1.TenantService", "icds.v1.QuotaService",
                    "icds.v1.KeyService",
                ].contains(method.service), "\(method.fullName) is not audited")
        }
    }

    // MARK: Own

    @Test(arguments: MatrixRow.all) func itsOwnCallerIsServedAndRecorded(
        _ row: MatrixRow
    ) async throws {
        let fixture = try await ServiceFixture.shared()
        let made = try await subject(of: row, in: fixture)
        let caller = try await ownCaller(of: row, made)
        let before = try Rows(of: made, by: caller, row, outcome: .permitted, in: fixture)
        _ = try await caller.answer(
            to: row.method, row.request(MatrixSubject(made, etagOf: row.stage)))
        let after = try Rows(of: made, by: caller, row, outcome: .permitted, in: fixture)
        #expect(after.aboutClient == before.aboutClient + (row.namesClient ? 1 : 0))
        #expect(after.all == before.all + 1)
    }

    // MARK: Foreign

    /// Everybody else, naming the municipality: refused, alike for subjects that are there and that are
    /// not, with a row in the municipality's log each time.
    @Test(arguments: MatrixRow.all) func nobodyElseGetsAnything(_ row: MatrixRow) async throws {
        let fixture = try await ServiceFixture.shared()
        let made = try await subject(of: row, in: fixture)
        let there = MatrixSubject(made, etagOf: row.stage)
        for caller in try await strangers(to: row, made) {
            let refused = try await refusal(row, there, by: caller)
            let refusedMissing = try await refusal(row, there.missing, by: caller)
            #expect(refused == refusedMissing, "\(caller.peer.uri)")
            #expect(leaks(refused, made) == [], "\(caller.peer.uri)")
            let rows = try Rows(of: made, by: caller, row, outcome: .refused, in: fixture)
            #expect(rows.aboutClient == (row.namesClient ? 1 : 0), "\(caller.peer.uri)")
            #expect(rows.all == 2, "\(caller.peer.uri)")
        }
    }

    /// The same about a municipality that there is not: the same answer, so that it says nothing of who
    /// is in the service, and nothing of the client by the ids alone.
    @Test(arguments: MatrixRow.all) func anUnknownMunicipalityIsAnsweredAlike(
        _ row: MatrixRow
    ) async throws {
        let fixture = try await ServiceFixture.shared()
        let made = try await subject(of: row, in: fixture)
        let there = MatrixSubject(made, etagOf: row.stage)
        for caller in try await strangers(to: row, made) where caller.peer.kind != .county {
            let known = try await refusal(row, there, by: caller)
            let refused = try await refusal(row, there.naming(unknown), by: caller)
            #expect(refused == known, "\(caller.peer.uri)")
        }
        for code in ["08", "19"] where row.method.callers.contains(.county) {
            let county = try await ServiceServer.shared().caller(.county, code)
            let refused = try await answer(row, there.naming(unknown), by: county)
            #expect(leaks(refused, made) == [])
        }
    }

    /// A municipality that names itself with another's ids, codes and references finds nothing.
    @Test(arguments: MatrixRow.all.filter { $0.method.callers.contains(.municipality) })
    func anothersIdsAreUnknownAtHome(_ row: MatrixRow) async throws {
        guard row.namesClient else { return }
        let fixture = try await ServiceFixture.shared()
        let made = try await subject(of: row, in: fixture)
        let there = MatrixSubject(made, etagOf: row.stage)
        let oulu = try await ServiceServer.shared().caller(
            .municipality, ServiceFixture.oulu)
        for named in [ServiceFixture.oulu, ""] {
            let answered = try await answer(row, there.naming(named), by: oulu)
            let missing = try await answer(row, there.missing.naming(named), by: oulu)
            #expect(answered == missing)
            #expect(leaks(answered, made) == [])
        }
    }

    // MARK: Unknown organisations

    /// Systems of organisations that are not there, or not let in, do not get as far as a method.
    @Test func unknownOrganisationsAreNotAdmitted() async throws {
        let fixture = try await ServiceFixture.shared()
        for kind in PeerKind.allCases {
            for code in [unknown, "837", "08", "test"] {
                let peer = fixture.caller(kind, code).peer
                #expect(!fixture.authority.isAdmitted(peer), "\(peer.uri)")
                await #expect(throws: AuthorityRefusals.notRegistered) {
                    try await fixture.authority.admit(peer)
                }
            }
        }
        let server = try await ServiceServer.shared()
        let refused = try await status {
            _ = try await server.connectUnregistered(.municipality, unknown)
        }
        #expect(refused?.code == .unauthenticated && refused?.reason == "SYSTEM_NOT_REGISTERED")
    }

    // MARK: Helpers

    /// A client as far as the method needs it, in a municipality of this test's own, so that its log
    /// has nothing of other tests.
    private func subject(
        of row: MatrixRow, in fixture: ServiceFixture
    ) async throws -> ServiceCase {
        var client = ServiceExamples.client()
        client.name?.familyName = "Salainen"
        client.health?.summary = "Marker of the health group."
        return try await ServiceCase.make(
            fixture, municipality: try await fixture.activeMunicipality(), client: client,
            to: row.stage)
    }

    private func ownCaller(of row: MatrixRow, _ made: ServiceCase) async throws -> ServiceCaller {
        let server = try await ServiceServer.shared()
        return row.method.callers.contains(.municipality)
            ? try await server.caller(.municipality, made.caller.peer.code)
            : try await server.caller(.county, ServiceFixture.pirkanmaa)
    }

    private func strangers(
        to row: MatrixRow, _ made: ServiceCase
    ) async throws -> [ServiceCaller] {
        let own = try await ownCaller(of: row, made).peer
        let organisations: [(PeerKind, String)] = [
            (.municipality, made.caller.peer.code), (.municipality, ServiceFixture.oulu),
            (.municipality, ServiceFixture.brando), (.county, ServiceFixture.pirkanmaa),
            (.county, ServiceFixture.northOstrobothnia), (.county, "90"), (.operator, "test"),
            (.agency, "test"),
        ]
        var callers: [ServiceCaller] = []
        for (kind, code) in organisations where (kind, code) != (own.kind, own.code) {
            callers.append(try await ServiceServer.shared().caller(kind, code))
        }
        return callers
    }

    /// What a caller gets: the answer's bytes, or the status with what changes from call to call taken
    /// out.
    private func answer(
        _ row: MatrixRow, _ subject: MatrixSubject, by caller: ServiceCaller
    ) async throws -> [UInt8] {
        do {
            let bytes = try await caller.answer(to: row.method, row.request(subject))
            guard row.method == SharingServiceMethods.explain else { return bytes }
            return try Self.bare(ExplainResponse(decoding: bytes).decision)
        } catch let status as RPCStatus {
            return try Self.bare(status)
        }
    }

    /// As `answer`, where nothing but a refusal is right. Explaining a refusal is one.
    private func refusal(
        _ row: MatrixRow, _ subject: MatrixSubject, by caller: ServiceCaller
    ) async throws -> [UInt8] {
        do {
            let bytes = try await caller.answer(to: row.method, row.request(subject))
            let decision = try ExplainResponse(decoding: bytes).decision
            #expect(row.method == SharingServiceMethods.explain && decision?.outcome == .refused)
            return try Self.bare(decision)
        } catch let status as RPCStatus {
            return try Self.bare(status)
        }
    }

    private static func bare(_ status: RPCStatus) throws -> [UInt8] {
        var bytes = Array("\(status.code) \(status.reason) \(status.message)".utf8)
        for detail in status.details {
            if case .message(Decision.messageName, let encoded) = detail {
                bytes += try bare(Decision(decoding: encoded))
            } else {
                bytes += Array("\(detail)".utf8)
            }
        }
        return bytes
    }

    private static func bare(_ decision: Decision?) throws -> [UInt8] {
        var bare = decision ?? Decision()
        bare.decisionID = ""
        bare.decideTime = nil
        return try bare.encoded()
    }

    /// What of a client's data is in an answer.
    private func leaks(_ answer: [UInt8], _ made: ServiceCase) -> [String] {
        let secrets = [
            made.client.identityCode, "Salainen", "+358401234567", "amina@example.test",
            "Marker of the health group.", made.client.birthDate, made.client.clientID,
            made.assessment.assessmentID, made.caseReference,
        ]
        return secrets.filter { answer.contains($0) }
    }

    /// Rows in the log of a client's municipality, by a caller of a method.
    private struct Rows {
        /// About that client.
        let aboutClient: Int
        let all: Int

        init(
            of made: ServiceCase, by caller: ServiceCaller, _ row: MatrixRow,
            outcome: AccessOutcome, in fixture: ServiceFixture
        ) throws {
            let found = try fixture.rows(
                """
                SELECT client_id FROM m\(made.caller.peer.code).audit
                WHERE outcome = \(outcome.rawValue) AND method = '\(row.method.fullName)'
                AND actor_kind = '\(caller.peer.kind.rawValue)'
                AND actor_code = '\(caller.peer.code)'
                """)
            all = found.count
            aboutClient = found.filter { $0.first == made.client.clientID }.count
        }
    }
}
