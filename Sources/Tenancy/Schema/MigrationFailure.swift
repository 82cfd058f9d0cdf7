/// Why a tenant's schema could not be brought further, as the registry keeps it and the operator sees
/// it: a stable word, and what a person needs to know. Nothing of a row's content.
public struct MigrationFailure: Sendable, Equatable {
    public let reason: String
    public let detail: String

    /// "LOCK_TIMEOUT: …", as the registry keeps it.
    var text: String { String("\(reason): \(detail)".prefix(200)) }

    public init(_ error: any Error) {
        switch error {
        case let error as DatabaseError where error.isLockConflict:
            reason = "LOCK_TIMEOUT"
            detail = "others held its tables in every attempt"
        case let error as DatabaseError:
            reason = "DATABASE"
            detail = "SQLSTATE \(error.sqlState ?? "unknown"); the daemon's log has more"
        case let error as SchemaError:
            reason =
                switch error {
                case .newerThanProgram: "NEWER_THAN_PROGRAM"
                case .changedScript: "SCRIPT_CHANGED"
                case .incompleteHistory: "HISTORY_INCOMPLETE"
                }
            detail = error.description
        case is CryptoError:
            reason = "KEY"
            detail = "no key could be made or wrapped"
        case RegistryError.organisationNotFound:
            reason = "ORGANISATION_NOT_FOUND"
            detail = "the register has no such municipality"
        case RegistryError.organisationEnded:
            reason = "ORGANISATION_ENDED"
            detail = "the municipality is gone for good"
        default:
            reason = "INTERNAL"
            detail = "the daemon's log has more"
        }
    }
}
