import Foundation
import Testing
import Wire

@testable import ChaosHarness

/// What the kill test takes an answer's promise from: the reasons of PROTOCOL.md, never its words.
@Suite struct VerdictTests {
    @Test func theReasonsThatPromiseNoChangeAreThoseOfTheDocument() throws {
        let top = URL(filePath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        let document = try String(
            contentsOf: top.appending(path: "proto/PROTOCOL.md"), encoding: .utf8)
        let promising = document.split(separator: "\n").compactMap { line -> String? in
            let cells = line.split(separator: "|").map {
                $0.trimmingCharacters(in: .whitespaces)
            }
            guard cells.count == 4, line.hasPrefix("| "),
                line.contains("nothing was changed") || line.contains("nothing was looked at")
            else { return nil }
            return cells[0]
        }
        #expect(Set(promising) == Verdict.unchangedReasons)
    }

    @Test(arguments: [
        (RPCStatus(.unavailable, "DATABASE_READ_ONLY", "in any words"), Verdict.unchanged),
        (RPCStatus(.unknown, "OUTCOME_UNKNOWN", "Nothing was changed."), .unknown),
        (RPCStatus(.deadlineExceeded, "DEADLINE_EXCEEDED", "Nothing was changed."), .unknown),
        (RPCStatus(.aborted, "CONCURRENT_CHANGE", ""), .unchanged),
        (RPCStatus(.aborted, "ETAG_MISMATCH", ""), .refused),
        (RPCStatus(.dataLoss, "RECORDS_DAMAGED", ""), .defect),
    ])
    func anAnswerMeansWhatItsReasonSays(_ status: RPCStatus, _ verdict: Verdict) {
        #expect(Verdict(status) == verdict)
    }
}
