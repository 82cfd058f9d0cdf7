import AuditProof
import Contract
import Tenancy
import Wire

/// Ends a municipality that is not let in, for good.
struct EraseTenant: Sendable {
    let environment: ServiceEnvironment

    func callAsFunction(
        _ request: EraseTenantRequest, _ context: ServerContext
    ) async throws -> EraseTenantResponse {
        let tenant = try environment.tenant(request.municipalityCode)
        try validate(request)
        let outcome = try await RegistryRefusals.mapping {
            try await TenantRefusals.mapping {
                try await environment.transfer.erase(
                    tenant, contentDigest: request.contentDigest,
                    order: TenantOrder(context, reason: request.reason),
                    once: try KeyedAnswer(request, context) { try Self.response($0).encoded() },
                    deadline: context.deadline)
            }
        }
        await environment.noteReplaced()
        return try outcome.map(Self.response).answer()
    }

    private static func response(_ event: RecordedTenantEvent) -> EraseTenantResponse {
        .with { $0.event = TenantEvent(event) }
    }

    private func validate(_ request: EraseTenantRequest) throws {
        var violations = FieldViolations()
        if request.contentDigest.utf8.count != 64 || Hex.decode(request.contentDigest) == nil {
            violations.add(
                "content_digest", .format,
                "The digest of the last export: 64 lower-case hexadecimal digits.")
        }
        if request.reason.isEmpty {
            violations.add("reason", .required, "Why the municipality ends.")
        }
        violations.check(request.reason, at: "reason", lengthMax: 500)
        try violations.throwIfAny()
    }
}

/// Drops the schema that a restore has replaced.
struct DiscardReplacedTenant: Sendable {
    let environment: ServiceEnvironment

    func callAsFunction(
        _ request: DiscardReplacedTenantRequest, _ context: ServerContext
    ) async throws -> DiscardReplacedTenantResponse {
        let tenant = try environment.tenant(request.municipalityCode)
        let outcome = try await RegistryRefusals.mapping {
            try await TenantRefusals.mapping {
                try await environment.transfer.discardReplaced(
                    tenant, order: TenantOrder(context),
                    once: try KeyedAnswer(request, context) { try Self.response($0).encoded() },
                    deadline: context.deadline)
            }
        }
        return try outcome.map(Self.response).answer()
    }

    private static func response(_ event: RecordedTenantEvent) -> DiscardReplacedTenantResponse {
        .with { $0.event = TenantEvent(event) }
    }
}
