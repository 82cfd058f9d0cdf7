import Contract
import Wire

/// The log of use and disclosure (Act 906/2019 section 17).
struct AuditService: AuditServiceProtocol {
    let environment: ServiceEnvironment

    func listAccesses(
        _ request: ListAccessesRequest, context: ServerContext
    ) async throws -> ListAccessesResponse {
        try await ListAccesses(environment: environment)(request, TenantCall(context))
    }
}
