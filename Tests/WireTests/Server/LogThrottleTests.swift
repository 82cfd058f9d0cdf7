import NIOCore
import Testing

@testable import Wire

@Suite struct LogThrottleTests {
    @Test func linesOfOneSecondAreLimitedAndTheNextSecondIsFree() {
        let throttle = LogThrottle()
        let start = NIODeadline.uptimeNanoseconds(5_000_000_000)
        for _ in 0..<LogThrottle.linesPerSecondMax { #expect(throttle.mayLog(at: start)) }
        #expect(!throttle.mayLog(at: start + .milliseconds(999)))
        #expect(throttle.mayLog(at: start + .seconds(1)))
    }
}
