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
        let participation = try await environment.countyWork(call) {
            try await accept(request, call, tenant)
        }
        guard let participation else {
            environment.recorder.spend(call.context)
            throw AssessmentRefusals.noSuchInvitation
        }
        return AcceptParticipationResponse.with { $0.participation = participation }
    }

    /// Nil where there is no such invitation; the row that says so is kept with the municipality.
    private func accept(
        _ request: AcceptParticipationRequest, _ call: CountyCall, _ tenant: TenantSchema
    ) async throws -> Participation? {
        try await environment.sharing.transaction(
            in: tenant, for: call.county, options: WorkOptions(deadline: call.context.deadline)
        ) { transaction in
            let result = try await transaction.run(
                AssessmentStatements.accept,
                [.text(request.caseReference), .text(call.context.address.userID)])
            let participation = try result.first.map { try Participation($0) }
            let outcome: AuditOutcome =
                participation == nil
                ? .refused(reason: AssessmentRefusals.noSuchInvitation.reason) : .permitted
            return Audited(
                participation, call.entry(.caseReference(request.caseReference), outcome))
        }
    }
}
