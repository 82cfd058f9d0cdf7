import Testing

@testable import Wire

/// Waits before connecting again.
@Suite struct ConnectionBackoffTests {
    private let start = ContinuousClock.now

    @Test func waitsGrowAsGRPCsDo() {
        let policy = BackoffPolicy()
        let waits = [1, 2, 3, 10, 11, 12, 1_000].map { policy.delay(failures: $0, random: 0.5) }
        let expected: [Double] = [1, 1.6, 2.56, 68.719_476_736, 109.951_162_777_6, 120, 120]
        for (wait, seconds) in zip(waits, expected) {
            #expect(abs(wait / .seconds(1) - seconds) < 0.000_001)
        }
    }

    @Test func jitterIsAFifthEitherWay() {
        let policy = BackoffPolicy()
        #expect(abs(policy.delay(failures: 1, random: 0) / .seconds(1) - 0.8) < 0.000_001)
        #expect(abs(policy.delay(failures: 1, random: 1) / .seconds(1) - 1.2) < 0.000_001)
        #expect(abs(policy.delay(failures: 99, random: 1) / .seconds(1) - 144) < 0.000_001)
    }

    @Test func successStartsAnew() {
        var backoff = ConnectionBackoff(policy: BackoffPolicy())
        #expect(backoff.mayConnect(now: start))
        backoff.failed(now: start, random: 0.5)
        backoff.failed(now: start, random: 0.5)
        #expect(backoff.retryAt.map { abs(($0 - start) / .seconds(1) - 1.6) < 0.001 } == true)
        #expect(!backoff.mayConnect(now: start + .milliseconds(1_599)))
        #expect(backoff.mayConnect(now: start + .milliseconds(1_601)))
        backoff.succeeded()
        #expect(backoff.mayConnect(now: start))
        backoff.failed(now: start, random: 0.5)
        #expect(!backoff.mayConnect(now: start + .milliseconds(999)))
        #expect(backoff.mayConnect(now: start + .milliseconds(1_001)))
    }
}
