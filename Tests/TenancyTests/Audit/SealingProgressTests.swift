import Testing

@testable import Tenancy

@Suite struct SealingProgressTests {
    private let one: TenantSchema
    private let other: TenantSchema

    init() throws {
        one = try #require(TenantSchema(municipalityCode: "091"))
        other = try #require(TenantSchema(municipalityCode: "837"))
    }

    @Test func aLogIsLookedAtUntilItHasSettled() {
        var progress = SealingProgress()
        #expect(progress.logsToSeal([(one, 5)], xmin: 90, xmax: 100, whole: false) == [one])
        progress.sealed(one, xmin: 90)
        // A transaction from before may still commit a row with one of these numbers.
        #expect(progress.logsToSeal([(one, 5)], xmin: 95, xmax: 105, whole: false) == [one])
        progress.sealed(one, xmin: 100)
        #expect(progress.logsToSeal([(one, 5)], xmin: 106, xmax: 106, whole: false) == [])
        #expect(progress.logsToSeal([(one, 5)], xmin: 106, xmax: 106, whole: true) == [one])
        #expect(progress.logsToSeal([(one, 6)], xmin: 107, xmax: 110, whole: false) == [one])
    }

    @Test func aLogThatFailsIsTriedAgainAndReportedOnce() {
        var progress = SealingProgress()
        _ = progress.logsToSeal([(one, 1), (other, 1)], xmin: 9, xmax: 9, whole: true)
        progress.sealed(other, xmin: 9)
        #expect(progress.failed(one) && !progress.failed(one))
        // It does not hold back what is known of the others.
        let moment = SQLTimestamp(microsecondsSinceEpoch: 1)
        #expect(progress.complete(time: moment, xmin: 9, xmax: 9) == moment)
        #expect(
            progress.logsToSeal([(one, 1), (other, 1)], xmin: 10, xmax: 10, whole: false) == [one])
        progress.sealed(one, xmin: 10)
        #expect(progress.failed.isEmpty)
        _ = progress.failed(one)
        #expect(progress.logsToSeal([(other, 1)], xmin: 11, xmax: 11, whole: false) == [])
        #expect(progress.failed.isEmpty, "a municipality that is gone does not fail")
    }

    @Test func aMomentIsCompleteOnceAllItsTransactionsHaveEnded() {
        var progress = SealingProgress()
        func complete(_ time: Int64, _ xmin: Int64, _ xmax: Int64) -> Int64? {
            progress.complete(
                time: SQLTimestamp(microsecondsSinceEpoch: time), xmin: xmin, xmax: xmax)?
                .microsecondsSinceEpoch
        }
        #expect(complete(1, 50, 60) == nil)
        #expect(complete(2, 50, 70) == nil)
        #expect(complete(3, 65, 80) == 1)
        #expect(complete(4, 80, 80) == 4)
        for time: Int64 in 5..<5_000 { #expect(complete(time, 80, 90) == nil) }
        #expect(complete(5_000, 95, 95) == 5_000)
    }
}
