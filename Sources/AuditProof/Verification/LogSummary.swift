/// What a verifier found right, and by what each part of the log is held. Times are microseconds since
/// 2000-01-01T00:00:00Z, as the log says them.
public struct LogSummary: Sendable, Equatable {
    /// A checkpoint, and how much of the log it speaks of.
    public struct Agreement: Sendable, Hashable {
        public let checkpoint: Checkpoint
        /// When the operator says that it was made.
        public let time: Int64
        /// How many rows of the log were sealed then; 0 where it had no seal yet.
        public let treeSize: UInt64
        /// Whether somebody kept it, so that the operator cannot have made it since.
        public let isKept: Bool
    }

    /// How long a row waited for its seal: until then it could have been exchanged for another.
    public struct Wait: Sendable, Hashable {
        public let row: LogPosition
        public let microseconds: Int64
    }

    public var schema = ""
    /// Rows and seals in the export.
    public var rowCount: UInt64 = 0
    public var sealCount: UInt64 = 0
    /// How many rows of the log come before the export's first.
    public var startSize: UInt64 = 0
    /// How many rows the log has up to the last seal of the export.
    public var treeSize: UInt64 = 0
    /// Rows at the end that no seal covers yet: nothing is proven of them but that each fits its leaf.
    public var unsealedRowCount: UInt64 = 0
    /// Whether the export ends where somebody asked it to, and the log may go on.
    public var isCut = false
    /// Checkpoints that the log agrees with, by their sizes.
    public var agreeing: [Agreement] = []
    /// Checkpoints that speak of what the export does not have: they were not compared with anything.
    public var outside: [Agreement] = []
    public var lastSealTime: Int64?
    /// Of the newest row.
    public var lastRowTime: Int64?
    /// Of the oldest row without a seal.
    public var unsealedSince: Int64?
    /// The longest time between a row and the seal over it.
    public var longestWait: Wait?

    /// How old the oldest row without a seal is, in microseconds; nil where each has one. An export can
    /// say any time: what no number can hold is the largest.
    public func unsealedAge(at now: Int64) -> Int64? {
        unsealedSince.map { max(0, TimeWatch.distance(from: $0, to: now)) }
    }

    /// The agreement that holds most of the rows, among those that somebody kept or among the others; nil
    /// where none holds any.
    public func strongest(isKept: Bool) -> Agreement? {
        agreeing.filter { $0.isKept == isKept && $0.treeSize > 0 }.max {
            ($0.treeSize, $0.time) < ($1.treeSize, $1.time)
        }
    }
}
