import Contract
import Tenancy
import Wire

/// What an organisation may take of the database, and what it takes of this server.
struct QuotaService: QuotaServiceProtocol {
    let quotas: OrganisationQuotas

    func getQuota(
        _ request: GetQuotaRequest, context: ServerContext
    ) async throws -> GetQuotaResponse {
        let key = OrganisationKey(
            kind: RegisteredOrganisation.Kind(context.peer.kind), code: context.peer.code)
        let (quota, use) = try await quotas.read(key)
        return GetQuotaResponse.with {
            $0.quota = quota
            $0.use = use
        }
    }
}
