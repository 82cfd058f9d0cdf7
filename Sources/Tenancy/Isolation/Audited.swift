/// What a unit of work gives, with the audit row that goes with it.
///
/// A body that runs inside a store must return one, so that work without its row does not compile.
public struct Audited<Value: Sendable>: Sendable {
    public let value: Value
    public let entry: AuditEntry

    public init(_ value: Value, _ entry: AuditEntry) {
        self.value = value
        self.entry = entry
    }
}

/// Why a store refused a unit of work before the database saw it.
public enum IsolationError: Error, Sendable, Equatable {
    /// The audit entry names another actor than the one for whom the work ran.
    case actorMismatch
    /// An entry that says permitted was given where only refusals are recorded.
    case notARefusal
    /// Not 1 to 64 printable ASCII characters without a blank.
    case invalidIdempotencyKey
    /// The organisation used the key for another call.
    case idempotencyKeyReused
    /// The municipality's schema is of a version that keeps no keys yet.
    case idempotencyKeysNotKept
}
