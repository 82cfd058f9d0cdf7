import Contract
import Tenancy
import Wire

/// Reads one assessment with the county's part, in one round trip with its audit row.
struct GetAssessment: Sendable {
    let environment: ServiceEnvironment

    func callAsFunction(
        _ request: GetAssessmentRequest, _ call: TenantCall
    ) async throws -> GetAssessmentResponse {
        let subject = AuditSubject(assessmentID: request.assessmentID)
        try await environment.tenantWork.perform(call, about: subject) {
            var violations = FieldViolations()
            AccessValidation.check(request.access, &violations)
            try violations.refuseIfAny()
            guard UUIDText.isValid(request.assessmentID) else {
                throw RefusedWork(AssessmentRefusals.notFound)
            }
        }
        return try await StatusMapping.mapping {
            let results = try await environment.tenants.run(
                [
                    WorkStep(AssessmentStatements.get, [.uuid(request.assessmentID)]),
                    WorkStep(AssessmentStatements.participation, [.uuid(request.assessmentID)]),
                ], in: call.tenant,
                audit: call.entry(
                    subject, AssessmentRefusals.foundOrRefused, reading: [.assessmentAndPlan]),
                options: call.options)
            // The row has said the same: refused, since there is no such assessment.
            guard let row = results[0].first else { throw AssessmentRefusals.notFound }
            var assessment = try Assessment(row)
            assessment.participation = try results[1].first.map { try Participation($0) }
            return GetAssessmentResponse.with { $0.assessment = assessment }
        }
    }
}
