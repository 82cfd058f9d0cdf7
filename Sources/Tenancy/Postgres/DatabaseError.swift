/// Why a unit of work did not succeed. Unless the kind is `.outcomeUnknown`, nothing of it was
/// kept by the database.
public struct DatabaseError: Error, Sendable, Equatable, CustomStringConvertible {
    public enum Kind: Sendable, Equatable {
        /// No connection, or it was lost before anything could be committed. Worth a retry.
        case unavailable
        /// The queue is full; nothing was sent.
        case overloaded
        /// The tenant has as much waiting as its quota allows; nothing was sent.
        case tenantBusy
        /// The deadline passed before the work was done; it was rolled back or never sent.
        case deadlineExceeded
        /// The task was cancelled; the work was rolled back or never sent.
        case cancelled
        case uniqueViolation(constraint: String)
        case foreignKeyViolation
        case checkViolation(constraint: String)
        /// Also what a suspended tenant gives: the login may not take its role.
        case insufficientPrivilege
        /// Two transactions stood in each other's way (also a deadlock). Worth a retry.
        case serialization
        /// A write inside a read-only transaction, or on a read-only server.
        case readOnly
        case diskFull
        /// Something holds a lock on what was asked for: a change of the schema, mostly.
        case locked
        /// A page or an index of the database cannot be read.
        case dataCorrupted
        /// The commit was sent and its answer never came: kept or not, nobody here knows.
        case outcomeUnknown
        /// A result that is not of the shape the caller asked for.
        case unexpectedResult
        /// Any other refusal by PostgreSQL.
        case statement(sqlState: String)
    }

    public var kind: Kind
    /// The five characters of PostgreSQL's SQLSTATE, where the database gave one.
    public var sqlState: String?
    /// For the log only, never for a peer. Holds no parameter values.
    public var message: String

    public init(_ kind: Kind, _ message: String, sqlState: String? = nil) {
        self.kind = kind
        self.message = message
        self.sqlState = sqlState
        if case .statement(let state) = kind, sqlState == nil { self.sqlState = state }
    }

    public var description: String {
        "DatabaseError(\(kind), \(sqlState ?? "-"): \(message))"
    }
}

extension DatabaseError.Kind {
    /// The one mapping from SQLSTATE (PostgreSQL documentation, appendix A) to a kind.
    static func of(sqlState: String, constraint: String?) -> DatabaseError.Kind {
        switch sqlState {
        case "23505": return .uniqueViolation(constraint: constraint ?? "")
        case "23503": return .foreignKeyViolation
        case "23514", "23502": return .checkViolation(constraint: constraint ?? "")
        case "42501": return .insufficientPrivilege
        // Serialization failure, deadlock.
        case "40001", "40P01": return .serialization
        case "25006": return .readOnly
        case "53100": return .diskFull
        // lock_timeout, and NOWAIT.
        case "55P03": return .locked
        // Statement timeout: each work sets its own from its deadline.
        case "57014", "25P04": return .deadlineExceeded
        // The transaction waited too long for its next statement.
        case "25P03": return .unavailable
        case "XX001", "XX002": return .dataCorrupted
        default: break
        }
        // 08: connection exceptions. 53: too many connections, out of memory, lock table full.
        // 57: shutdown, crash, starting up, database dropped, idle session. 58: errors of the system
        // below PostgreSQL.
        switch sqlState.prefix(2) {
        case "08", "53", "57", "58": return .unavailable
        default: return .statement(sqlState: sqlState)
        }
    }
}
