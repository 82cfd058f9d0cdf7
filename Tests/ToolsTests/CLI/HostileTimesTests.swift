import Testing
import Wire

@testable import AuditProof
@testable import icds

/// Times at the limits of their numbers, as a file or a server that means harm could have them.
@Suite struct HostileTimesTests {
    @Test func aReportOfTheOldestTimeDoesNotTrap() {
        for time in [Int64.min, .max] {
            var summary = LogSummary()
            summary.unsealedRowCount = 1
            summary.unsealedSince = time
            summary.lastRowTime = time
            let report = VerificationReport(summary: summary, keys: [], keptCount: 0, now: 1)
            let age = time == .min ? "106751991 days" : "0 s"
            #expect(report.text.contains("the oldest is \(age) old\n"))
        }
    }

    @Test func aMomentOutsideTheCalendarIsWrittenAsANumber() {
        for seconds in [Int64.min, .max] {
            #expect(Moment.text(Timestamp(seconds: seconds)) == "\(seconds) s since 1970")
        }
        #expect(Moment.text(Timestamp(seconds: -1)) == "1969-12-31 23:59:59")
        #expect(Moment.text(Timestamp(seconds: -86_400)) == "1969-12-31 00:00:00")
        #expect(Moment.text(Timestamp(seconds: 86_399)) == "1970-01-01 23:59:59")
    }
}
