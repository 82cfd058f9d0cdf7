import Contract
import Tenancy
import Wire

/// The county accepts to take part, by the case reference that it was handed. Accepting twice answers
/// as the first time did.
struct AcceptParticipation: Sendable {
    let environment: ServiceEnvironment

    func callAsFunction(
        _ request: AcceptParticipationRequest, _ call: CountyCall
    ) async throws -> AcceptParticipationResponse {
        var violations = FieldViolations()
        AccessValidation.check(request.access, &violations)
        AccessValidation.requirePurpose(request.access, &violations)
        AccessValidation.requireReason(request.access, &violations)
        SharingValidation.check(
            municipalityCode: request.municipalityCode, caseReference: request.caseReference,
            &violations)
        try await environment.refuse(violations, call)
        let register = try environment.snapshot()
        guard let tenant = register.activeTenant(request.municipalityCode) else {
            try await environment.recorder.record(
                call.context, reason: AssessmentRefusals.noSuchInvitation.reason, in: register)
            throw AssessmentRefusals.noSuchInvitation
        }
        return try await environment.countyWork(call) {
            do {
                return try await accept(request, call, tenant)
            } catch let refusal as RefusedWork {
                try await record(refusal.status, request, call, tenant)
                throw refusal.status
            }
        }
    }

    private func accept(
        _ request: AcceptParticipationRequest, _ call: CountyCall, _ tenant: TenantSchema
    ) async throws -> AcceptParticipationResponse {
        let entry = call.entry(.caseReference(request.caseReference), .permitted)
        return try await environment.change(
            request, call, in: tenant, entry: entry
        ) { transaction in
            let result = try await transaction.run(
                AssessmentStatements.accept,
                [.text(request.caseReference), .text(call.context.address.userID)])
            guard let row = result.first else {
                throw RefusedWork(AssessmentRefusals.noSuchInvitation)
            }
            let participation = try Participation(row)
            return AcceptParticipationResponse.with { $0.participation = participation }
        }
    }

    /// With the municipality whose invitation it would have been.
    private func record(
        _ status: RPCStatus, _ request: AcceptParticipationRequest, _ call: CountyCall,
        _ tenant: TenantSchema
    ) async throws {
        environment.recorder.spend(call.context)
        let entry = call.entry(
            .caseReference(request.caseReference), .refused(reason: status.reason))
        try await environment.sharing.transaction(
            in: tenant, for: call.county, options: WorkOptions(deadline: call.context.deadline)
        ) { _ in Audited((), entry) }
    }
}
