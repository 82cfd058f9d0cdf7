import Testing

@testable import ChaosHarness

/// A check that finds nothing wrong with anything would let every run pass: each is shown what it is
/// there to find.
@Suite struct RecordCheckTests {
    private static let client = "11111111-1111-4111-8111-111111111111"
    private static let assessment = "22222222-2222-4222-8222-222222222222"

    /// What callers know of one client that was created and changed, and of one assessment.
    private static let entries: Ledger.Entries = {
        var entries = Ledger.Entries()
        entries.created = [
            CreatedClient(
                municipality: "837", marker: "K1", outcome: .acknowledged, clientID: client),
            CreatedClient(municipality: "837", marker: "K2", outcome: .unchanged),
            CreatedClient(municipality: "837", marker: "K3", outcome: .unknown),
        ]
        entries.clients = [client: ExpectedClient("837", version: 2, email: "b@example.fi")]
        var text = SharedText(municipality: "837")
        text.added = ["w1", "w2"]
        text.refused = ["w3"]
        entries.sharedTexts = [client: text]
        var expected = ExpectedAssessment(municipality: "837", clientID: client)
        expected.caseReference = "reference"
        expected.isAccepted = true
        expected.isCompleted = true
        entries.assessments = [assessment: expected]
        entries.keys = ["837": ["abc": .acknowledged, "def": .unchanged]]
        return entries
    }()

    private static func event(_ kind: Int, _ version: String = "") -> FeedRecord.Event {
        FeedRecord.Event(
            kind: kind, clientID: client, assessmentID: kind > 3 ? assessment : "",
            version: version)
    }

    /// What must be in the database.
    private static let facts: TenantFacts = {
        var facts = TenantFacts()
        facts.clients = [
            .init(
                clientID: client, marker: "K1", version: 2, email: "b@example.fi",
                workHistory: " w1 w2", sourceCount: 1)
        ]
        facts.assessments = [
            .init(
                assessmentID: assessment, clientID: client, isCompleted: true,
                parts: [.init(caseReference: "reference", isAccepted: true, isEnded: true)])
        ]
        let events = [
            event(1, "1"), event(2, "2"), event(4, "1"), event(7), event(8), event(9),
            event(6, "2"),
        ]
        facts.outbox = zip([10, 11, 12, 13, 14, 15, 15], events).map {
            .init(transaction: $0, event: $1)
        }
        facts.log = (10...15).map { .init(transaction: $0, method: "m", isPermitted: true) }
        facts.keys = [
            .init(
                digest: "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
                hasAnswer: true)
        ]
        return facts
    }()

    private func kinds(_ change: (inout TenantFacts) -> Void) throws -> [Finding.Kind] {
        var facts = Self.facts
        change(&facts)
        return try TenantCheck("837", Self.entries, facts).findings.map(\.kind)
    }

    @Test func whatIsAsItMustBeIsFoundSo() throws {
        let check = try TenantCheck("837", Self.entries, Self.facts)
        #expect(check.findings == [])
        #expect(check.counts.acknowledgedCreations == 1 && check.counts.creationsNotAsked == 2)
        #expect(check.counts.clientVersions == 2 && check.counts.sharedWords == 2)
        #expect(check.counts.assessments == 1 && check.counts.keys == 1)
        #expect(check.counts.changes == 6)
    }

    @Test func aLostClientIsFound() throws {
        #expect(try kinds { $0.clients = [] }.contains(.acknowledgedWriteLost))
    }

    @Test func aClientThatIsThereTwiceIsFound() throws {
        let found = try kinds { facts in
            facts.clients.append(facts.clients[0])
            facts.clients[1].clientID = Self.assessment
        }
        #expect(found.contains(.writeTwice))
    }

    @Test func aClientThatWasSaidNotToBeThereIsFound() throws {
        #expect(
            try kinds { facts in
                facts.clients.append(facts.clients[0])
                facts.clients[1].marker = "K2"
                facts.clients[1].clientID = Self.assessment
            }.contains(.refusedWriteKept))
    }

    @Test func aClientWithoutSourcesIsHalf() throws {
        #expect(try kinds { $0.clients[0].sourceCount = 0 } == [.halfWrite])
    }

    @Test func aClientNobodyAskedForIsFound() throws {
        #expect(
            try kinds { facts in
                facts.clients.append(facts.clients[0])
                facts.clients[1].marker = "K9"
                facts.clients[1].clientID = Self.assessment
            }.contains(.unexplained))
    }

    @Test func aLostChangeIsFound() throws {
        let found = try kinds { facts in
            facts.clients[0].version = 1
            facts.clients[0].email = "a@example.fi"
            facts.outbox.remove(at: 1)
        }
        #expect(found == [.acknowledgedWriteLost])
    }

    @Test func aChangeThatWasMadeTwiceIsFound() throws {
        #expect(try kinds { $0.clients[0].version = 3 }.contains(.writeTwice))
    }

    @Test(arguments: [
        (" w1", Finding.Kind.acknowledgedWriteLost), (" w1 w2 w2", .writeTwice),
        (" w1 w2 w3", .refusedWriteKept),
    ])
    func wordsOfASharedTextAreCounted(text: String, kind: Finding.Kind) throws {
        #expect(try kinds { $0.clients[0].workHistory = text } == [kind])
    }

    @Test func anAssessmentInAnotherStateIsFound() throws {
        #expect(try kinds { $0.assessments = [] }.contains(.acknowledgedWriteLost))
        #expect(
            try kinds { $0.assessments[0].isCompleted = false }.contains(.acknowledgedWriteLost))
        #expect(try kinds { $0.assessments[0].parts[0].isEnded = false }.contains(.halfWrite))
        #expect(
            try kinds { $0.assessments[0].parts[0].caseReference = "x" }
                == [.acknowledgedWriteLost])
    }

    @Test func aKeyThatIsMissingHalfOrTooManyIsFound() throws {
        #expect(try kinds { $0.keys = [] } == [.acknowledgedWriteLost])
        #expect(try kinds { $0.keys[0].hasAnswer = false } == [.halfWrite])
        #expect(
            try kinds { $0.keys.append(.init(digest: "00", hasAnswer: true)) } == [.unexplained])
    }

    @Test func aChangeWithoutItsEventIsHalf() throws {
        #expect(try kinds { $0.outbox.remove(at: 1) } == [.halfWrite])
        #expect(try kinds { $0.outbox.remove(at: 4) } == [.halfWrite])
        #expect(try kinds { $0.outbox.append($0.outbox[1]) } == [.halfWrite])
    }

    @Test func aChangeWithoutItsRowInTheLogIsFound() throws {
        #expect(try kinds { $0.log.remove(at: 0) } == [.accessWithoutRow])
        #expect(try kinds { $0.log[0].isPermitted = false } == [.accessWithoutRow])
    }
}
