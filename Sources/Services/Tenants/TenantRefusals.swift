import Tenancy
import Wire

/// Refusals of the operator's work on schemas, and how the errors of that work become them.
enum TenantRefusals {
    static let busy = RPCStatus(
        .unavailable, "TENANT_BUSY",
        "Others held the municipality's tables in every attempt. Nothing was changed; try again "
            + "later.",
        retryAfterMilliseconds: StatusMapping.migrationRetryAfterMilliseconds)

    static let notSuspended = RPCStatus(
        .failedPrecondition, "TENANT_NOT_SUSPENDED",
        "The municipality's systems are let in. Suspend it first.")

    static let replacedSchemaThere = RPCStatus(
        .failedPrecondition, "REPLACED_SCHEMA_THERE",
        "The schema that an earlier restore replaced is still there. Discard it first.")

    static let nothingReplaced = RPCStatus(
        .notFound, "NOTHING_REPLACED", "No restore has left a schema behind.")

    static let exportStale = RPCStatus(
        .failedPrecondition, "EXPORT_STALE",
        "The content is not what was exported any more. Nothing was erased; export it again.")

    static let notCurrent = RPCStatus(
        .failedPrecondition, "TENANT_NOT_CURRENT",
        "A schema does not have the program's version. Migrate it first.")

    static let sameTenant = RPCStatus(
        .failedPrecondition, "SAME_TENANT", "A municipality is not merged into itself.")

    static let masterKeyUnknown = RPCStatus(
        .failedPrecondition, "MASTER_KEY_UNKNOWN",
        "The file was made under a master key that this daemon does not hold.")

    /// - Parameter text: what is wrong with the file, nothing of its content.
    static func exportRefused(_ text: String) -> RPCStatus {
        RPCStatus(
            .invalidArgument, "EXPORT_REFUSED",
            "The file cannot be restored from: \(text). Nothing was changed.")
    }

    private static func status(of error: TenantWorkError) -> RPCStatus {
        switch error {
        case .noSchema: RegistryRefusals.notProvisioned
        case .notSuspended: notSuspended
        case .replacedSchemaThere: replacedSchemaThere
        case .nothingReplaced: nothingReplaced
        case .exportIsStale: exportStale
        case .notCurrent: notCurrent
        case .sameTenant: sameTenant
        }
    }

    private static func status(of error: ExportFileError) -> RPCStatus {
        switch error {
        case .notAnExport: exportRefused("it is no export of a tenant")
        case .otherMunicipality: exportRefused("it is another municipality's")
        case .damaged: exportRefused("it was changed or is not whole")
        case .contradictory(let text): exportRefused(text)
        case .otherScripts: exportRefused("its schema was made by another program")
        }
    }

    /// - Parameter text: names versions and digests, nothing of a row.
    static func schemaRefused(_ text: String) -> RPCStatus {
        RPCStatus(
            .failedPrecondition, "SCHEMA_REFUSED",
            "The schema was made by another program: \(text). Nothing was changed.")
    }

    /// Runs `body`; what stands in the way of work on a schema comes out as a status, any other error
    /// as it is.
    static func mapping<T>(_ body: () async throws -> T) async throws -> T {
        do {
            return try await body()
        } catch let error as SchemaError {
            throw schemaRefused(error.description)
        } catch let error as TenantWorkError {
            throw status(of: error)
        } catch let error as ExportFileError {
            throw status(of: error)
        } catch CryptoError.unknownMasterKey {
            throw masterKeyUnknown
        } catch let error as DatabaseError {
            throw error.isLockConflict ? busy : error
        }
    }
}
