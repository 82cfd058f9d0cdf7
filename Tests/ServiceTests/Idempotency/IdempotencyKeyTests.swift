import Contract
import TestSupport
import Testing
import Wire

@testable import Services

/// Idempotency keys from a caller's side.
@Suite struct IdempotencyKeyTests {
    private func create(
        _ key: String, _ client: Client, by caller: ServiceCaller
    ) async throws -> CreateClientResponse {
        try await caller.clients.createClient(
            .with {
                $0.access = ServiceExamples.access()
                $0.client = client
                $0.idempotencyKey = key
            })
    }

    private func fixture() async throws -> (ServiceFixture, ServiceCaller, String) {
        let fixture = try await ServiceFixture.shared()
        let code = try await fixture.activeMunicipality()
        return (fixture, fixture.municipality(code), code)
    }

    @Test func aClientIsRecordedOnceAndAnsweredAlikeToTheByte() async throws {
        let (fixture, caller, code) = try await fixture()
        let client = ServiceExamples.client()
        let first = try await create("k1", client, by: caller)
        let second = try await create("k1", client, by: caller)
        #expect(try first.encoded() == second.encoded())
        #expect(try await caller.get(first.client?.clientID ?? "") == first.client)
        #expect(try fixture.rows("SELECT FROM m\(code).client").count == 1)
        // The repetition released the client again: it has its row, about that client.
        let rows = try await caller.accesses(to: first.client?.clientID ?? "")
        #expect(rows.filter { $0.method.hasSuffix("CreateClient") }.count == 2)
    }

    /// Every method of a municipality that has an effect, twice with one key: the same bytes, one
    /// effect, and no refusal because the first call changed what the second asks for.
    @Test func everyMethodIsDoneOnce() async throws {
        let (fixture, caller, code) = try await fixture()
        let client = try await caller.create()
        try await twice(fixture, code) {
            try await caller.clients.updateClient(
                .with {
                    $0.access = ServiceExamples.access()
                    $0.clientID = client.clientID
                    $0.etag = client.etag
                    $0.client = .with { $0.citizenships = ["FI"] }
                    $0.updateMask = FieldMask(paths: ["citizenships"])
                    $0.idempotencyKey = "update"
                }
            ).encoded()
        }
        let started = try await twice(fixture, code) {
            try await caller.assessments.startAssessment(
                .with {
                    $0.access = ServiceExamples.access()
                    $0.clientID = client.clientID
                    $0.trigger = .request
                    $0.idempotencyKey = "start"
                }
            ).encoded()
        }
        let assessment = try StartAssessmentResponse(decoding: started).assessment ?? Assessment()
        try await takePart(fixture, caller, in: assessment)
        try await twice(fixture, code) {
            try await caller.assessments.completeAssessment(
                .with {
                    $0.access = ServiceExamples.access()
                    $0.assessmentID = assessment.assessmentID
                    $0.etag = assessment.etag
                    $0.idempotencyKey = "complete"
                }
            ).encoded()
        }
        #expect(
            try fixture.rows("SELECT kind FROM m\(code).outbox ORDER BY xid, seq").map { $0[0] }
                == ["1", "2", "4", "7", "8", "9", "6"])
    }

    /// Invitation, acceptance and end of the county's part.
    private func takePart(
        _ fixture: ServiceFixture, _ caller: ServiceCaller, in assessment: Assessment
    ) async throws {
        let code = caller.peer.code
        let invited = try await twice(fixture, code) {
            try await caller.assessments.inviteCounty(
                .with {
                    $0.access = ServiceExamples.access()
                    $0.assessmentID = assessment.assessmentID
                    $0.idempotencyKey = "invite"
                }
            ).encoded()
        }
        let reference =
            try InviteCountyResponse(decoding: invited).participation?.caseReference ?? ""
        let county = fixture.county(ServiceFixture.pirkanmaa)
        try await twice(fixture, code) {
            try await county.assessments.acceptParticipation(
                .with {
                    $0.access = ServiceExamples.access(.assessment, user: "county-user")
                    $0.municipalityCode = code
                    $0.caseReference = reference
                    $0.idempotencyKey = "accept"
                }
            ).encoded()
        }
        try await twice(fixture, code) {
            try await caller.assessments.endParticipation(
                .with {
                    $0.access = ServiceExamples.access()
                    $0.assessmentID = assessment.assessmentID
                    $0.idempotencyKey = "end"
                }
            ).encoded()
        }
    }

    /// The bytes of the first answer. The second call adds no event, and one row to the log.
    @discardableResult
    private func twice(
        _ fixture: ServiceFixture, _ code: String, _ call: () async throws -> [UInt8]
    ) async throws -> [UInt8] {
        let first = try await call()
        let events = try fixture.rows("SELECT FROM m\(code).outbox").count
        let rows = try fixture.rows("SELECT FROM m\(code).audit WHERE outcome = 1").count
        #expect(try await call() == first)
        #expect(try fixture.rows("SELECT FROM m\(code).outbox").count == events)
        #expect(try fixture.rows("SELECT FROM m\(code).audit WHERE outcome = 1").count == rows + 1)
        return first
    }

    @Test func aKeyOfAnotherCallIsRefusedAndRecorded() async throws {
        let (fixture, caller, code) = try await fixture()
        _ = try await create("k1", ServiceExamples.client(), by: caller)
        let reused = try await status {
            _ = try await create("k1", ServiceExamples.client(), by: caller)
        }
        #expect(reused?.code == .invalidArgument && reused?.reason == "IDEMPOTENCY_KEY_REUSED")
        #expect(try fixture.rows("SELECT FROM m\(code).client").count == 1)
        #expect(
            try fixture.rows("SELECT refusal_reason FROM m\(code).audit WHERE outcome = 2")
                == [["IDEMPOTENCY_KEY_REUSED"]])
    }

    @Test func anotherMunicipalitysKeyIsAnother() async throws {
        let (_, caller, _) = try await fixture()
        let (_, other, _) = try await fixture()
        let client = ServiceExamples.client()
        let first = try await create("k1", client, by: caller)
        let second = try await create("k1", client, by: other)
        #expect(first.client?.clientID != second.client?.clientID)
        #expect(second.client?.municipalityCode == other.peer.code)
    }

    @Test(arguments: ["with blank", "ä", String(repeating: "k", count: 65)])
    func whatCannotBeAKeyIsAWrongField(key: String) async throws {
        let (_, caller, _) = try await fixture()
        let refused = try await status {
            _ = try await create(key, ServiceExamples.client(), by: caller)
        }
        #expect(refused?.violationSummary == ["idempotency_key FORMAT"])
    }

    /// A refusal has no effect and is not kept: once its cause is gone, the same call is served.
    @Test func aRefusalIsJudgedAnew() async throws {
        let (fixture, caller, code) = try await fixture()
        let client = ServiceExamples.client()
        let blocking = try await caller.create(client)
        let refused = try await status { _ = try await create("k1", client, by: caller) }
        #expect(refused?.reason == "IDENTITY_CODE_IN_USE")
        _ = try fixture.rows(
            """
            UPDATE m\(code).client SET identity_code_index = NULL, identity_code_ciphertext = NULL
            WHERE client_id = '\(blocking.clientID)'
            """)
        #expect(try await create("k1", client, by: caller).client != nil)
    }

    @Test func nothingInTheDatabaseShowsTheCode() async throws {
        let (fixture, caller, code) = try await fixture()
        let client = ServiceExamples.client()
        _ = try await create("k1", client, by: caller)
        let row = try fixture.rows(
            "SELECT encode(answer, 'escape'), i::text FROM m\(code).idempotency AS i")
        let text = row.flatMap { $0 }.compactMap { $0 }.joined()
        #expect(!text.isEmpty && !text.contains(client.identityCode))
        #expect(!text.contains(client.name?.familyName ?? "?"))
    }
}
