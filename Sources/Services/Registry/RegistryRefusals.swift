import Tenancy
import Wire

/// Refusals of the operator's work, and how the registry's errors become them.
enum RegistryRefusals {
    static let organisationNotFound = RPCStatus(
        .notFound, "ORGANISATION_NOT_FOUND", "The register has no such organisation.")

    static let notAMunicipality = RPCStatus(
        .failedPrecondition, "NOT_A_MUNICIPALITY", "Only municipalities are provisioned.")

    static let notProvisioned = RPCStatus(
        .failedPrecondition, "NOT_PROVISIONED",
        "The municipality has no schema yet. Provision it first.")

    /// - Parameter codes: of those that were named and have no schema; the first few are told.
    static func neverProvisioned(_ codes: [String]) -> RPCStatus {
        let more = codes.count > 10 ? " and \(codes.count - 10) more" : ""
        return RPCStatus(
            .failedPrecondition, "NOT_PROVISIONED",
            "No schema yet: \(codes.prefix(10).joined(separator: ", "))\(more). Provision first; "
                + "nothing was begun.")
    }

    static let organisationEnded = RPCStatus(
        .failedPrecondition, "ORGANISATION_ENDED",
        "The municipality's data were erased, or moved to its successor. There is no way back.")

    static let onlyMunicipalitiesPilot = RPCStatus(
        .failedPrecondition, "NOT_A_MUNICIPALITY", "Only municipalities pilot.")

    static let onlyMunicipalitiesAreTenants = RPCStatus(
        .failedPrecondition, "NOT_A_MUNICIPALITY", "Only municipalities have a schema.")

    static let alreadyInUse = RPCStatus(
        .failedPrecondition, "ALREADY_IN_USE",
        "The municipality has the system in use. It does not go back to a pilot.")

    static let lastOperator = RPCStatus(
        .failedPrecondition, "LAST_OPERATOR", "Nobody could operate the system any more.")

    static let systemNotFound = RPCStatus(
        .notFound, "SYSTEM_NOT_FOUND", "No certificate is registered by that fingerprint.")

    static let certificateRevoked = RPCStatus(
        .alreadyExists, "CERTIFICATE_REVOKED",
        "This very certificate was revoked before, which is for good. Make a new one.")

    /// Runs `body`; what the registry and the database throw comes out as a status.
    static func mapping<T>(_ body: () async throws -> T) async throws -> T {
        do {
            return try await StatusMapping.mapping(body)
        } catch let error as RegistryError {
            throw status(of: error)
        } catch let error as IsolationError {
            throw IdempotencyRefusals.status(of: error) ?? error
        }
    }

    static func status(of error: RegistryError) -> RPCStatus {
        switch error {
        case .organisationNotFound: organisationNotFound
        case .notProvisioned: notProvisioned
        case .organisationEnded: organisationEnded
        case .notAMunicipality: onlyMunicipalitiesPilot
        case .alreadyInUse: alreadyInUse
        case .lastOperator: lastOperator
        case .systemNotFound: systemNotFound
        case .certificateRevoked: certificateRevoked
        case .stale: StatusMapping.registryUnavailable
        case .danglingMemberships(let memberships):
            invalid(
                memberships.map { membership in
                    .fieldViolation(
                        field: "memberships", reason: "DANGLING",
                        description: "\(membership): the municipality or the area is not there.")
                })
        case .overlappingRows(let table):
            invalid([
                .fieldViolation(
                    field: table == "municipality" ? "municipalities" : "\(table)s",
                    reason: "OVERLAP",
                    description: "Two rows of one code are valid on the same day, with what the "
                        + "register already has.")
            ])
        }
    }

    private static func invalid(_ details: [RPCDetail]) -> RPCStatus {
        RPCStatus(
            .invalidArgument, "INVALID_FIELD",
            "Rows of the request are wrong; the details name them. Nothing was loaded.",
            details: details)
    }
}
