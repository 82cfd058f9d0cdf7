import Tenancy
import Wire

/// Refusals of the client register. None repeats what the request said of a person.
enum ClientRefusals {
    static let notFound = RPCStatus(
        .notFound, "CLIENT_NOT_FOUND", "The municipality has no such client.")

    /// What the log says of a look for a client: permitted, or refused because there is none.
    static let foundOrRefused = AuditOutcome.permittedIfFound(otherwise: notFound.reason)

    static let identityCodeInUse = RPCStatus(
        .alreadyExists, "IDENTITY_CODE_IN_USE",
        "The municipality has a client with that personal identity code. Find and update it.")

    static let etagMismatch = RPCStatus(
        .aborted, "ETAG_MISMATCH",
        "It has changed since it was read. Read it again, apply the change to what you find, and "
            + "send that.")

    /// Name of the unique index on the blind index of identity codes.
    static let identityCodeConstraint = "client_identity_code_index_key"
}
