/// Verifies an export, item by item, with nothing but the keys: neither the operator nor the database
/// need be trusted or asked. What it keeps grows with the seals, not with the rows.
public struct LogVerifier: Sendable {
    /// What was found right.
    public struct Summary: Sendable, Equatable {
        public var schema = ""
        public var rowCount: UInt64 = 0
        public var sealCount: UInt64 = 0
        /// Rows at the end that no seal covers yet: nothing is proven of them but that each fits its leaf.
        public var unsealedRowCount: UInt64 = 0
        /// How many rows the tenant's log has up to the last seal.
        public var treeSize: UInt64 = 0
        /// Sizes of the checkpoints that the log agrees with, ascending.
        public var checkpoints: [UInt64] = []
    }

    private struct Sealed {
        let number: UInt64
        let root: [UInt8]
        let hash: [UInt8]
    }

    private let keys: [NoteKey]
    private let witnessed: [UInt64: Checkpoint]
    private var summary = Summary()
    private var hasStarted = false
    private var hasEnded = false
    private var isAfterRows = false
    private var frontier = MerkleFrontier()
    /// How many rows came before the export's first.
    private var startSize: UInt64 = 0
    private var lastPosition = LogPosition.start
    private var pending: [LogPosition] = []
    private var pendingCount: UInt64 = 0
    private var lastSeal: (number: UInt64, hash: [UInt8]) = (0, Seal.none)
    private var sealedByTreeSize: [UInt64: Sealed] = [:]
    private var proven: Set<UInt64> = []
    private var proofCount: UInt64 = 0

    /// - Parameters:
    ///   - keys: of the operator, the present one and earlier ones.
    ///   - witnessed: checkpoints that somebody kept. Each must be signed by one of the keys.
    /// - Throws: `LogFinding.badCheckpoint`, `LogFinding.forked`; `ProofError`.
    public init(keys: [NoteKey], witnessed: [SignedNote] = []) throws {
        self.keys = keys
        var bySize: [UInt64: Checkpoint] = [:]
        for note in witnessed {
            let checkpoint = try Self.verified(note, by: keys)
            if let other = bySize[checkpoint.size], other != checkpoint {
                throw LogFinding.forked(checkpoint: checkpoint.size)
            }
            bySize[checkpoint.size] = checkpoint
        }
        self.witnessed = bySize
    }

    /// - Throws: `LogFinding`, the first; `ProofError` where OpenSSL fails.
    public mutating func take(_ item: LogItem) throws {
        guard !hasEnded else { throw LogFinding.incomplete(what: "something follows its end") }
        switch item {
        case .start(let start):
            guard !hasStarted else { throw LogFinding.incomplete(what: "it begins twice") }
            try begin(start)
        case .row(let row, let leaf): try take(row, leaf)
        case .seal(let seal): try take(seal)
        case .proof(let proof): try take(proof)
        case .end(let end): try take(end)
        }
    }

    /// What was found, once all items were taken.
    ///
    /// - Throws: `LogFinding.incomplete` where the export has no end; `LogFinding.unproven`.
    public func finish() throws -> Summary {
        guard hasEnded else { throw LogFinding.incomplete(what: "its end is missing") }
        if let size = witnessed.keys.sorted().first(where: { !proven.contains($0) }) {
            throw LogFinding.unproven(checkpoint: size)
        }
        var summary = summary
        summary.unsealedRowCount = pendingCount
        summary.treeSize = frontier.size - pendingCount
        summary.checkpoints = proven.sorted()
        return summary
    }

    // MARK: Items

    private mutating func begin(_ start: LogStart) throws {
        hasStarted = true
        summary.schema = start.schema
        guard let seal = start.seal else { return }
        guard try seal.isSigned(byOneOf: keys.map(\.key), schema: start.schema) else {
            throw LogFinding.badSealSignature(number: seal.number)
        }
        do {
            frontier = try MerkleFrontier(size: seal.treeSize, subtrees: start.frontier)
        } catch {
            throw LogFinding.badStart(number: seal.number)
        }
        guard try frontier.root() == seal.root else {
            throw LogFinding.badStart(number: seal.number)
        }
        startSize = seal.treeSize
        lastPosition = seal.last
        try remember(seal)
    }

    private mutating func take(_ row: AuditRow, _ leaf: [UInt8]) throws {
        try requireRows()
        guard row.position > lastPosition else { throw LogFinding.outOfOrder(row.position) }
        lastPosition = row.position
        guard try row.leaf(schema: summary.schema) == leaf else {
            throw LogFinding.badLeaf(row.position)
        }
        try frontier.append(leaf)
        if pending.count < 2 { pending.append(row.position) } else { pending[1] = row.position }
        pendingCount += 1
        summary.rowCount += 1
    }

    private mutating func take(_ seal: Seal) throws {
        try requireRows()
        guard seal.number == lastSeal.number + 1 else {
            throw LogFinding.missingSeal(number: lastSeal.number + 1)
        }
        guard try seal.isSigned(byOneOf: keys.map(\.key), schema: summary.schema) else {
            throw LogFinding.badSealSignature(number: seal.number)
        }
        guard seal.previous == lastSeal.hash else {
            throw LogFinding.brokenChain(number: seal.number)
        }
        guard seal.rowCount == pendingCount, seal.treeSize == frontier.size else {
            throw LogFinding.rowCount(
                seal: seal.number, sealed: seal.rowCount, found: pendingCount, from: seal.first,
                to: seal.last)
        }
        guard try frontier.root() == seal.root, pending.first == seal.first,
            pending.last == seal.last
        else {
            throw LogFinding.rowsChanged(seal: seal.number, from: seal.first, to: seal.last)
        }
        try remember(seal)
        pending = []
        pendingCount = 0
        summary.sealCount += 1
    }

    private mutating func remember(_ seal: Seal) throws {
        let hash = try seal.hash(schema: summary.schema)
        lastSeal = (seal.number, hash)
        sealedByTreeSize[seal.treeSize] = Sealed(number: seal.number, root: seal.root, hash: hash)
    }

    private mutating func take(_ proof: HeadProof) throws {
        guard hasStarted else { throw LogFinding.incomplete(what: "its beginning is missing") }
        isAfterRows = true
        proofCount += 1
        let checkpoint = try Self.verified(proof.note, by: keys)
        if let witness = witnessed[checkpoint.size], witness != checkpoint {
            throw LogFinding.forked(checkpoint: checkpoint.size)
        }
        guard try proof.isValid(for: checkpoint), proof.head.schema == summary.schema else {
            throw LogFinding.badCheckpoint(
                size: checkpoint.size, why: "the proof of this log's head does not lead to it")
        }
        guard proof.head.treeSize >= startSize else {
            throw LogFinding.unproven(checkpoint: checkpoint.size)
        }
        guard let sealed = sealedByTreeSize[proof.head.treeSize] else {
            let found = frontier.size - pendingCount
            guard proof.head.treeSize > found else {
                throw LogFinding.rewritten(
                    checkpoint: checkpoint.size, sealed: proof.head.treeSize)
            }
            throw LogFinding.truncated(
                checkpoint: checkpoint.size, sealed: proof.head.treeSize, found: found)
        }
        guard sealed.root == proof.head.root, sealed.hash == proof.head.sealHash,
            sealed.number == proof.head.sealNumber
        else {
            throw LogFinding.rewritten(checkpoint: checkpoint.size, sealed: proof.head.treeSize)
        }
        proven.insert(checkpoint.size)
    }

    private mutating func take(_ end: LogEnd) throws {
        guard hasStarted else { throw LogFinding.incomplete(what: "its beginning is missing") }
        hasEnded = true
        let found = LogEnd(
            rowCount: summary.rowCount, sealCount: summary.sealCount, proofCount: proofCount)
        guard end == found else {
            throw LogFinding.incomplete(
                what: "it says \(end.rowCount) rows, \(end.sealCount) seals, \(end.proofCount) "
                    + "proofs, and has \(found.rowCount), \(found.sealCount), \(found.proofCount)")
        }
    }

    private func requireRows() throws {
        guard hasStarted else { throw LogFinding.incomplete(what: "its beginning is missing") }
        guard !isAfterRows else {
            throw LogFinding.incomplete(what: "rows or seals follow the checkpoints")
        }
    }

    private static func verified(_ note: SignedNote, by keys: [NoteKey]) throws -> Checkpoint {
        do {
            return try Checkpoint.verified(note, by: keys)
        } catch {
            let size = (try? Checkpoint(body: note.body).size) ?? 0
            throw LogFinding.badCheckpoint(size: size, why: "\(error)")
        }
    }
}
