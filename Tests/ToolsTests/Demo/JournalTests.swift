import Contract
import Testing
import Wire

@testable import icds_demo

@Suite("The demonstration's expectations")
struct JournalTests {
    private let refusal = RPCStatus(.permissionDenied, "NO_PARTICIPATION", "No.")

    @Test func areMetByTheRightCodeAndReasonOnly() {
        let expectation = Expectation.refused(.permissionDenied, "NO_PARTICIPATION")
        #expect(expectation.isMet(by: refusal))
        #expect(!expectation.isMet(by: nil))
        #expect(!expectation.isMet(by: RPCStatus(.notFound, "NO_PARTICIPATION", "")))
        #expect(!expectation.isMet(by: RPCStatus(.permissionDenied, "NO_RULE", "")))
        #expect(!Expectation.permitted.isMet(by: refusal))
    }

    private func access(_ reason: String, _ outcome: AccessOutcome = .permitted) -> Access {
        Access.with {
            $0.actorKind = .county
            $0.actorCode = "08"
            $0.actorSystem = "casework"
            $0.method = "icds.v1.SharingService/Fetch"
            $0.outcome = outcome
            $0.statedReason = reason
        }
    }

    @Test func holdTheLogAgainstEveryAccessMade() throws {
        var ledger = Ledger()
        ledger.add(Ledger.Entry(access("one")))
        ledger.add(Ledger.Entry(access("two", .refused)))
        try ledger.hold(against: [access("two", .refused), access("one")])
        #expect(throws: Deviation.self) { try ledger.hold(against: [access("one")]) }
        #expect(throws: Deviation.self) {
            try ledger.hold(against: [access("one"), access("two")])
        }
        #expect(throws: Deviation.self) {
            try ledger.hold(
                against: [access("one"), access("two", .refused), access("three")])
        }
    }
}
