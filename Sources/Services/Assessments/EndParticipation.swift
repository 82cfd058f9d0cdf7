import Contract
import Tenancy
import Wire

/// Ends the county's part. Its right to the data ends with the commit of this transaction.
struct EndParticipation: Sendable {
    let environment: ServiceEnvironment

    func callAsFunction(
        _ request: EndParticipationRequest, _ call: TenantCall
    ) async throws -> EndParticipationResponse {
        let subject = AuditSubject(assessmentID: request.assessmentID)
        return try await environment.tenantWork.perform(call, about: subject) {
            var violations = FieldViolations()
            AccessValidation.check(request.access, &violations)
            try violations.refuseIfAny()
            guard UUIDText.isValid(request.assessmentID) else {
                throw RefusedWork(AssessmentRefusals.notFound)
            }
            return try await environment.tenantWork.change(request, call, about: subject) {
                transaction in
                let results = try await transaction.run([
                    WorkStep(AssessmentStatements.getForUpdate, [.uuid(request.assessmentID)]),
                    WorkStep(
                        AssessmentStatements.endParticipation,
                        [.uuid(request.assessmentID), .text(call.userID)]),
                ])
                guard !results[0].isEmpty else { throw RefusedWork(AssessmentRefusals.notFound) }
                guard let row = results[1].first else {
                    throw RefusedWork(AssessmentRefusals.noParticipation)
                }
                let participation = try Participation(row)
                return EndParticipationResponse.with { $0.participation = participation }
            }
        }
    }
}
