import Testing

@testable import AuditProof

/// A log made here, as an honest operator makes one, and what a verifier finds where it is not.
@Suite struct LogVerifierTests {
    @Test func anHonestLogVerifies() throws {
        let log = try TestLog.make()
        let summary = try log.verify(witnessed: log.notes)
        #expect(summary.rowCount == 12)
        #expect(summary.sealCount == 3)
        #expect(summary.treeSize == 10)
        #expect(summary.unsealedRowCount == 2)
        #expect(summary.checkpoints == [1, 2])
    }

    @Test func aPartOfALogVerifiesFromTheSealBefore() throws {
        let log = try TestLog.make()
        let summary = try log.verify(try log.itemsAfterFirstSeal())
        #expect(summary.rowCount == 8)
        #expect(summary.treeSize == 10)
        #expect(summary.checkpoints == [1, 2])
        // What the first seal covers is not in it.
        var items = try log.itemsAfterFirstSeal()
        guard case .start(var start) = items[0] else { return }
        start.frontier[0][0] ^= 1
        items[0] = .start(start)
        #expect(throws: LogFinding.badStart(number: 1)) { try log.verify(items) }
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
        guard case .row(var row, _) = items[6] else { return }
        row.purpose += 1
        items[6] = .row(row, leaf: try row.leaf(schema: TestLog.schema))
        let finding = log.finding(in: items)
        guard case .rowsChanged(2, _, _)? = finding else {
            Issue.record("found \(String(describing: finding))")
            return
        }
    }

    @Test func missingAddedAndReorderedRowsAreFound() throws {
        let log = try TestLog.make()
        var items = log.items
        items.remove(at: 6)
        let finding = log.finding(in: items)
        guard case .rowCount(2, 3, 2, _, _)? = finding else {
            Issue.record("found \(String(describing: finding))")
            return
        }
        items = log.items
        items.swapAt(6, 7)
        let second = log.finding(in: items)
        guard case .outOfOrder? = second else {
            Issue.record("found \(String(describing: second))")
            return
        }
        items = log.items
        items.insert(items[6], at: 7)
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
        // The last seal and everything that it covers, and the rows after it.
        var items = log.items.filter {
            switch $0 {
            case .seal(let seal): seal.number < 3
            case .row(let row, _): row.sequence < 8
            default: true
            }
        }
        items[items.count - 1] = .end(LogEnd(rowCount: 7, sealCount: 2, proofCount: 2))
        #expect(throws: LogFinding.truncated(checkpoint: 2, sealed: 10, found: 7)) {
            try log.verify(items)
        }
    }

    @Test func aRewrittenChainIsFound() throws {
        let log = try TestLog.make()
        // With a key of the forger's own.
        let forged = try TestLog.make(purpose: 3)
        #expect(throws: LogFinding.badSealSignature(number: 1)) {
            try log.verify(forged.items)
        }
        // With the operator's key, against a checkpoint that somebody kept.
        let rewritten = try TestLog.make(key: log.key, purpose: 3)
        _ = try log.verify(rewritten.items)
        #expect(throws: LogFinding.forked(checkpoint: 1)) {
            try log.verify(rewritten.items, witnessed: [log.notes[0]])
        }
        // The forger can show the proof of the true head only, which is not of these rows.
        let items = rewritten.items.filter { if case .proof = $0 { false } else { true } }
        let proofs: [LogItem] = log.proofs.map { .proof($0) }
        let mixed: [LogItem] = Array(items.dropLast()) + proofs + [items[items.count - 1]]
        #expect(throws: LogFinding.rewritten(checkpoint: 1, sealed: 7)) {
            try log.verify(mixed, witnessed: [log.notes[0]])
        }
        // Or none at all.
        #expect(throws: LogFinding.unproven(checkpoint: 1)) {
            try log.verify(
                Array(items.dropLast()) + [.end(LogEnd(rowCount: 12, sealCount: 3, proofCount: 0))],
                witnessed: [log.notes[0]])
        }
    }

    @Test func aSealOfAnotherChainIsFound() throws {
        let log = try TestLog.make()
        let other = try TestLog.make(key: log.key, purpose: 3)
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
            { $0.headPath = [] }, { $0.headIndex += 1 }, { $0.entry.time += 1 },
            { $0.entryPath.append([UInt8](repeating: 0, count: 32)) }, { $0.head.treeSize -= 1 },
            { $0.head.schema = "m091" },
        ]
        for change in changes {
            var items = log.items
            guard case .proof(var proof) = items[items.count - 2] else { return }
            change(&proof)
            items[items.count - 2] = .proof(proof)
            let finding = log.finding(in: items)
            guard case .badCheckpoint(2, _)? = finding else {
                Issue.record("found \(String(describing: finding))")
                return
            }
        }
    }
}

/// Twelve rows; seals after the fourth, seventh and tenth; checkpoints after the second and the third
/// seal, over the heads of three tenants.
struct TestLog {
    static let schema = "m837"
    static let origin = "icds.example/audit"

    let key: SigningKey
    let items: [LogItem]
    let proofs: [HeadProof]
    var notes: [SignedNote] { proofs.map(\.note) }

    func verify(
        _ items: [LogItem]? = nil, witnessed: [SignedNote] = []
    ) throws -> LogVerifier.Summary {
        var verifier = try LogVerifier(
            keys: [try NoteKey(name: Self.origin, key: key.publicKey)], witnessed: witnessed)
        for item in items ?? self.items { try verifier.take(item) }
        return try verifier.finish()
    }

    func finding(in items: [LogItem]) -> LogFinding? {
        do {
            _ = try verify(items)
            return nil
        } catch {
            return error as? LogFinding
        }
    }

    func itemsAfterFirstSeal() throws -> [LogItem] {
        var frontier = MerkleFrontier()
        for case .row(let row, let leaf) in items.prefix(5) where row.sequence <= 4 {
            try frontier.append(leaf)
        }
        guard case .seal(let seal) = items[5] else { return [] }
        let start = LogStart(schema: Self.schema, seal: seal, frontier: frontier.subtrees)
        return [.start(start)] + items[6..<items.count - 1]
            + [.end(LogEnd(rowCount: 8, sealCount: 2, proofCount: 2))]
    }

    static func make(key given: SigningKey? = nil, purpose: Int16 = 1) throws -> TestLog {
        let key = try given ?? SigningKey.generate()
        var items: [LogItem] = [.start(LogStart(schema: schema))]
        var frontier = MerkleFrontier()
        var operatorLog = MerkleFrontier()
        var previous = Seal.none
        var proofs: [HeadProof] = []
        var first: LogPosition?
        for number in 1...12 {
            let row = row(number, purpose: purpose)
            let leaf = try row.leaf(schema: schema)
            items.append(.row(row, leaf: leaf))
            try frontier.append(leaf)
            first = first ?? row.position
            guard [4, 7, 10].contains(number) else { continue }
            var seal = Seal()
            seal.number = UInt64((number - 1) / 3)
            seal.first = first ?? row.position
            seal.last = row.position
            seal.rowCount = number == 4 ? 4 : 3
            seal.treeSize = UInt64(number)
            seal.root = try frontier.root()
            seal.previous = previous
            try seal.sign(with: key, schema: schema)
            previous = try seal.hash(schema: schema)
            first = nil
            items.append(.seal(seal))
            if number > 4 { proofs.append(try proof(seal, previous, &operatorLog, key)) }
        }
        items += proofs.map { .proof($0) }
        items.append(.end(LogEnd(rowCount: 12, sealCount: 3, proofCount: 2)))
        return TestLog(key: key, items: items, proofs: proofs)
    }

    /// Each transaction has one row; the numbers of rows and transactions run against each other only
    /// in the third seal.
    private static func row(_ number: Int, purpose: Int16) -> AuditRow {
        var row = AuditRow()
        row.sequence = Int64(number)
        row.transaction = UInt64(1_000 + number)
        row.time = Int64(number) * 1_000_000
        row.actorKind = "municipality"
        row.actorCode = "837"
        row.method = "icds.v1.ClientService/GetClient"
        row.outcome = 1
        row.purpose = purpose
        row.personal = [1, 2, 3]
        row.nonce = [UInt8](repeating: UInt8(number), count: 16)
        return row
    }

    private static func proof(
        _ seal: Seal, _ sealHash: [UInt8], _ operatorLog: inout MerkleFrontier, _ key: SigningKey
    ) throws -> HeadProof {
        let head = LogHead(
            schema: schema, sealNumber: seal.number, treeSize: seal.treeSize, root: seal.root,
            sealHash: sealHash)
        let others = try ["m091", "m564"].map {
            try LogHead(
                schema: $0, sealNumber: 1, treeSize: 1, root: SHA256.hash([0]),
                sealHash: SHA256.hash([1])
            ).leaf()
        }
        let leaves = [others[0], others[1], try head.leaf()]
        let entry = CheckpointEntry(
            number: operatorLog.size + 1, time: seal.time, headCount: 3,
            headsRoot: try MerkleHash.root(leaves))
        // The last leaf's path is what the tree consisted of before it.
        let path = Array(operatorLog.subtrees.reversed())
        try operatorLog.append(try entry.leaf())
        let checkpoint = Checkpoint(
            origin: origin, size: operatorLog.size, root: try operatorLog.root())
        return HeadProof(
            note: try checkpoint.signed(by: key), entry: entry, entryPath: path, head: head,
            headIndex: 2, headPath: try MerkleProof.inclusion(of: 2, in: leaves))
    }
}
