import Contract
import Tenancy
import Wire

/// Starts an assessment of a client (section 14).
struct StartAssessment: Sendable {
    let environment: ServiceEnvironment

    func callAsFunction(
        _ request: StartAssessmentRequest, _ call: TenantCall
    ) async throws -> StartAssessmentResponse {
        let subject = AuditSubject(clientID: request.clientID)
        return try await environment.tenantWork.perform(call, about: subject) {
            var violations = FieldViolations()
            AccessValidation.check(request.access, &violations)
            AssessmentValidation.check(trigger: request.trigger, at: "trigger", &violations)
            AssessmentValidation.check(request.content, at: "content", &violations)
            try violations.refuseIfAny()
            guard UUIDText.isValid(request.clientID) else {
                throw RefusedWork(ClientRefusals.notFound)
            }
            do {
                return try await start(request, call, subject)
            } catch let error as DatabaseError
                where error.kind
                == .uniqueViolation(constraint: AssessmentRefusals.openConstraint)
            {
                throw RefusedWork(AssessmentRefusals.alreadyOpen)
            }
        }
    }

    private func start(
        _ request: StartAssessmentRequest, _ call: TenantCall, _ subject: AuditSubject
    ) async throws -> StartAssessmentResponse {
        let content = request.content ?? AssessmentContent()
        let identifier = try SecureRandom.uuid()
        return try await environment.tenantWork.change(
            request, call, about: subject, reading: [.assessmentAndPlan]
        ) { transaction in
            let inserted = try await transaction.run(
                AssessmentStatements.insert,
                [
                    .uuid(identifier), .uuid(request.clientID),
                    .int(Int64(request.trigger.rawValue)), .json(content.jsonString()),
                    .text(call.userID),
                ])
            guard let row = inserted.first else { throw RefusedWork(ClientRefusals.notFound) }
            let assessment = try Assessment(row)
            _ = try await transaction.run([
                AssessmentSource.step(clientID: assessment.clientID, call)
            ])
            return StartAssessmentResponse.with { $0.assessment = assessment }
        }
    }
}

/// Where an assessment comes from (section 73.2): the municipality makes it itself.
enum AssessmentSource {
    static func step(clientID: String, _ call: TenantCall) -> WorkStep {
        WorkStep(
            ClientStatements.recordSources,
            [
                .uuid(clientID),
                .intArray([Int64(DataCategory.assessmentAndPlan.rawValue)]),
                .intArray([Int64(SourceKind.authority.rawValue)]),
                .textArray(["municipality:\(call.municipalityCode)"]),
                .text(call.userID),
            ])
    }
}
