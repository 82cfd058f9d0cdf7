import Contract
import Tenancy
import Wire

/// The municipalities as tenants of the database: the operator's work on their schemas.
struct TenantService: TenantServiceProtocol {
    let environment: ServiceEnvironment

    func listTenants(
        _ request: ListTenantsRequest, context: ServerContext
    ) async throws -> ListTenantsResponse {
        try await ListTenants(environment: environment)(request, context)
    }

    func migrateTenants(
        _ request: MigrateTenantsRequest, responses: ResponseWriter<MigrateTenantsResponse>,
        context: ServerContext
    ) async throws {
        try await MigrateTenants(environment: environment)(request, responses)
    }
}
