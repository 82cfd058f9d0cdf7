import Testing

@testable import AuditProof

/// Times that do not fit the order in which a log was written, and rows that wait for their seals.
@Suite struct LogTimeTests {
    private static let minute: Int64 = 60_000_000

    /// The operator adds a row today and dates it back; its own key seals it.
    @Test func aRowThatIsDatedBackIsFound() throws {
        for (back, isFound) in [(10 * Self.minute, false), (10 * Self.minute + 2_000_000, true)] {
            let log = try TestLog.make { row in
                if row.sequence == 9 { row.time = TestLog.rowTime(8) - back }
            }
            let found = log.finding()
            guard isFound else {
                #expect(found == nil)
                continue
            }
            guard case .backdated(let row, 602)? = found else {
                Issue.record("found \(String(describing: found))")
                return
            }
            #expect(row.sequence == 9)
        }
    }

    @Test func aRowThatIsDatedAfterItsSealIsFound() throws {
        for (ahead, isFound) in [(Self.minute, false), (Self.minute + 1_000_000, true)] {
            let log = try TestLog.make { row in
                if row.sequence == 6 { row.time = TestLog.sealTime(7) + ahead }
            }
            let found = log.finding()
            guard isFound else {
                #expect(found == nil)
                continue
            }
            guard case .postdated(let row, 2, 61)? = found else {
                Issue.record("found \(String(describing: found))")
                return
            }
            #expect(row.sequence == 6)
        }
    }

    @Test func aSealThatIsDatedBackIsFound() throws {
        let log = try TestLog.make(
            change: { $0.time = $0.sequence > 7 ? $0.time - 11 * Self.minute : $0.time },
            changeSeal: { $0.time = $0.number == 3 ? $0.time - 11 * Self.minute : $0.time })
        // The rows of that seal were found already; alone it is, too.
        guard case .backdated? = log.finding() else {
            Issue.record("found \(String(describing: log.finding()))")
            return
        }
        var watch = TimeWatch()
        var seal = Seal()
        seal.time = 11 * Self.minute
        try watch.take(seal)
        seal.number = 2
        seal.time = 0
        #expect(throws: LogFinding.backdatedSeal(number: 2, seconds: 660)) { try watch.take(seal) }
    }

    /// Sealing was down for a day: that is no lie, and the summary says how long rows waited.
    @Test func rowsThatWereSealedLateAreSaidToBe() throws {
        let late = 1_440 * Self.minute
        let log = try TestLog.make(
            checkpoints: [], changeSeal: { if $0.number > 1 { $0.time += late } })
        let summary = try log.verify()
        #expect(summary.longestWait?.row.sequence == 5)
        #expect(summary.longestWait?.microseconds == late + 3_000_000)
    }

    @Test func rowsThatAreLeftWithoutASealForAnHourAreFound() throws {
        for (after, isFound) in [(60 * Self.minute, false), (60 * Self.minute + 1, true)] {
            let log = try TestLog.make { row in
                if row.sequence == 12 { row.time = TestLog.rowTime(11) + after }
            }
            let found = log.finding()
            guard isFound else {
                #expect(found == nil)
                continue
            }
            guard case .unsealed(let row, 3_600)? = found else {
                Issue.record("found \(String(describing: found))")
                return
            }
            #expect(row.sequence == 11)
        }
    }

    @Test func aCheckpointThatIsDatedBeforeItsSealIsFound() throws {
        let log = try TestLog.make(changeSeal: { $0.time += 16 * Self.minute })
        guard case .badCheckpoint(1, _)? = log.finding() else {
            Issue.record("found \(String(describing: log.finding()))")
            return
        }
    }

    /// The operator leaves a municipality's place empty while it seals the log: whoever keeps such
    /// checkpoints would be held by nothing.
    @Test func aCheckpointThatDeniesTheSealsThatThereWereIsFound() throws {
        for (after, isFound) in [(15 * Self.minute, false), (15 * Self.minute + 1, true)] {
            let log = try TestLog.make(
                checkpoints: [0, 10],
                entryTime: { TestLog.sealTime(max(4, $0)) + ($0 == 0 ? after : 0) })
            let denied = LogFinding.badCheckpoint(
                size: 1, why: "it says that the log had no seal, and is dated after seal 1")
            #expect(log.finding(kept: log.notes) == (isFound ? denied : nil))
            // Also in a part that begins behind that seal.
            #expect(
                log.finding(in: try log.afterFirstSeal(), kept: log.notes, part: true)
                    == (isFound ? denied : nil))
        }
    }

    /// Or it leaves the place as it was after the first seal, which costs it that seal alone.
    @Test func aCheckpointThatDeniesLaterSealsIsFound() throws {
        for (after, isFound) in [(15 * Self.minute, false), (15 * Self.minute + 1, true)] {
            for last in [4, 7] {
                let log = try TestLog.make(
                    checkpoints: [last],
                    entryTime: { TestLog.sealTime($0 + 3) + after })
                let denied = LogFinding.badCheckpoint(
                    size: 1,
                    why: "it speaks of \(last) rows, and is dated after seal \(last == 4 ? 2 : 3)")
                #expect(log.finding(kept: log.notes) == (isFound ? denied : nil))
            }
        }
    }

    /// Anybody can write any number into a file.
    @Test func numbersAtTheirLimitsDoNotTrap() throws {
        for time in [Int64.min, .max] {
            let log = try TestLog.make { if $0.sequence == 6 { $0.time = time } }
            #expect(log.finding() != nil)
            // Without a seal a row's time is compared with the clock alone.
            let rows = try TestLog.make(checkpoints: []) { $0.time = time }.body.filter {
                if case .row = $0 { true } else { false }
            }
            let summary = try log.verify(TestLog.export([], rows))
            #expect(summary.unsealedAge(at: 1) == (time == .min ? .max : 0))
        }
    }

    /// The operator can sign any number.
    @Test func aSealWithTheLargestNumberDoesNotTrap() throws {
        let log = try TestLog.make()
        var items = try log.afterFirstSeal([])
        guard case .start(var start) = items[0], var seal = start.seal else {
            Issue.record("no start")
            return
        }
        seal.number = .max
        try seal.sign(with: log.key, schema: TestLog.schema)
        start.seal = seal
        items[0] = .start(start)
        #expect(log.finding(in: items, part: true) == .missingSeal(number: 0))
        var full = try MerkleFrontier(
            size: .max, subtrees: Array(repeating: Seal.none, count: UInt64.bitWidth))
        #expect(throws: ProofError.malformed(what: "frontier")) { try full.append(Seal.none) }
    }
}
