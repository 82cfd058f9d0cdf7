/// What an export is made of, in its order: the start, then rows with each seal after the rows that it
/// added, then rows that no seal covers yet, then proofs for checkpoints, and the end.
public enum LogItem: Sendable, Equatable {
    case start(LogStart)
    /// A row, with its leaf as the database had it.
    case row(AuditRow, leaf: [UInt8])
    case seal(Seal)
    case proof(HeadProof)
    case end(LogEnd)
}

/// Where an export begins.
public struct LogStart: Sendable, Equatable {
    /// The tenant's schema, such as `m837`.
    public var schema: String
    /// Where the export does not begin with the first row: the seal before, and the subtrees of the
    /// tree that it sealed.
    public var seal: Seal?
    public var frontier: [[UInt8]]

    public init(schema: String, seal: Seal? = nil, frontier: [[UInt8]] = []) {
        self.schema = schema
        self.seal = seal
        self.frontier = frontier
    }
}

/// How many items an export has, so that one that was cut off is known.
public struct LogEnd: Sendable, Equatable {
    public var rowCount: UInt64
    public var sealCount: UInt64
    public var proofCount: UInt64

    public init(rowCount: UInt64, sealCount: UInt64, proofCount: UInt64) {
        self.rowCount = rowCount
        self.sealCount = sealCount
        self.proofCount = proofCount
    }
}
