public import Tenancy
public import Wire

/// The one place where errors of the database become statuses of the protocol. Their text stays in
/// the log: it names tables and statements.
public enum StatusMapping {
    /// How long a caller should wait before it tries again what failed for want of a database.
    static let retryAfterMilliseconds: UInt32 = 1_000
    /// The same where the daemon itself had too much to do.
    static let overloadRetryAfterMilliseconds: UInt32 = 250
    /// The same where a municipality waits for its migration, which takes seconds once it has begun.
    static let migrationRetryAfterMilliseconds: UInt32 = 5_000

    /// The status for a failed unit of work, or nil where the failure is ours: it then becomes
    /// INTERNAL/INTERNAL_ERROR with an incident id, and the error goes to the log.
    public static func status(of error: DatabaseError) -> RPCStatus? {
        temporary(error.kind) ?? lasting(error.kind)
    }

    /// Failures after which the same call may be made again: each says when.
    private static func temporary(_ kind: DatabaseError.Kind) -> RPCStatus? {
        switch kind {
        case .unavailable:
            RPCStatus(
                .unavailable, "DATABASE_UNAVAILABLE",
                "The database does not answer. Nothing was changed; try again later.",
                retryAfterMilliseconds: retryAfterMilliseconds)
        case .overloaded:
            RPCStatus(
                .unavailable, "OVERLOADED",
                "Too much is waiting for the database. Nothing was changed; try again later.",
                retryAfterMilliseconds: overloadRetryAfterMilliseconds)
        case .tenantBusy:
            RPCStatus(
                .resourceExhausted, "TENANT_BUSY",
                "The organisation has as much waiting for the database as its quota allows. "
                    + "Nothing was changed; try again later.",
                retryAfterMilliseconds: overloadRetryAfterMilliseconds)
        case .serialization:
            RPCStatus(
                .aborted, "CONCURRENT_CHANGE",
                "Another change came in between. Nothing was changed; make the call again.",
                retryAfterMilliseconds: overloadRetryAfterMilliseconds)
        case .readOnly:
            RPCStatus(
                .unavailable, "DATABASE_READ_ONLY",
                "The database takes no changes at the moment. Try again later.",
                retryAfterMilliseconds: retryAfterMilliseconds)
        case .diskFull:
            RPCStatus(
                .resourceExhausted, "STORAGE_FULL",
                "The database has no space left. Nothing was changed.",
                retryAfterMilliseconds: retryAfterMilliseconds)
        case .locked:
            RPCStatus(
                .unavailable, "RECORDS_LOCKED",
                "The records are being changed over at the moment. Nothing was changed; try again "
                    + "later.",
                retryAfterMilliseconds: retryAfterMilliseconds)
        default: nil
        }
    }

    private static func lasting(_ kind: DatabaseError.Kind) -> RPCStatus? {
        switch kind {
        case .deadlineExceeded:
            RPCStatus(
                .deadlineExceeded, "DEADLINE_EXCEEDED",
                "The call's time was over before the work was done. Nothing was changed.")
        case .cancelled:
            RPCStatus(.cancelled, "CANCELLED", "The call was cancelled. Nothing was changed.")
        case .outcomeUnknown: outcomeUnknown
        case .insufficientPrivilege:
            RPCStatus(
                .permissionDenied, "TENANT_UNAVAILABLE",
                "The municipality's data are not available to this service.")
        case .dataCorrupted:
            RPCStatus(
                .dataLoss, "RECORDS_DAMAGED",
                "The database cannot read these records. Nothing was changed.")
        default: nil
        }
    }

    private static let outcomeUnknown = RPCStatus(
        .unknown, "OUTCOME_UNKNOWN",
        "The connection to the database was lost while the work was being kept. Make the call again "
            + "with the same idempotency key; where it had none, read what is there before trying "
            + "again.")

    /// What a caller gets when the log cannot be written: no row, no answer.
    static let auditUnavailable = RPCStatus(
        .unavailable, "AUDIT_UNAVAILABLE",
        "The access could not be recorded, so that nothing is answered. Try again later.",
        retryAfterMilliseconds: retryAfterMilliseconds)

    /// The municipality's schema has a version that this daemon does not work with.
    static let tenantBeingMigrated = RPCStatus(
        .unavailable, "TENANT_BEING_MIGRATED",
        "The municipality's schema is being brought to another version. Nothing was looked at; try "
            + "again later.",
        retryAfterMilliseconds: migrationRetryAfterMilliseconds)

    /// What a caller gets once rows have waited longer for their seals than the site allows: a log that
    /// proves nothing for so long is as good as none.
    static let auditNotSealed = RPCStatus(
        .unavailable, "AUDIT_NOT_SEALED",
        "Accesses are recorded but have not been sealed for too long, so that nothing is answered. Try "
            + "again later.",
        retryAfterMilliseconds: 60_000)

    /// Who is let in and which rules hold cannot be said at the moment.
    static let registryUnavailable = RPCStatus(
        .unavailable, "REGISTRY_UNAVAILABLE",
        "The register of organisations cannot be read. Try again later.",
        retryAfterMilliseconds: retryAfterMilliseconds)

    /// The municipality's key is wrapped by a master key that this daemon does not have: its operator has
    /// to give it one, which it then finds by itself.
    static let keyUnavailable = RPCStatus(
        .unavailable, "TENANT_KEY_UNAVAILABLE",
        "The municipality's key cannot be opened by this server. Nothing was looked at; try again "
            + "later.",
        retryAfterMilliseconds: 30_000)

    /// Runs `body`; what it throws of the database comes out as a status.
    static func mapping<T>(_ body: () async throws -> T) async throws -> T {
        do {
            return try await body()
        } catch let error as DatabaseError {
            if let status = status(of: error) { throw status }
            throw error
        } catch CryptoError.unknownMasterKey {
            throw keyUnavailable
        }
    }
}
