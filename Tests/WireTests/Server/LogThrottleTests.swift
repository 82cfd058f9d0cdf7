import NIOCore
import Testing

@testable import Wire

@Suite struct LogThrottleTests {
    @Test func linesOfOneSecondAreLimitedAndTheNextTellsHowManyWereLeftOut() {
        let throttle = LogThrottle()
        let start = NIODeadline.uptimeNanoseconds(5_000_000_000)
        for _ in 0..<LogThrottle.linesPerSecondMax { #expect(throttle.admitLine(at: start) == 0) }
        #expect(throttle.admitLine(at: start) == nil)
        #expect(throttle.admitLine(at: start + .milliseconds(999)) == nil)
        #expect(throttle.admitLine(at: start + .seconds(1)) == 2)
        #expect(throttle.admitLine(at: start + .seconds(1)) == 0)
    }
}
