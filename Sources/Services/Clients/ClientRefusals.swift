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

    /// Whether an error says that another client has the identity code, by whichever of the two unique
    /// indexes on it.
    static func isIdentityCodeInUse(_ error: DatabaseError) -> Bool {
        guard case .uniqueViolation(let constraint) = error.kind else { return false }
        return constraint == "client_identity_code_index_key"
            || constraint == "client_identity_code_index_even_key"
    }
}
