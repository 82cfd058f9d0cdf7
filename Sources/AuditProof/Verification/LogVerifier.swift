/// Verifies an export, item by item, with nothing but the keys: neither the operator nor the database
/// need be trusted or asked. What it keeps grows with the checkpoints, not with rows or seals.
public struct LogVerifier: Sendable {
    private let schema: String
    private let keys: [NoteKey]
    private let allowsPart: Bool
    private var ledger: CheckpointLedger
    private var times = TimeWatch()
    private var summary = LogSummary()
    private var start: LogStart?
    private var hasEnded = false
    private var hasRows = false
    private var frontier = MerkleFrontier()
    private var lastPosition = LogPosition.start
    private var pending: [LogPosition] = []
    private var pendingCount: UInt64 = 0
    private var lastSeal: (number: UInt64, hash: [UInt8]) = (0, Seal.none)
    private var proofCount: UInt64 = 0

    /// - Parameters:
    ///   - schema: of the municipality whose log it should be, such as `m837`.
    ///   - keys: of the operator, the present one and earlier ones.
    ///   - kept: checkpoints that somebody kept. Each must be signed by one of the keys.
    ///   - allowsPart: whether an export will do that does not have the whole log.
    /// - Throws: `LogFinding.badCheckpoint`, `LogFinding.forked`; `ProofError`.
    public init(
        schema: String, keys: [NoteKey], kept: [SignedNote] = [], allowsPart: Bool = false
    ) throws {
        self.schema = schema
        self.keys = keys
        self.allowsPart = allowsPart
        ledger = try CheckpointLedger(keys: keys, kept: kept)
    }

    /// - Throws: `LogFinding`, the first; `ProofError` where OpenSSL fails.
    public mutating func take(_ item: LogItem) throws {
        guard !hasEnded else { throw LogFinding.incomplete(what: "something follows its end") }
        if case .start(let start) = item {
            guard self.start == nil else { throw LogFinding.incomplete(what: "it begins twice") }
            return try begin(start)
        }
        guard let start else { throw LogFinding.incomplete(what: "its beginning is missing") }
        switch item {
        case .start: break
        case .proof(let proof):
            guard !hasRows else {
                throw LogFinding.incomplete(what: "checkpoints follow the rows")
            }
            proofCount += 1
            try ledger.take(proof, of: schema)
        case .row(let row, let leaf): try take(row, leaf)
        case .seal(let seal): try take(seal)
        case .end(let end): try take(end, start)
        }
    }

    /// What was found, once all items were taken.
    ///
    /// - Throws: `LogFinding`.
    public func finish() throws -> LogSummary {
        guard hasEnded else { throw LogFinding.incomplete(what: "its end is missing") }
        var (summary, ledger) = (summary, ledger)
        summary.unsealedRowCount = pendingCount
        summary.treeSize = frontier.size - pendingCount
        summary.unsealedSince = try times.finish()
        summary.lastRowTime = times.lastRowTime
        summary.lastSealTime = times.lastSealTime
        summary.longestWait = times.longestWait
        try ledger.finish(&summary)
        return summary
    }

    // MARK: Items

    private mutating func begin(_ start: LogStart) throws {
        guard start.schema == schema else { throw LogFinding.otherLog(schema: start.schema) }
        self.start = start
        summary.schema = schema
        guard let seal = start.seal else { return }
        guard allowsPart else { throw LogFinding.partial }
        guard try seal.isSigned(byOneOf: keys.map(\.key), schema: schema) else {
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
        summary.startSize = seal.treeSize
        lastPosition = seal.last
        lastSeal = (seal.number, try seal.hash(schema: schema))
        times.begin(seal)
    }

    /// All proofs are there once the first row or seal comes.
    private mutating func beginRows() throws {
        guard !hasRows else { return }
        hasRows = true
        guard let seal = start?.seal else { return }
        try ledger.meet(seal, hash: lastSeal.hash, isStart: true)
    }

    private mutating func take(_ row: AuditRow, _ leaf: [UInt8]) throws {
        try beginRows()
        guard row.position > lastPosition else { throw LogFinding.outOfOrder(row.position) }
        lastPosition = row.position
        guard try row.leaf(schema: schema) == leaf else {
            throw LogFinding.badLeaf(row.position)
        }
        try times.take(row)
        try frontier.append(leaf)
        if pending.count < 2 { pending.append(row.position) } else { pending[1] = row.position }
        pendingCount += 1
        summary.rowCount += 1
    }

    private mutating func take(_ seal: Seal) throws {
        try beginRows()
        let (next, isOver) = lastSeal.number.addingReportingOverflow(1)
        guard !isOver, seal.number == next else { throw LogFinding.missingSeal(number: next) }
        guard try seal.isSigned(byOneOf: keys.map(\.key), schema: schema) else {
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
        try times.take(seal)
        let hash = try seal.hash(schema: schema)
        lastSeal = (seal.number, hash)
        try ledger.meet(seal, hash: hash)
        pending = []
        pendingCount = 0
        summary.sealCount += 1
    }

    private mutating func take(_ end: LogEnd, _ start: LogStart) throws {
        try beginRows()
        hasEnded = true
        let found = LogEnd(
            rowCount: summary.rowCount, sealCount: summary.sealCount, proofCount: proofCount)
        guard end == found else {
            throw LogFinding.incomplete(
                what: "it says \(end.rowCount) rows, \(end.sealCount) seals, \(end.proofCount) "
                    + "proofs, and has \(found.rowCount), \(found.sealCount), \(found.proofCount)")
        }
        // Only with a seal of that moment or later has it come to where it was asked to end.
        guard let until = start.until, let last = times.lastSealTime, last >= until,
            summary.sealCount > 0, pendingCount == 0
        else { return }
        guard allowsPart else { throw LogFinding.partial }
        summary.isCut = true
    }
}
