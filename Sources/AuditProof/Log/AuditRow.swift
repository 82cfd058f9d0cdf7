/// A row of a tenant's log as its leaf covers it; docs/audit.md gives the bytes.
public struct AuditRow: Sendable, Equatable {
    /// Raised each time the log goes on in another cluster, where transactions are numbered anew.
    public var era: Int32 = 1
    public var sequence: Int64 = 0
    public var transaction: UInt64 = 0
    /// Microseconds since 2000-01-01T00:00:00Z.
    public var time: Int64 = 0
    public var actorKind = ""
    public var actorCode = ""
    public var actorSystem = ""
    public var method = ""
    public var outcome: Int16 = 0
    public var refusalReason: String?
    public var purpose: Int16 = 0
    public var rule: String?
    public var statuteVersion: String?
    public var legalBasis: String?
    /// 16 bytes.
    public var decisionID: [UInt8]?
    /// 16 bytes.
    public var clientID: [UInt8]?
    public var clientCount: Int32 = 0
    public var released: [Int16] = []
    public var callReference = ""
    /// What the row says of people, sealed under the key of tenant and month.
    public var personal: [UInt8]?
    /// 16 bytes.
    public var nonce: [UInt8] = []

    public init() {}

    public var position: LogPosition {
        LogPosition(era: era, transaction: transaction, sequence: sequence)
    }

    /// The bytes whose SHA-256 is the leaf.
    ///
    /// - Parameter schema: the tenant's, such as `m837`.
    public func canonicalBytes(schema: String) -> [UInt8] {
        var bytes = CanonicalBytes(leaf: "icds-audit-1")
        bytes.optionalText(schema)
        bytes.optionalNumber(era)
        bytes.optionalNumber(sequence)
        bytes.optionalNumber(transaction)
        bytes.optionalNumber(time)
        bytes.optionalText(actorKind)
        bytes.optionalText(actorCode)
        bytes.optionalText(actorSystem)
        bytes.optionalText(method)
        bytes.optionalNumber(outcome)
        bytes.optionalText(refusalReason)
        bytes.optionalNumber(purpose)
        bytes.optionalText(rule)
        bytes.optionalText(statuteVersion)
        bytes.optionalText(legalBasis)
        bytes.optionalFixed(decisionID)
        bytes.optionalFixed(clientID)
        bytes.optionalNumber(clientCount)
        bytes.optionalText(released.map(String.init).joined(separator: ","))
        bytes.optionalText(callReference)
        bytes.optional(personal)
        bytes.optional(nonce)
        return bytes.bytes
    }

    public func leaf(schema: String) throws(ProofError) -> [UInt8] {
        try SHA256.hash(canonicalBytes(schema: schema))
    }
}

/// Where a row stands in its log. Transactions are sealed in the order of their numbers, which is not
/// that of their sequences.
public struct LogPosition: Sendable, Hashable, Comparable, CustomStringConvertible {
    public var era: Int32
    public var transaction: UInt64
    public var sequence: Int64

    public init(era: Int32, transaction: UInt64, sequence: Int64) {
        self.era = era
        self.transaction = transaction
        self.sequence = sequence
    }

    /// Before every row.
    public static let start = LogPosition(era: 0, transaction: 0, sequence: 0)

    public static func < (left: LogPosition, right: LogPosition) -> Bool {
        (left.era, left.transaction, left.sequence) < (right.era, right.transaction, right.sequence)
    }

    public var description: String {
        "sequence \(sequence) of transaction \(transaction)\(era == 1 ? "" : ", era \(era)")"
    }
}
