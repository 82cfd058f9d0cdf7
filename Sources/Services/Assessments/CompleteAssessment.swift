import Contract
import Tenancy
import Wire

/// Completes an assessment with its result, and ends the county's part in the same transaction.
struct CompleteAssessment: Sendable {
    let environment: ServiceEnvironment

    func callAsFunction(
        _ request: CompleteAssessmentRequest, _ call: TenantCall
    ) async throws -> CompleteAssessmentResponse {
        let subject = AuditSubject(assessmentID: request.assessmentID)
        return try await environment.tenantWork.perform(call, about: subject) {
            var violations = FieldViolations()
            AccessValidation.check(request.access, &violations)
            AssessmentValidation.check(request.content, at: "content", &violations)
            if request.etag.isEmpty {
                violations.add("etag", .required, "The etag of the assessment that was read.")
            }
            try violations.refuseIfAny()
            guard UUIDText.isValid(request.assessmentID) else {
                throw RefusedWork(AssessmentRefusals.notFound)
            }
            return try await environment.tenantWork.change(
                request, call, about: subject, reading: [.assessmentAndPlan]
            ) {
                let assessment = try await complete(request, call, $0)
                return CompleteAssessmentResponse.with { $0.assessment = assessment }
            }
        }
    }

    private func complete(
        _ request: CompleteAssessmentRequest, _ call: TenantCall, _ transaction: Transaction
    ) async throws -> Assessment {
        let found = try await transaction.run(
            AssessmentStatements.getForUpdate, [.uuid(request.assessmentID)])
        guard let row = found.first else { throw RefusedWork(AssessmentRefusals.notFound) }
        let current = try Assessment(row)
        guard current.status == .open else { throw RefusedWork(AssessmentRefusals.notOpen) }
        guard current.etag == request.etag else {
            throw RefusedWork(ClientRefusals.etagMismatch)
        }
        let version: Int64 = try row.value("version")
        let content = request.content ?? AssessmentContent()
        let results = try await transaction.run([
            WorkStep(
                AssessmentStatements.endParticipation,
                [.uuid(request.assessmentID), .text(call.userID)]),
            WorkStep(
                AssessmentStatements.complete,
                [
                    .uuid(request.assessmentID), .int(version), .json(content.jsonString()),
                    .text(call.userID),
                ]),
            AssessmentSource.step(clientID: current.clientID, call),
            WorkStep(AssessmentStatements.participation, [.uuid(request.assessmentID)]),
        ])
        var assessment = try Assessment(results[1].only())
        assessment.participation = try results[3].first.map { try Participation($0) }
        return assessment
    }
}
