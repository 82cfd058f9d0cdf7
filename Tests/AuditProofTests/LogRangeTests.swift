import Testing

@testable import AuditProof

/// Exports of a part of a log, and checkpoints that speak of another part of it.
@Suite struct LogRangeTests {
    @Test func aPartOfALogVerifiesFromTheSealBefore() throws {
        let log = try TestLog.make()
        let items = try log.afterFirstSeal()
        let summary = try log.verify(items, kept: log.notes, part: true)
        #expect(summary.rowCount == 8)
        #expect(summary.startSize == 4 && summary.treeSize == 10)
        #expect(summary.agreeing.map(\.checkpoint.size) == [1, 2])
        // What the first seal covers is not in it.
        guard case .start(var start) = items[0] else { return }
        start.frontier[0][0] ^= 1
        #expect(throws: LogFinding.badStart(number: 1)) {
            try log.verify([.start(start)] + items.dropFirst(), part: true)
        }
    }

    /// Whoever expects the whole log is not content with a part of it, however well that verifies.
    @Test func aPartIsNotTakenForTheWhole() throws {
        let log = try TestLog.make()
        #expect(throws: LogFinding.partial) { try log.verify(try log.afterFirstSeal()) }
        #expect(throws: LogFinding.partial) { try log.verify(log.untilSecondSeal()) }
    }

    /// Such as the checkpoint of yesterday, kept, and an export that ends with January.
    @Test func aKeptCheckpointOfLaterRowsIsNoAccusationOfAPartThatEndsEarlier() throws {
        let log = try TestLog.make()
        let summary = try log.verify(log.untilSecondSeal(), kept: log.notes, part: true)
        #expect(summary.isCut && summary.treeSize == 7)
        #expect(summary.agreeing.map(\.checkpoint.size) == [1])
        #expect(summary.outside.map(\.checkpoint.size) == [2])
        #expect(summary.outside.map(\.isKept) == [true])
        // With that one alone nothing is shown.
        #expect(throws: LogFinding.unwitnessed) {
            try log.verify(log.untilSecondSeal(), kept: [log.notes[1]], part: true)
        }
    }

    /// Such as the checkpoint of last year, kept, and an export that begins with January.
    @Test func aKeptCheckpointOfEarlierRowsIsNoAccusationOfAPartThatBeginsLater() throws {
        let log = try TestLog.make(checkpoints: [4, 7, 10])
        let rest = Array(log.body.dropFirst(9))
        var frontier = MerkleFrontier()
        for case .row(let row, let leaf) in log.body where row.sequence <= 7 {
            try frontier.append(leaf)
        }
        guard case .seal(let seal) = log.body[8] else { return }
        let items = TestLog.export(
            log.proofs, rest,
            start: LogStart(schema: TestLog.schema, seal: seal, frontier: frontier.subtrees))
        let summary = try log.verify(items, kept: log.notes, part: true)
        #expect(summary.outside.map(\.checkpoint.size) == [1])
        #expect(summary.agreeing.map(\.checkpoint.size) == [2, 3], "the seal before counts")
        #expect(throws: LogFinding.unwitnessed) {
            try log.verify(items, kept: [log.notes[0]], part: true)
        }
    }

    /// An operator that leaves the end out says that it was asked to; but the seals show where it came to.
    @Test func anEndThatNobodyAskedForIsFound() throws {
        let log = try TestLog.make()
        let items = TestLog.export(
            log.proofs, Array(log.body.prefix(9)),
            start: LogStart(schema: TestLog.schema, until: TestLog.sealTime(10)))
        #expect(throws: LogFinding.truncated(checkpoint: 2, sealed: 10, found: 7)) {
            try log.verify(items, part: true)
        }
    }

    /// It was kept before the municipality took the service into use, and goes on being shown.
    @Test func aKeptCheckpointFromBeforeTheFirstSealAgrees() throws {
        let log = try TestLog.make(checkpoints: [0, 7])
        let summary = try log.verify(kept: log.notes)
        #expect(summary.agreeing.map(\.treeSize) == [0, 7])
        let early = try log.verify(kept: [log.notes[0]])
        #expect(early.strongest(isKept: true) == nil, "it holds no row")
        #expect(early.agreeing.first?.isKept == true)
    }

    /// Two checkpoints of one size of the log name two histories, also where the rows are not there.
    @Test func headsThatContradictEachOtherAreFoundOutsideTheRows() throws {
        let log = try TestLog.make()
        let other = try TestLog.make(key: log.key, checkpoints: [4, 7, 10]) { $0.purpose = 3 }
        let proofs = [log.proofs[1], other.proofs[2]]
        #expect(throws: LogFinding.rewritten(checkpoint: 3, sealed: 10)) {
            try log.verify(log.untilSecondSeal(proofs), part: true)
        }
    }

    /// A checkpoint speaks of a size that the log had between two of its seals.
    @Test func aSizeThatNoSealHasIsFound() throws {
        let log = try TestLog.make()
        var operatorLog = MerkleFrontier()
        guard var head = log.proofs[0].head else { return }
        head.treeSize = 6
        let proof = try TestLog.proof(
            head, try HeadTree.leaves([head]), place: 837, TestLog.sealTime(7), &operatorLog,
            log.key)
        #expect(throws: LogFinding.rewritten(checkpoint: 1, sealed: 6)) {
            try log.verify(TestLog.export([proof], log.body))
        }
    }
}
