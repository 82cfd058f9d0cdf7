/// What an export is made of, in its order: the start, then proofs for checkpoints, then rows with each
/// seal after the rows that it added, then rows that no seal covers yet, and the end.
public enum LogItem: Sendable, Equatable {
    case start(LogStart)
    case proof(HeadProof)
    /// A row, with its leaf as the database had it.
    case row(AuditRow, leaf: [UInt8])
    case seal(Seal)
    case end(LogEnd)
}

/// Where an export begins, and where it was asked to end.
public struct LogStart: Sendable, Equatable {
    /// The tenant's schema, such as `m837`.
    public var schema: String
    /// Where the export does not begin with the first row: the seal before, and the subtrees of the
    /// tree that it sealed.
    public var seal: Seal?
    public var frontier: [[UInt8]]
    /// The export ends with the first seal of this moment or later; nil where it goes to the log's end.
    /// Microseconds since 2000-01-01T00:00:00Z.
    public var until: Int64?

    public init(
        schema: String, seal: Seal? = nil, frontier: [[UInt8]] = [], until: Int64? = nil
    ) {
        self.schema = schema
        self.seal = seal
        self.frontier = frontier
        self.until = until
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
