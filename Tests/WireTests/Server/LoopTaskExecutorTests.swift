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
        private let asked: TimeAmount

        /// - Parameter asked: how long the loop will be busy with what a turn asks for.
        init(
            asked: TimeAmount = .zero, _ whatATurnTakes: @escaping @Sendable () -> Void = {}
        ) {
            self.asked = asked
            self.whatATurnTakes = whatATurnTakes
        }

        var all: [String] { lines.withLock { $0 } }

        func add(_ line: String) { lines.withLock { $0.append(line) } }
        func flushNow() { add("flush") }
        func takeTurn() -> TimeAmount {
            add("turn")
            whatATurnTakes()
            return asked
        }
    }

    @Test func aTurnRunsItsTasksAndTheEndOfTheLoopsRoundFlushesOnce() {
        let loop = EmbeddedEventLoop()
        let (executor, log) = (LoopTaskExecutor(eventLoop: loop, rounds: LoopRounds()), Log())
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
        let (executor, log) = (LoopTaskExecutor(eventLoop: loop, rounds: LoopRounds()), Log())
        for connection in 1...16 {
            #expect(log.all.isEmpty, "not before connection \(connection)")
            executor.inOneTurn(of: log) { executor.flushLater(log) }
        }
        #expect(log.all.count == 16)
    }

    @Test func tasksOutsideATurnRunWhenTheLoopComesRound() {
        let loop = EmbeddedEventLoop()
        let (executor, log) = (LoopTaskExecutor(eventLoop: loop, rounds: LoopRounds()), Log())
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
        let (executor, log) = (LoopTaskExecutor(eventLoop: loop, rounds: LoopRounds()), Log())
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

    @Test func whereRoundsAreLongThoseWhoWaitGetAQuarterOfThem() {
        let (loop, rounds) = (EmbeddedEventLoop(), LoopRounds())
        let executor = LoopTaskExecutor(eventLoop: loop, rounds: rounds)
        let log = Log { loop.advanceTime(by: .microseconds(400)) }
        executor.inOneTurn(of: Log()) { loop.advanceTime(by: .milliseconds(8)) }
        for _ in 1...10 { executor.waitForTurn(log) }
        rounds.roundEnded(of: ObjectIdentifier(loop))
        loop.advanceTime(by: .microseconds(10))
        #expect(log.all.count == 5, "until two of eight milliseconds are over")
    }

    @Test func whatATurnAsksForCountsBeforeItIsThere() {
        let (loop, rounds) = (EmbeddedEventLoop(), LoopRounds())
        let executor = LoopTaskExecutor(eventLoop: loop, rounds: rounds)
        let log = Log(asked: .microseconds(100))
        for _ in 1...3 { executor.waitForTurn(log) }
        rounds.roundEnded(of: ObjectIdentifier(loop))
        loop.advanceTime(by: .microseconds(10))
        #expect(log.all == ["turn", "turn"])
    }

    /// Enqueues itself again until it has run `times` times.
    private static func repeatTask(
        _ times: Int, on executor: LoopTaskExecutor, _ log: Log, through loop: EmbeddedEventLoop?
    ) {
        let begin: @Sendable () -> Void = {
            Task(executorPreference: executor) {
                log.add("task")
                if times > 1 { repeatTask(times - 1, on: executor, log, through: loop) }
            }
        }
        if let loop { loop.execute(begin) } else { begin() }
    }

    /// Directly, and each time through the queue of the loop.
    @Test(arguments: [false, true])
    func tasksThatAlwaysHaveMoreToDoLetTheSocketsComeInBetween(_ isThroughTheLoop: Bool) {
        let (loop, rounds) = (EmbeddedEventLoop(), LoopRounds())
        let (executor, log, other) = (
            LoopTaskExecutor(eventLoop: loop, rounds: rounds), Log(), Log()
        )
        let total = 10_000
        executor.inOneTurn(of: log) {
            Self.repeatTask(total, on: executor, log, through: isThroughTheLoop ? loop : nil)
        }
        loop.run()
        let before = log.all.count
        #expect(before > 0)
        #expect(before < total / 2, "the round ends though there is always more to do")
        executor.waitForTurn(other)
        loop.advanceTime(by: .milliseconds(1))
        #expect(log.all.count == before)
        executor.inOneTurn(of: other) {
            Task(executorPreference: executor) {
                other.add("task")
                executor.flushLater(other)
            }
        }
        loop.run()
        #expect(other.all == ["task", "flush"], "who rests keeps nobody waiting")
        #expect(log.all.count == before)
        while log.all.count < total {
            let count = log.all.count
            rounds.roundEnded(of: ObjectIdentifier(loop))
            loop.advanceTime(by: .microseconds(10))
            #expect(log.all.count > count)
            if log.all.count == count { break }
        }
        #expect(other.all == ["task", "flush", "turn"])
    }

    @Test func tasksThatTakeLongLetTheSocketsComeInBetween() {
        let (loop, rounds) = (EmbeddedEventLoop(), LoopRounds())
        let (executor, log) = (LoopTaskExecutor(eventLoop: loop, rounds: rounds), Log())
        executor.inOneTurn(of: log) {
            for number in 1...100 {
                Task(executorPreference: executor) {
                    log.add("\(number)")
                    loop.advanceTime(by: .microseconds(100))
                }
            }
        }
        loop.run()
        #expect((10...20).contains(log.all.count))
        for _ in 1...10 {
            rounds.roundEnded(of: ObjectIdentifier(loop))
            loop.advanceTime(by: .milliseconds(3))
        }
        #expect(log.all == (1...100).map { "\($0)" }, "in their order")
    }

    @Test func aConnectionIsChargedForItsOwnTasksAndTheRoundForAll() {
        let loop = EmbeddedEventLoop()
        let (executor, log) = (LoopTaskExecutor(eventLoop: loop, rounds: LoopRounds()), Log())
        Task(executorPreference: executor) { loop.advanceTime(by: .milliseconds(5)) }
        executor.inOneTurn(of: log) {
            loop.advanceTime(by: .microseconds(100))
            Task(executorPreference: executor) { loop.advanceTime(by: .microseconds(10)) }
        }
        #expect(log.loopUse.counted(at: loop.now) == 110_000)
        #expect(executor.shouldGreedyWait)
    }

    @Test func aLongReadBelongsToTheTurnOfItsConnection() {
        let loop = EmbeddedEventLoop()
        let (executor, log) = (LoopTaskExecutor(eventLoop: loop, rounds: LoopRounds()), Log())
        loop.advanceTime(by: .seconds(1))
        executor.measureRead(bytes: 64_000) {
            loop.advanceTime(by: .microseconds(80))
            #expect(executor.readTime(until: loop.now) == .microseconds(88))
            executor.inOneTurn(of: log) { loop.advanceTime(by: .microseconds(20)) }
        }
        #expect(log.loopUse.counted(at: loop.now) == 108_000)
        #expect(log.loopUse.last == .microseconds(108))
        #expect(executor.work.current == .microseconds(108))
        executor.measureRead(bytes: 64_000) {
            loop.advanceTime(by: .microseconds(80))
            executor.chargeRead(to: log)
        }
        #expect(log.loopUse.counted(at: loop.now) == 196_000)
        executor.measureRead(bytes: 64_000) { loop.advanceTime(by: .microseconds(80)) }
        #expect(executor.work.current == .microseconds(88), "though nobody has taken anything")
        #expect(executor.readTime(until: loop.now) == .zero)
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

    @Test func whoLeavesAndComesAgainGoesOnFromThere() {
        var departed = DepartedUse()
        var use = LoopUse()
        let start = NIODeadline.uptimeNanoseconds(0)
        use.add(.milliseconds(8), at: start)
        var less = LoopUse()
        less.add(.milliseconds(2), at: start)
        departed.remember(use, of: "municipality:837", at: start)
        departed.remember(less, of: "municipality:837", at: start)
        #expect(departed.counted("municipality:564", at: start) == 0)
        let next = start + LoopUse.period
        for _ in 0..<2 {
            #expect(departed.counted("municipality:837", at: next) == 4_000_000, "each of them")
        }
        for code in 1..<DepartedUse.countMax { departed.remember(use, of: "\(code)", at: start) }
        #expect(departed.count == DepartedUse.countMax)
        departed.remember(LoopUse(), of: "idle", at: start)
        #expect(departed.count == DepartedUse.countMax)
        let later = start + .seconds(10)
        var new = LoopUse()
        new.add(.milliseconds(1), at: later)
        departed.remember(new, of: "new", at: later)
        #expect(departed.count == 1, "what has passed is forgotten")
    }

    @Test func afterARoundsWorkTheGreedyWaitForTheNext() {
        let loop = EmbeddedEventLoop()
        let (executor, log) = (LoopTaskExecutor(eventLoop: loop, rounds: LoopRounds()), Log())
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
