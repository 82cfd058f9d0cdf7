import NIOCore
import NIOEmbedded
import Synchronization
import Testing

@testable import Wire

/// The order of things in a turn of the loop: what comes in, the handlers, one flush.
@Suite struct LoopTaskExecutorTests {
    private final class Log: LoopFlushing, Sendable {
        private let lines = Mutex<[String]>([])
        private let use = Mutex(LoopUse())
        var loopUse: LoopUse {
            get { use.withLock { $0 } }
            set { use.withLock { $0 = newValue } }
        }

        private let whatATurnTakes: @Sendable () -> Void

        init(_ whatATurnTakes: @escaping @Sendable () -> Void = {}) {
            self.whatATurnTakes = whatATurnTakes
        }

        var all: [String] { lines.withLock { $0 } }

        func add(_ line: String) { lines.withLock { $0.append(line) } }
        func flushNow() { add("flush") }
        func takeTurn() {
            add("turn")
            whatATurnTakes()
        }
    }

    @Test func aTurnRunsItsTasksAndTheEndOfTheLoopsRoundFlushesOnce() {
        let loop = EmbeddedEventLoop()
        let (executor, log) = (LoopTaskExecutor(eventLoop: loop), Log())
        executor.inOneTurn(of: log) {
            for call in 1...2 {
                Task(executorPreference: executor) {
                    log.add("task \(call)")
                    if call == 1 { executor.flushLater(log) }
                }
            }
            log.add("read")
        }
        #expect(log.all == ["read", "task 1", "task 2"])
        loop.run()
        #expect(log.all == ["read", "task 1", "task 2", "flush"])
        loop.run()
        #expect(log.all.count == 4, "nothing is done twice when the loop comes round")
    }

    @Test func sixteenConnectionsThatWaitAreFlushedWithinTheRound() {
        let loop = EmbeddedEventLoop()
        let (executor, log) = (LoopTaskExecutor(eventLoop: loop), Log())
        for connection in 1...16 {
            #expect(log.all.isEmpty, "not before connection \(connection)")
            executor.inOneTurn(of: log) { executor.flushLater(log) }
        }
        #expect(log.all.count == 16)
    }

    @Test func tasksOutsideATurnRunWhenTheLoopComesRound() {
        let loop = EmbeddedEventLoop()
        let (executor, log) = (LoopTaskExecutor(eventLoop: loop), Log())
        Task(executorPreference: executor) {
            log.add("task")
            executor.flushLater(log)
        }
        #expect(log.all.isEmpty)
        loop.run()
        #expect(log.all == ["task", "flush"])
    }

    @Test func aTurnWithinATurnLeavesTheTasksToTheOuterOne() {
        let loop = EmbeddedEventLoop()
        let (executor, log) = (LoopTaskExecutor(eventLoop: loop), Log())
        executor.inOneTurn(of: log) {
            executor.inOneTurn(of: log) {
                Task(executorPreference: executor) { log.add("task") }
                log.add("inner read")
            }
            log.add("outer read")
        }
        #expect(log.all == ["inner read", "outer read", "task"])
    }

    @Test func whoeverWaitsForATurnLetsTheSocketsComeFirst() {
        let (loop, rounds) = (EmbeddedEventLoop(), LoopRounds())
        let (executor, log) = (LoopTaskExecutor(eventLoop: loop, rounds: rounds), Log())
        for _ in 1...2 { executor.waitForTurn(log) }
        loop.advanceTime(by: .seconds(1))
        #expect(log.all.isEmpty, "whatever is due comes before the sockets")
        rounds.roundEnded(of: ObjectIdentifier(loop))
        loop.advanceTime(by: .milliseconds(1))
        #expect(log.all == ["turn", "turn"], "they have used no time")
        #expect(!executor.hasWaiting)
    }

    @Test func thoseWhoWaitUseAPartOfARound() {
        let (loop, rounds) = (EmbeddedEventLoop(), LoopRounds())
        let executor = LoopTaskExecutor(eventLoop: loop, rounds: rounds)
        let log = Log { loop.advanceTime(by: .microseconds(100)) }
        for _ in 1...3 { executor.waitForTurn(log) }
        rounds.roundEnded(of: ObjectIdentifier(loop))
        loop.advanceTime(by: .milliseconds(1))
        #expect(log.all == ["turn", "turn"])
        rounds.roundEnded(of: ObjectIdentifier(loop))
        loop.advanceTime(by: .milliseconds(1))
        #expect(log.all == ["turn", "turn", "turn"])
    }

    @Test func whoeverIsGoneWaitsNoMore() {
        let loop = EmbeddedEventLoop()
        let (executor, log, gone) = (
            LoopTaskExecutor(eventLoop: loop, rounds: LoopRounds()), Log(), Log()
        )
        executor.waitForTurn(gone)
        executor.stopWaiting(gone)
        #expect(!executor.hasWaiting)
        executor.waitForTurn(log)
        executor.stopWaiting(gone)
        #expect(executor.hasWaiting)
    }

    @Test func whoeverHasUsedLessGoesFirst() {
        let (loop, rounds) = (EmbeddedEventLoop(), LoopRounds())
        let executor = LoopTaskExecutor(eventLoop: loop, rounds: rounds)
        let (greedy, modest) = (
            Log { loop.advanceTime(by: .seconds(1)) }, Log { loop.advanceTime(by: .seconds(1)) }
        )
        greedy.loopUse.add(.milliseconds(2), at: loop.now)
        modest.loopUse.add(.milliseconds(1), at: loop.now)
        executor.waitForTurn(greedy)
        executor.waitForTurn(modest)
        rounds.roundEnded(of: ObjectIdentifier(loop))
        loop.advanceTime(by: .milliseconds(1))
        #expect(greedy.all.isEmpty)
        #expect(modest.all == ["turn"])
    }

    @Test func usePassesWithTime() {
        var use = LoopUse()
        let start = NIODeadline.uptimeNanoseconds(0)
        use.add(.milliseconds(8), at: start)
        #expect(use.counted(at: start) == 8_000_000)
        #expect(use.counted(at: start + LoopUse.period) == 4_000_000)
        use.add(.milliseconds(1), at: start + LoopUse.period)
        #expect(use.counted(at: start + LoopUse.period * 2) == 2_500_000)
        #expect(use.counted(at: start + .hours(1)) == 0)
    }

    @Test func afterARoundsWorkTheGreedyWaitForTheNext() {
        let loop = EmbeddedEventLoop()
        let (executor, log) = (LoopTaskExecutor(eventLoop: loop), Log())
        executor.inOneTurn(of: log) { loop.advanceTime(by: .microseconds(250)) }
        #expect(!executor.shouldGreedyWait)
        executor.inOneTurn(of: log) { loop.advanceTime(by: .microseconds(1)) }
        #expect(executor.shouldGreedyWait)
        #expect(log.loopUse.counted(at: loop.now) == 251_000)
        loop.run()
        #expect(!executor.shouldGreedyWait)
        executor.waitForTurn(log)
        #expect(executor.shouldGreedyWait)
    }
}
