import Contract
import Tenancy
import Wire

/// Finds an organisation by what a request names it with.
struct OrganisationLookup: Sendable {
    let environment: ServiceEnvironment
    let options: WorkOptions

    init(_ environment: ServiceEnvironment, _ context: ServerContext) {
        self.environment = environment
        options = WorkOptions(deadline: context.deadline)
    }

    /// What the request names, once its form is right.
    static func key(_ kind: OrganisationKind, _ code: String) throws -> OrganisationKey {
        var violations = FieldViolations()
        if code.isEmpty { violations.add("code", .required, "The organisation's code.") }
        violations.check(code, at: "code", lengthMax: 32)
        guard let registered = kind.registered else {
            violations.add("kind", .required, "The organisation's kind.")
            try violations.throwIfAny()
            throw RegistryRefusals.organisationNotFound
        }
        try violations.throwIfAny()
        return OrganisationKey(kind: registered, code: code)
    }

    /// The organisation as it is now. NOT_FOUND/ORGANISATION_NOT_FOUND where there is none.
    func organisation(_ key: OrganisationKey) async throws -> Organisation {
        guard let found = try await environment.registry.organisation(key, options: options) else {
            throw RegistryRefusals.organisationNotFound
        }
        return Organisation(found)
    }
}

/// Lets an organisation's systems in.
struct ActivateOrganisation: Sendable {
    let environment: ServiceEnvironment

    func callAsFunction(
        _ request: ActivateOrganisationRequest, _ context: ServerContext
    ) async throws -> ActivateOrganisationResponse {
        let key = try OrganisationLookup.key(request.kind, request.code)
        return try await environment.registry.change(for: request, context) { changes in
            try await changes.activate(key, asPilot: request.asPilot)
            let organisation = Organisation(try await changes.organisation(key))
            return ActivateOrganisationResponse.with { $0.organisation = organisation }
        }
    }
}

/// Shuts an organisation's systems out: the database at once, and its open connections with the
/// registry's next snapshot, which the change itself has read.
struct SuspendOrganisation: Sendable {
    let environment: ServiceEnvironment

    func callAsFunction(
        _ request: SuspendOrganisationRequest, _ context: ServerContext
    ) async throws -> SuspendOrganisationResponse {
        let key = try OrganisationLookup.key(request.kind, request.code)
        return try await environment.registry.change(for: request, context) { changes in
            try await changes.suspend(key)
            let organisation = Organisation(try await changes.organisation(key))
            return SuspendOrganisationResponse.with { $0.organisation = organisation }
        }
    }
}

/// Makes a municipality's schema, roles and keys.
struct ProvisionOrganisation: Sendable {
    let environment: ServiceEnvironment

    func callAsFunction(
        _ request: ProvisionOrganisationRequest, _ context: ServerContext
    ) async throws -> ProvisionOrganisationResponse {
        let lookup = OrganisationLookup(environment, context)
        guard let tenant = TenantSchema(municipalityCode: request.municipalityCode) else {
            // Two digits name a county, and any other text nothing that could be provisioned.
            throw RegistryRefusals.notAMunicipality
        }
        let (outcome, organisation) = try await RegistryRefusals.mapping {
            let outcome = try await TenantRefusals.mapping {
                try await environment.provisioner.provision(
                    tenant, for: RegistryCaller(context), deadline: context.deadline)
            }
            if outcome.changed { try? await environment.registryCache.reload() }
            let key = OrganisationKey(kind: .municipality, code: tenant.code)
            return (outcome, try await lookup.organisation(key))
        }
        return ProvisionOrganisationResponse.with {
            $0.organisation = organisation
            $0.changed = outcome.changed
        }
    }
}
