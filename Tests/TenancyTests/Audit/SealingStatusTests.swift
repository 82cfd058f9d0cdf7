import Testing

@testable import Tenancy

@Suite struct SealingStatusTests {
    private let start = ContinuousClock.now

    private func round(
        lag: Duration, rows: Int = 0, failed: [TenantSchema] = []
    ) -> AuditSealer.Round {
        var round = AuditSealer.Round()
        round.lag = lag
        round.rowsSealed = rows
        round.failing = Dictionary(uniqueKeysWithValues: failed.map { ($0, .seconds(40)) })
        return round
    }

    @Test func theLagGoesOnGrowingWhileNoRoundSucceeds() {
        let status = SealingStatus(limit: .seconds(100), now: start)
        #expect(status.lag(now: start) == .zero)
        #expect(status.lag(now: start + .seconds(40)) == .seconds(40))
        status.record(round(lag: .seconds(5)), now: start + .seconds(40))
        #expect(status.lag(now: start + .seconds(40)) == .seconds(5))
        #expect(status.lag(now: start + .seconds(70)) == .seconds(35))
    }

    @Test func itIsOverdueOverTheLimitAndNotAtIt() {
        let status = SealingStatus(limit: .seconds(100), now: start)
        #expect(!status.isOverdue(now: start + .seconds(100)))
        #expect(status.isOverdue(now: start + .seconds(101)))
        status.record(round(lag: .zero), now: start + .seconds(101))
        #expect(!status.isOverdue(now: start + .seconds(101)))
        status.record(round(lag: .seconds(101)), now: start + .seconds(102))
        #expect(status.isOverdue(now: start + .seconds(102)))
    }

    /// One log fails, and the others are sealed: only that municipality is refused.
    @Test func aLogThatFailsForTooLongIsOverdueAlone() throws {
        let tenant = try #require(TenantSchema(municipalityCode: "837"))
        let status = SealingStatus(limit: .seconds(100), now: start)
        status.record(round(lag: .zero, failed: [tenant]), now: start)
        #expect(!status.isOverdue(municipalityCode: "837", now: start + .seconds(60)))
        // The rest goes on, and this log has failed for 40 seconds and 61.
        #expect(status.isOverdue(municipalityCode: "837", now: start + .seconds(61)))
        #expect(!status.isOverdue(municipalityCode: "091", now: start + .seconds(61)))
        #expect(!status.isOverdue(now: start + .seconds(61)))
        status.record(round(lag: .zero), now: start + .seconds(61))
        #expect(!status.isOverdue(municipalityCode: "837", now: start + .seconds(61)))
        let boundless = SealingStatus(limit: nil, now: start)
        boundless.record(round(lag: .zero, failed: [tenant]), now: start)
        #expect(!boundless.isOverdue(municipalityCode: "837", now: start + .seconds(1_000_000)))
    }

    @Test func withoutALimitItNeverIs() {
        let status = SealingStatus(limit: nil, now: start)
        #expect(!status.isOverdue(now: start + .seconds(1_000_000)))
    }

    @Test func rowsAddUpAndFailuresAreThoseOfTheLastRound() throws {
        let tenant = try #require(TenantSchema(municipalityCode: "837"))
        let status = SealingStatus(limit: nil, now: start)
        status.record(round(lag: .zero, rows: 3, failed: [tenant]), now: start)
        status.record(round(lag: .zero, rows: 4), now: start)
        status.record(checkpointSize: 9)
        #expect(status.rowsSealed == 7 && status.failedCount == 0 && status.checkpointSize == 9)
    }
}
