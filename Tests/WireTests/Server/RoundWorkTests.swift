import NIOCore
import Testing

@testable import Wire

@Suite struct RoundWorkTests {
    @Test func thoseWhoWaitGetAQuarterOfTheRoundBefore() {
        var work = RoundWork()
        #expect(work.forWaiting == RoundWork.waitingMin)
        work.add(.milliseconds(4))
        work.socketsHadTheirs()
        #expect(work.forWaiting == .milliseconds(1))
        work.add(.microseconds(10))
        work.socketsHadTheirs()
        #expect(work.forWaiting == RoundWork.waitingMin)
    }

    @Test func whoeverSaysAgainThatTheSocketsHadTheirsChangesNothing() {
        var work = RoundWork()
        work.add(.milliseconds(4))
        work.socketsHadTheirs()
        work.socketsHadTheirs()
        #expect(work.forWaiting == .milliseconds(1))
    }
}
