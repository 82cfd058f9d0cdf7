import Contract
import Tenancy
import Wire

/// Invites the county in whose area the municipality lies today (section 14.4).
struct InviteCounty: Sendable {
    let environment: ServiceEnvironment

    func callAsFunction(
        _ request: InviteCountyRequest, _ call: TenantCall
    ) async throws -> InviteCountyResponse {
        let subject = AuditSubject(assessmentID: request.assessmentID)
        return try await environment.tenantWork.perform(call, about: subject) {
            var violations = FieldViolations()
            AccessValidation.check(request.access, &violations)
            try violations.refuseIfAny()
            guard UUIDText.isValid(request.assessmentID) else {
                throw RefusedWork(AssessmentRefusals.notFound)
            }
            return try await environment.tenantWork.change(request, call, about: subject) {
                let participation = try await invite(request.assessmentID, call, $0)
                return InviteCountyResponse.with { $0.participation = participation }
            }
        }
    }

    private func invite(
        _ assessmentID: String, _ call: TenantCall, _ transaction: Transaction
    ) async throws -> Participation {
        let results = try await transaction.run([
            WorkStep(AssessmentStatements.getForUpdate, [.uuid(assessmentID)]),
            WorkStep(AssessmentStatements.participation, [.uuid(assessmentID)]),
        ])
        guard let row = results[0].first else { throw RefusedWork(AssessmentRefusals.notFound) }
        guard try Assessment(row).status == .open else {
            throw RefusedWork(AssessmentRefusals.notOpen)
        }
        if let current = results[1].first, try Participation(current).endTime == nil {
            throw RefusedWork(AssessmentRefusals.alreadyInvited)
        }
        let register = try environment.snapshot()
        guard let county = register.county(ofMunicipality: call.municipalityCode) else {
            throw RefusedWork(AssessmentRefusals.noCounty)
        }
        let invited = try await transaction.run(
            AssessmentStatements.invite,
            [
                .uuid(assessmentID), .text(county), .text(try SecureRandom.caseReference()),
                .text(call.userID),
            ])
        return try Participation(invited.only())
    }
}
