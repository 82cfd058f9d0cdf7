import Testing

@testable import ChaosHarness

@Suite struct AccessAndFeedCheckTests {
    private static let accesses = [
        Access(municipality: "837", method: "Get", reason: "1", outcome: .answered(clientID: "c")),
        Access(municipality: "837", method: "Get", reason: "2", outcome: .refused(reason: "NO")),
        Access(municipality: "837", method: "Get", reason: "3"),
        Access(municipality: "564", method: "Get", reason: "4", outcome: .answered(clientID: "d")),
    ]
    private static let rows = [
        AccessCheck.Row(method: "Get", reason: "1", clientID: "c", refusal: ""),
        AccessCheck.Row(method: "Get", reason: "2", clientID: "", refusal: "NO"),
        AccessCheck.Row(method: "Get", reason: "3", clientID: "c", refusal: ""),
    ]

    private func check(_ change: (inout [AccessCheck.Row]) -> Void) -> [Finding.Kind] {
        var rows = Self.rows
        change(&rows)
        return AccessCheck("837", Self.accesses, rows).findings.map(\.kind)
    }

    @Test func everyAnswerHasItsRow() {
        let check = AccessCheck("837", Self.accesses, Self.rows)
        #expect(check.findings == [])
        #expect(check.answeredCount == 1 && check.refusedCount == 1)
        #expect(check.rowsWithoutAnswer == 1)
    }

    @Test func anAnswerWithoutItsRowIsFound() {
        #expect(check { $0.remove(at: 0) } == [.accessWithoutRow])
        #expect(check { $0[0].clientID = "other" } == [.accessWithoutRow])
        #expect(check { $0[0].method = "Find" } == [.accessWithoutRow])
        #expect(check { $0[0].refusal = "NO" } == [.accessWithoutRow])
        #expect(check { $0.remove(at: 1) } == [.accessWithoutRow])
    }

    @Test func twoAnswersNeedTwoRows() {
        let twice = Self.accesses + [Self.accesses[0]]
        #expect(AccessCheck("837", twice, Self.rows).findings.map(\.kind) == [.accessWithoutRow])
        #expect(AccessCheck("837", twice, Self.rows + [Self.rows[0]]).findings == [])
    }

    @Test func aRowThatNobodyAskedForIsFound() {
        #expect(check { $0[2].reason = "9" } == [.unexplained])
    }

    // MARK: The feed

    private static let outbox = (1...5).map {
        FeedRecord.Event(kind: 2, clientID: "c", assessmentID: "", version: "\($0)")
    }

    private func finding(_ events: [FeedRecord.Event], fromBeginning: Bool = true) -> Finding? {
        var record = FeedRecord(
            reader: "r", municipality: "837", isFromBeginning: fromBeginning)
        record.events = events
        return FeedCheck.finding(record, Self.outbox)
    }

    @Test func aWholeFeedIsFoundWhole() {
        #expect(finding(Self.outbox) == nil)
        #expect(finding(Array(Self.outbox.dropFirst(2)), fromBeginning: false) == nil)
    }

    @Test func aGapARepetitionAndAnotherOrderAreFound() {
        var gap = Self.outbox
        gap.remove(at: 2)
        #expect(finding(gap)?.kind == .feed)
        #expect(finding(gap, fromBeginning: false)?.kind == .feed)
        #expect(finding(Array(Self.outbox.dropLast())) != nil)
        #expect(finding(Array(Self.outbox.dropLast()), fromBeginning: false) != nil)
        var repeated = Self.outbox
        repeated.insert(repeated[2], at: 2)
        #expect(finding(repeated) != nil)
        #expect(finding(repeated, fromBeginning: false) != nil)
        var swapped = Self.outbox
        swapped.swapAt(1, 2)
        #expect(finding(swapped) != nil)
    }
}
