import Contract
import Wire

/// The municipality's register of its own integration clients (Act 681/2023 sections 73 and 76).
struct ClientService: ClientServiceProtocol {
    let environment: ServiceEnvironment

    func createClient(
        _ request: CreateClientRequest, context: ServerContext
    ) async throws -> CreateClientResponse {
        try await CreateClient(environment: environment)(request, TenantCall(context))
    }

    func getClient(
        _ request: GetClientRequest, context: ServerContext
    ) async throws -> GetClientResponse {
        try await GetClient(environment: environment)(request, TenantCall(context))
    }

    func findClient(
        _ request: FindClientRequest, context: ServerContext
    ) async throws -> FindClientResponse {
        try await FindClient(environment: environment)(request, TenantCall(context))
    }

    func updateClient(
        _ request: UpdateClientRequest, context: ServerContext
    ) async throws -> UpdateClientResponse {
        try await UpdateClient(environment: environment)(request, TenantCall(context))
    }

    func watchChanges(
        _ request: WatchChangesRequest, responses: ResponseWriter<WatchChangesResponse>,
        context: ServerContext
    ) async throws {
        try await WatchChanges(environment: environment)(request, responses, TenantCall(context))
    }
}
