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
        try await MigrateTenants(environment: environment)(request, responses, context)
    }

    func exportTenant(
        _ request: ExportTenantRequest, responses: ResponseWriter<ExportTenantResponse>,
        context: ServerContext
    ) async throws {
        try await ExportTenant(environment: environment)(request, responses, context)
    }

    func restoreTenant(
        _ requests: RequestStream<RestoreTenantRequest>, context: ServerContext
    ) async throws -> RestoreTenantResponse {
        try await RestoreTenant(environment: environment)(requests, context)
    }

    func discardReplacedTenant(
        _ request: DiscardReplacedTenantRequest, context: ServerContext
    ) async throws -> DiscardReplacedTenantResponse {
        try await DiscardReplacedTenant(environment: environment)(request, context)
    }

    func eraseTenant(
        _ request: EraseTenantRequest, context: ServerContext
    ) async throws -> EraseTenantResponse {
        try await EraseTenant(environment: environment)(request, context)
    }

    func mergeTenants(
        _ request: MergeTenantsRequest, context: ServerContext
    ) async throws -> MergeTenantsResponse {
        try await MergeTenants(environment: environment)(request, context)
    }

    func listTenantEvents(
        _ request: ListTenantEventsRequest, context: ServerContext
    ) async throws -> ListTenantEventsResponse {
        try await ListTenantEvents(environment: environment)(request, context)
    }
}
