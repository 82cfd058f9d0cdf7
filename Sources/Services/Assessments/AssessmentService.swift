import Contract
import Wire

/// Assessments of skills and need of integration services (Act 681/2023 section 14).
struct AssessmentService: AssessmentServiceProtocol {
    let environment: ServiceEnvironment

    func startAssessment(
        _ request: StartAssessmentRequest, context: ServerContext
    ) async throws -> StartAssessmentResponse {
        try await StartAssessment(environment: environment)(request, TenantCall(context))
    }

    func getAssessment(
        _ request: GetAssessmentRequest, context: ServerContext
    ) async throws -> GetAssessmentResponse {
        try await GetAssessment(environment: environment)(request, TenantCall(context))
    }

    func inviteCounty(
        _ request: InviteCountyRequest, context: ServerContext
    ) async throws -> InviteCountyResponse {
        try await InviteCounty(environment: environment)(request, TenantCall(context))
    }

    func acceptParticipation(
        _ request: AcceptParticipationRequest, context: ServerContext
    ) async throws -> AcceptParticipationResponse {
        try await AcceptParticipation(environment: environment)(request, CountyCall(context))
    }

    func endParticipation(
        _ request: EndParticipationRequest, context: ServerContext
    ) async throws -> EndParticipationResponse {
        try await EndParticipation(environment: environment)(request, TenantCall(context))
    }

    func completeAssessment(
        _ request: CompleteAssessmentRequest, context: ServerContext
    ) async throws -> CompleteAssessmentResponse {
        try await CompleteAssessment(environment: environment)(request, TenantCall(context))
    }
}
