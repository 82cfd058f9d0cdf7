/// A parameter of a statement. Values travel beside the SQL text, never in it.
///
/// PostgreSQL infers each parameter's type from the statement. All but `bytes` and `timestamp`
/// are sent as text, so that `.text("2026-01-31")` also serves a `date` parameter.
public enum SQLValue: Sendable, Equatable {
    case null
    /// Must not hold a NUL character: PostgreSQL cannot store it, and the work is refused.
    case text(String)
    case int(Int64)
    case bool(Bool)
    /// For a `bytea` parameter only.
    case bytes([UInt8])
    /// The usual 36 characters.
    case uuid(String)
    /// ISO 8601, `yyyy-MM-dd`.
    case date(String)
    /// For a `timestamptz` parameter only.
    case timestamp(SQLTimestamp)
    /// For `json` and `jsonb` parameters.
    case json(String)
    /// For `text[]` and `varchar[]` parameters.
    case textArray([String])
    /// For `bigint[]`, `integer[]` and `smallint[]` parameters.
    case intArray([Int64])

    public static func text(_ value: String?) -> SQLValue {
        switch value {
        case .some(let text): .text(text)
        case .none: .null
        }
    }
}

/// A moment as PostgreSQL keeps it: whole microseconds.
public struct SQLTimestamp: Sendable, Hashable, Comparable {
    /// Microseconds since 1970-01-01T00:00:00Z, as a `timestamptz` in UTC.
    public var microsecondsSinceEpoch: Int64

    public init(microsecondsSinceEpoch: Int64) {
        self.microsecondsSinceEpoch = microsecondsSinceEpoch
    }

    /// The whole seconds since the epoch, rounded down.
    public var seconds: Int64 {
        let quotient = microsecondsSinceEpoch / 1_000_000
        return microsecondsSinceEpoch % 1_000_000 < 0 ? quotient - 1 : quotient
    }

    /// The rest in nanoseconds, 0 … 999,999,000.
    public var nanoseconds: Int32 {
        Int32((microsecondsSinceEpoch - seconds * 1_000_000) * 1_000)
    }

    public static func < (left: SQLTimestamp, right: SQLTimestamp) -> Bool {
        left.microsecondsSinceEpoch < right.microsecondsSinceEpoch
    }

    /// PostgreSQL counts from 2000-01-01T00:00:00Z.
    static let postgresEpochMicroseconds: Int64 = 946_684_800_000_000
}
