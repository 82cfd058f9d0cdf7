import Wire

/// Why a peer is not let in, or a call not started.
enum AuthorityRefusals {
    static let notRegistered = RPCStatus(
        .unauthenticated, "SYSTEM_NOT_REGISTERED",
        "This certificate is not registered, or its validity is over. The operator registers it.")

    static let revoked = RPCStatus(
        .unauthenticated, "CERTIFICATE_REVOKED",
        "This certificate was revoked, which is for good. The operator registers a new one.")

    static let organisationNotActive = RPCStatus(
        .permissionDenied, "ORGANISATION_NOT_ACTIVE",
        "The organisation is not let in. The operator activates it.")

    /// The same whether or not there is such a municipality or such a client.
    static let foreignOrganisation = RPCStatus(
        .permissionDenied, "FOREIGN_ORGANISATION",
        "A municipality sees its own clients only. The attempt was recorded.")

    /// The same whatever was asked for.
    static let tooManyRefusals = RPCStatus(
        .resourceExhausted, "TOO_MANY_REFUSALS",
        "Your organisation was refused about others' clients too often. Nothing was looked at; stop, "
            + "find out why, and try again later.",
        retryAfterMilliseconds: 60_000)

    static let userMissing = RPCStatus(
        .invalidArgument, "INVALID_FIELD",
        "Fields of the request are wrong; the details name each of them.",
        details: [
            .fieldViolation(
                field: "access.user_id", reason: "REQUIRED",
                description: "The unique id of the employee: 1 to 64 printable ASCII characters.")
        ])
}
