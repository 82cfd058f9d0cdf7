import Contract
import Tenancy
import Wire

/// The register of organisations and systems, kept by the operator (Act 681/2023 section 74).
struct RegistryService: RegistryServiceProtocol {
    let environment: ServiceEnvironment
    let quotas: OrganisationQuotas

    func loadRegister(
        _ request: LoadRegisterRequest, context: ServerContext
    ) async throws -> LoadRegisterResponse {
        try await LoadRegister(environment: environment)(request, context)
    }

    func getOrganisation(
        _ request: GetOrganisationRequest, context: ServerContext
    ) async throws -> GetOrganisationResponse {
        let key = try OrganisationLookup.key(request.kind, request.code)
        let organisation = try await RegistryRefusals.mapping {
            try await OrganisationLookup(environment, context).organisation(key)
        }
        return GetOrganisationResponse.with { $0.organisation = organisation }
    }

    func listOrganisations(
        _ request: ListOrganisationsRequest, context: ServerContext
    ) async throws -> ListOrganisationsResponse {
        try await ListOrganisations(environment: environment)(request, context)
    }

    func provisionOrganisation(
        _ request: ProvisionOrganisationRequest, context: ServerContext
    ) async throws -> ProvisionOrganisationResponse {
        try await ProvisionOrganisation(environment: environment)(request, context)
    }

    func activateOrganisation(
        _ request: ActivateOrganisationRequest, context: ServerContext
    ) async throws -> ActivateOrganisationResponse {
        try await ActivateOrganisation(environment: environment)(request, context)
    }

    func suspendOrganisation(
        _ request: SuspendOrganisationRequest, context: ServerContext
    ) async throws -> SuspendOrganisationResponse {
        try await SuspendOrganisation(environment: environment)(request, context)
    }

    func getOrganisationQuota(
        _ request: GetOrganisationQuotaRequest, context: ServerContext
    ) async throws -> GetOrganisationQuotaResponse {
        try await quotas.read(request, context)
    }

    func setOrganisationQuota(
        _ request: SetOrganisationQuotaRequest, context: ServerContext
    ) async throws -> SetOrganisationQuotaResponse {
        try await quotas.set(request, context)
    }

    func listRegistryChanges(
        _ request: ListRegistryChangesRequest, context: ServerContext
    ) async throws -> ListRegistryChangesResponse {
        try await ListRegistryChanges(environment: environment)(request, context)
    }

    func registerSystem(
        _ request: RegisterSystemRequest, context: ServerContext
    ) async throws -> RegisterSystemResponse {
        try await RegisterSystem(environment: environment)(request, context)
    }

    func listSystems(
        _ request: ListSystemsRequest, context: ServerContext
    ) async throws -> ListSystemsResponse {
        try await ListSystems(environment: environment)(request, context)
    }

    func revokeSystem(
        _ request: RevokeSystemRequest, context: ServerContext
    ) async throws -> RevokeSystemResponse {
        try await RevokeSystem(environment: environment)(request, context)
    }
}
