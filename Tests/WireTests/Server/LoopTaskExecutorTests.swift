import NIOCore
import NIOEmbedded
import Synchronization
import Testing

@testable import Wire

/// The order of things in a turn of the loop: what comes in, the handlers, one flush.
@Suite struct LoopTaskExecutorTests {
    private final class Log: LoopFlushing, Sendable {
        private let lines = Mutex<[String]>([])

        var all: [String] { lines.withLock { $0 } }

        func add(_ line: String) { lines.withLock { $0.append(line) } }
        func flushNow() { add("flush") }
        func takeTurn() { add("turn") }
    }

    @Test func aTurnRunsItsTasksAndTheEndOfTheLoopsRoundFlushesOnce() {
        let loop = EmbeddedEventLoop()
        let (executor, log) = (LoopTaskExecutor(eventLoop: loop), Log())
        executor.inOneTurn {
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
            executor.inOneTurn { executor.flushLater(log) }
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
        executor.inOneTurn {
            executor.inOneTurn {
                Task(executorPreference: executor) { log.add("task") }
                log.add("inner read")
            }
            log.add("outer read")
        }
        #expect(log.all == ["inner read", "outer read", "task"])
    }

    @Test func whoeverWaitsForATurnLetsTheSocketsComeFirst() {
        let loop = EmbeddedEventLoop()
        let (executor, log) = (LoopTaskExecutor(eventLoop: loop), Log())
        for _ in 1...2 { executor.waitForTurn(log) }
        loop.run()
        #expect(log.all.isEmpty, "what is due at once comes before the sockets")
        loop.advanceTime(by: .microseconds(50))
        #expect(log.all == ["turn"], "one connection at a time")
        #expect(executor.hasWaiting)
        loop.advanceTime(by: .microseconds(50))
        #expect(log.all == ["turn", "turn"])
        #expect(!executor.hasWaiting)
    }
}
