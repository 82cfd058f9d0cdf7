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

    @Test func fewLargeReadsGoOnInOneRoundWithoutWaiting() {
        var work = RoundWork()
        for _ in 0..<2 {
            let taken = (0..<3).map { _ in work.takeLargeRead() }
            #expect(taken == [true, true, false])
            work.add(.microseconds(10))
            work.socketsHadTheirs()
        }
    }

    @Test func whoeverSaysAgainThatTheSocketsHadTheirsChangesNothing() {
        var work = RoundWork()
        work.add(.milliseconds(4))
        work.socketsHadTheirs()
        work.socketsHadTheirs()
        #expect(work.forWaiting == .milliseconds(1))
    }
}
