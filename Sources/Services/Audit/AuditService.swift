import Contract
import Wire

/// The log of use and disclosure (Act 906/2019 section 17), and what proves it.
struct AuditService: AuditServiceProtocol {
    let environment: ServiceEnvironment

    func listAccesses(
        _ request: ListAccessesRequest, context: ServerContext
    ) async throws -> ListAccessesResponse {
        try await ListAccesses(environment: environment)(request, TenantCall(context))
    }

    func exportAccesses(
        _ request: ExportAccessesRequest, responses: ResponseWriter<ExportAccessesResponse>,
        context: ServerContext
    ) async throws {
        try await ExportAccesses(environment: environment)(request, TenantCall(context)) { item in
            try await responses.send(ExportAccessesResponse.with { $0.item = item })
        }
    }

    func getCheckpoint(
        _ request: GetCheckpointRequest, context: ServerContext
    ) async throws -> GetCheckpointResponse {
        try await GetCheckpoint(log: environment.operatorLog)(request)
    }
}
