@testable import AuditProof

/// Twelve rows a second apart; seals after the fourth, seventh and tenth, a second later; checkpoints over
/// the heads of three tenants after some of the rows.
struct TestLog {
    static let schema = "m837"
    static let origin = "icds.example/audit"

    let key: SigningKey
    /// The start, proofs, rows and seals, the end.
    let items: [LogItem]
    let proofs: [HeadProof]
    var notes: [SignedNote] { proofs.map(\.note) }

    func verify(
        _ items: [LogItem]? = nil, kept: [SignedNote] = [], part: Bool = false,
        schema: String = Self.schema
    ) throws -> LogSummary {
        var verifier = try LogVerifier(
            schema: schema, keys: [try NoteKey(name: Self.origin, key: key.publicKey)], kept: kept,
            allowsPart: part)
        for item in items ?? self.items { try verifier.take(item) }
        return try verifier.finish()
    }

    func finding(
        in items: [LogItem]? = nil, kept: [SignedNote] = [], part: Bool = false
    ) -> LogFinding? {
        do {
            _ = try verify(items, kept: kept, part: part)
            return nil
        } catch {
            return error as? LogFinding
        }
    }

    /// The rows and seals after the start and the proofs, without the end.
    var body: [LogItem] { Array(items[(1 + proofs.count)..<(items.count - 1)]) }

    /// An export with these items and a fitting end.
    static func export(
        _ proofs: [HeadProof], _ body: [LogItem], start: LogStart = LogStart(schema: schema)
    ) -> [LogItem] {
        var end = LogEnd(rowCount: 0, sealCount: 0, proofCount: UInt64(proofs.count))
        for item in body {
            if case .row = item { end.rowCount += 1 }
            if case .seal = item { end.sealCount += 1 }
        }
        return [.start(start)] + proofs.map { .proof($0) } + body + [.end(end)]
    }

    /// What comes behind the first seal.
    func afterFirstSeal(_ proofs: [HeadProof]? = nil, until: Int64? = nil) throws -> [LogItem] {
        var frontier = MerkleFrontier()
        for case .row(let row, let leaf) in body where row.sequence <= 4 {
            try frontier.append(leaf)
        }
        guard case .seal(let seal) = body[4] else { return [] }
        return Self.export(
            proofs ?? self.proofs, Array(body.dropFirst(5)),
            start: LogStart(
                schema: Self.schema, seal: seal, frontier: frontier.subtrees, until: until))
    }

    /// What comes up to the second seal, as it was asked for.
    func untilSecondSeal(_ proofs: [HeadProof]? = nil) -> [LogItem] {
        Self.export(
            proofs ?? self.proofs, Array(body.prefix(9)),
            start: LogStart(schema: Self.schema, until: Self.sealTime(7)))
    }

    // MARK: Making one

    static func rowTime(_ number: Int) -> Int64 { Int64(number) * 1_000_000 }
    static func sealTime(_ number: Int) -> Int64 { rowTime(number + 1) }

    /// - Parameters:
    ///   - checkpoints: after which rows there are checkpoints; 0 for one that says there is no seal.
    ///   - change: what is another than usual of a row, before it is sealed.
    ///   - changeSeal: the same of a seal, before it is signed.
    ///   - entryTime: when the checkpoint after a row is dated.
    static func make(
        key given: SigningKey? = nil, checkpoints: [Int] = [7, 10],
        change: (inout AuditRow) -> Void = { _ in }, changeSeal: (inout Seal) -> Void = { _ in },
        entryTime: (Int) -> Int64 = { $0 == 0 ? 0 : sealTime($0) }
    ) throws -> TestLog {
        let key = try given ?? SigningKey.generate()
        var items: [LogItem] = []
        var frontier = MerkleFrontier()
        var operatorLog = MerkleFrontier()
        var previous = Seal.none
        var proofs: [HeadProof] = []
        var first: LogPosition?
        if checkpoints.contains(0) {
            proofs.append(try proof(nil, entryTime(0), &operatorLog, key))
        }
        for number in 1...12 {
            var row = row(number)
            change(&row)
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
            seal.time = sealTime(number)
            changeSeal(&seal)
            try seal.sign(with: key, schema: schema)
            previous = try seal.hash(schema: schema)
            first = nil
            items.append(.seal(seal))
            guard checkpoints.contains(number) else { continue }
            let head = LogHead(
                schema: schema, sealNumber: seal.number, treeSize: seal.treeSize, root: seal.root,
                sealHash: previous)
            proofs.append(try proof(head, entryTime(number), &operatorLog, key))
        }
        return TestLog(key: key, items: export(proofs, items), proofs: proofs)
    }

    private static func row(_ number: Int) -> AuditRow {
        var row = AuditRow()
        row.sequence = Int64(number)
        row.transaction = UInt64(1_000 + number)
        row.time = rowTime(number)
        row.actorKind = "municipality"
        row.actorCode = "837"
        row.method = "icds.v1.ClientService/GetClient"
        row.outcome = 1
        row.purpose = 1
        row.personal = [1, 2, 3]
        row.nonce = [UInt8](repeating: UInt8(number), count: 16)
        return row
    }

    private static func proof(
        _ head: LogHead?, _ time: Int64, _ operatorLog: inout MerkleFrontier, _ key: SigningKey
    ) throws -> HeadProof {
        let others = try ["m091", "m564"].map {
            LogHead(
                schema: $0, sealNumber: 1, treeSize: 1, root: try SHA256.hash([0]),
                sealHash: try SHA256.hash([1]))
        }
        let leaves = try HeadTree.leaves(others + (head.map { [$0] } ?? []))
        return try proof(head, leaves, place: 837, time, &operatorLog, key)
    }

    static func proof(
        _ head: LogHead?, _ leaves: [[UInt8]], place: Int, _ time: Int64,
        _ operatorLog: inout MerkleFrontier, _ key: SigningKey
    ) throws -> HeadProof {
        let entry = CheckpointEntry(
            number: operatorLog.size + 1, time: time, headsRoot: try MerkleHash.root(leaves))
        // The last leaf's path is what the tree consisted of before it.
        let path = Array(operatorLog.subtrees.reversed())
        try operatorLog.append(try entry.leaf())
        let checkpoint = Checkpoint(
            origin: origin, size: operatorLog.size, root: try operatorLog.root())
        return HeadProof(
            note: try checkpoint.signed(by: key), entry: entry, entryPath: path, head: head,
            headPath: try MerkleProof.inclusion(of: place, in: leaves))
    }
}
