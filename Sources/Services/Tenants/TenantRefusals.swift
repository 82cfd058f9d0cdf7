import Tenancy
import Wire

/// Refusals of the operator's work on schemas, and how the errors of that work become them.
enum TenantRefusals {
    static let busy = RPCStatus(
        .unavailable, "TENANT_BUSY",
        "Others held the municipality's tables in every attempt. Nothing was changed; try again "
            + "later.",
        retryAfterMilliseconds: StatusMapping.migrationRetryAfterMilliseconds)

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
        } catch let error as DatabaseError {
            throw error.isLockConflict ? busy : error
        }
    }
}
