import Testing

@testable import AuditProof

/// A log made here, as an honest operator makes one, and what a verifier finds where it is not.
@Suite struct LogVerifierTests {
    @Test func anHonestLogVerifies() throws {
        let log = try TestLog.make()
        let summary = try log.verify(kept: log.notes)
        #expect(summary.rowCount == 12)
        #expect(summary.sealCount == 3)
        #expect(summary.startSize == 0 && summary.treeSize == 10)
        #expect(summary.unsealedRowCount == 2)
        #expect(summary.agreeing.map(\.checkpoint.size) == [1, 2])
        #expect(summary.agreeing.map(\.treeSize) == [7, 10])
        #expect(summary.outside.isEmpty)
        #expect(summary.lastRowTime == TestLog.rowTime(12))
        #expect(summary.lastSealTime == TestLog.sealTime(10))
        #expect(summary.unsealedSince == TestLog.rowTime(11))
        // The fourth second after the first row is when the first seal was made.
        #expect(summary.longestWait?.row.sequence == 1)
        #expect(summary.longestWait?.microseconds == 4_000_000)
    }

    @Test func theSummarySaysWhatIsHeldByWhat() throws {
        let log = try TestLog.make()
        let summary = try log.verify(kept: [log.notes[0]])
        #expect(summary.strongest(isKept: true)?.treeSize == 7)
        #expect(summary.strongest(isKept: true)?.time == TestLog.sealTime(7))
        #expect(summary.strongest(isKept: false)?.treeSize == 10)
        let alone = try log.verify()
        #expect(alone.strongest(isKept: true) == nil)
        #expect(alone.strongest(isKept: false)?.treeSize == 10)
    }

    @Test func anotherMunicipalitysLogIsNotTakenForOnes() throws {
        let log = try TestLog.make()
        #expect(throws: LogFinding.otherLog(schema: "m837")) { try log.verify(schema: "m091") }
    }

    @Test func aChangedRowIsNamed() throws {
        let log = try TestLog.make()
        for (index, item) in log.items.enumerated() {
            guard case .row(var row, let leaf) = item else { continue }
            row.purpose += 1
            var items = log.items
            items[index] = .row(row, leaf: leaf)
            #expect(throws: LogFinding.badLeaf(row.position)) { try log.verify(items) }
        }
    }

    @Test func aRowThatIsRewrittenWithItsLeafIsFound() throws {
        let log = try TestLog.make()
        var items = log.items
        guard case .row(var row, _) = items[8] else { return }
        row.purpose += 1
        items[8] = .row(row, leaf: try row.leaf(schema: TestLog.schema))
        let finding = log.finding(in: items)
        guard case .rowsChanged(2, _, _)? = finding else {
            Issue.record("found \(String(describing: finding))")
            return
        }
    }

    @Test func missingAddedAndReorderedRowsAreFound() throws {
        let log = try TestLog.make()
        var items = log.items
        items.remove(at: 8)
        let finding = log.finding(in: items)
        guard case .rowCount(2, 3, 2, _, _)? = finding else {
            Issue.record("found \(String(describing: finding))")
            return
        }
        items = log.items
        items.swapAt(8, 9)
        let second = log.finding(in: items)
        guard case .outOfOrder? = second else {
            Issue.record("found \(String(describing: second))")
            return
        }
        items = log.items
        items.insert(items[8], at: 9)
        #expect(throws: LogFinding.self) { try log.verify(items) }
    }

    @Test func aMissingSealIsNamed() throws {
        let log = try TestLog.make()
        for number: UInt64 in [1, 2] {
            let items = log.items.filter {
                if case .seal(let seal) = $0 { return seal.number != number }
                return true
            }
            #expect(throws: LogFinding.missingSeal(number: number)) { try log.verify(items) }
        }
    }

    @Test func aTruncatedLogIsFoundByTheCheckpointInTheExport() throws {
        let log = try TestLog.make()
        // Without the last seal and everything that it covers, and the rows after it.
        let items = TestLog.export(log.proofs, Array(log.body.prefix(9)))
        #expect(throws: LogFinding.truncated(checkpoint: 2, sealed: 10, found: 7)) {
            try log.verify(items)
        }
        // Also where a part will do: nobody asked for the end to be left out.
        #expect(throws: LogFinding.truncated(checkpoint: 2, sealed: 10, found: 7)) {
            try log.verify(items, part: true)
        }
    }

    @Test func aRewrittenChainIsFound() throws {
        let log = try TestLog.make()
        // With a key of the forger's own.
        let forged = try TestLog.make { $0.purpose = 3 }
        #expect(throws: LogFinding.badCheckpoint(size: 1, why: Self.unsigned)) {
            try log.verify(forged.items)
        }
        #expect(throws: LogFinding.badSealSignature(number: 1)) {
            try log.verify(TestLog.export([], forged.body))
        }
        // With the operator's key, against a checkpoint that somebody kept.
        let rewritten = try TestLog.make(key: log.key) { $0.purpose = 3 }
        _ = try log.verify(rewritten.items)
        #expect(throws: LogFinding.forked(checkpoint: 1)) {
            try log.verify(rewritten.items, kept: [log.notes[0]])
        }
        // The forger can show the proof of the true head only, which is not of these rows.
        #expect(throws: LogFinding.rewritten(checkpoint: 1, sealed: 7)) {
            try log.verify(TestLog.export(log.proofs, rewritten.body), kept: [log.notes[0]])
        }
        // Or none at all.
        #expect(throws: LogFinding.unproven(checkpoint: 1)) {
            try log.verify(TestLog.export([], rewritten.body), kept: [log.notes[0]])
        }
        // Both, one for each who asks.
        #expect(throws: LogFinding.forked(checkpoint: 1)) {
            try log.verify(
                TestLog.export([log.proofs[0], rewritten.proofs[0]], rewritten.body))
        }
    }

    private static let unsigned = "it is signed by none of the keys given"

    @Test func aSealOfAnotherChainIsFound() throws {
        let log = try TestLog.make()
        let other = try TestLog.make(key: log.key) { $0.purpose = 3 }
        let items = zip(log.items, other.items).map { own, foreign in
            if case .seal(let seal) = own, seal.number == 2 { return foreign }
            return own
        }
        #expect(throws: LogFinding.brokenChain(number: 2)) { try log.verify(items) }
    }

    @Test func anExportThatIsCutOffIsFound() throws {
        let log = try TestLog.make()
        for count in 0..<log.items.count {
            #expect(throws: LogFinding.self) { try log.verify(Array(log.items.prefix(count))) }
        }
    }

    @Test func proofsThatDoNotLeadToTheirCheckpointAreFound() throws {
        let log = try TestLog.make()
        let changes: [(inout HeadProof) -> Void] = [
            { $0.headPath = [] }, { $0.headPath.swapAt(0, 1) }, { $0.entry.time += 1 },
            { $0.entryPath.append([UInt8](repeating: 0, count: 32)) },
            { $0.head?.treeSize -= 1 }, { $0.head?.schema = "m091" }, { $0.head = nil },
        ]
        for change in changes {
            var proof = log.proofs[1]
            change(&proof)
            let finding = log.finding(in: TestLog.export([log.proofs[0], proof], log.body))
            guard case .badCheckpoint(2, _)? = finding else {
                Issue.record("found \(String(describing: finding))")
                return
            }
        }
    }

    @Test func checkpointsBehindTheRowsAreNotLookedAt() throws {
        let log = try TestLog.make()
        var items = TestLog.export([log.proofs[0]], log.body)
        items.insert(.proof(log.proofs[1]), at: items.count - 1)
        let finding = log.finding(in: items)
        #expect(finding == .incomplete(what: "checkpoints follow the rows"))
    }
}
