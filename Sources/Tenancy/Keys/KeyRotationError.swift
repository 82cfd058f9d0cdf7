/// Why a tenant's keys cannot be rotated now. What is kept of it for the operator names a kind, and of a
/// client no more than its id.
enum KeyRotationError: Error, Sendable, Equatable {
    /// The schema is behind the program's version.
    case notCurrent
    /// The municipality was erased or merged.
    case ended
    /// Generations are numbered by one byte.
    case generationsExhausted
    /// A sealed code does not open: it was changed, or its generation is gone.
    case damaged(clientID: String)
    /// What was wrapped does not open again.
    case notWrapped
    /// The master keys could not be read anew; the reason never holds what was read.
    case masterKeySource(reason: String)

    /// - Parameter error: what reading the source threw.
    init(reading error: any Error) {
        switch error {
        case CryptoError.masterKeyFile(let reason), CryptoError.secretCommand(let reason):
            self = .masterKeySource(reason: reason)
        default: self = .masterKeySource(reason: "the daemon's log has more")
        }
    }

    /// "DATABASE: SQLSTATE 40001", as the registry keeps it.
    static func text(_ error: any Error) -> String {
        let text =
            switch error {
            case KeyRotationError.notCurrent:
                "TENANT_NOT_CURRENT: the schema has to be migrated first"
            case KeyRotationError.ended: "ORGANISATION_ENDED: only its keys can be wrapped anew"
            case KeyRotationError.generationsExhausted:
                "GENERATIONS_EXHAUSTED: there were 255 of them"
            case KeyRotationError.damaged(let id):
                "CODE_DAMAGED: the identity code of client \(id) does not open"
            case KeyRotationError.masterKeySource(let reason): "MASTER_KEY_SOURCE: \(reason)"
            case CryptoError.unknownMasterKey(let id):
                "MASTER_KEY_UNKNOWN: the daemon has no master key \(id)"
            case is CryptoError: "KEY: a key could not be read, wrapped or opened"
            case let error as DatabaseError where error.isLockConflict:
                "LOCK_TIMEOUT: others held its tables in every attempt"
            case let error as DatabaseError:
                "DATABASE: SQLSTATE \(error.sqlState ?? "unknown"); the daemon's log has more"
            default: "INTERNAL: the daemon's log has more"
            }
        return String(text.prefix(200))
    }
}
