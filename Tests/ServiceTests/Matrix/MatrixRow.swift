import Contract
import TestSupport
import Testing
import Wire

/// What a request of the matrix names: things that are there, or things of the same form that are not.
struct MatrixSubject: Sendable {
    var municipality: String
    var clientID: String
    var identityCode: String
    var assessmentID: String
    var caseReference: String
    var etag: String

    init(_ made: ServiceCase, etagOf stage: ServiceCase.Stage) {
        municipality = made.caller.peer.code
        clientID = made.client.clientID
        identityCode = made.client.identityCode
        assessmentID = made.assessment.assessmentID
        caseReference = made.caseReference
        etag = stage == .recorded ? made.client.etag : made.assessment.etag
    }

    /// The same municipality with a client, an assessment and a case that it does not have.
    var missing: MatrixSubject {
        var missing = self
        missing.clientID = "00000000-0000-4000-8000-0000000000aa"
        missing.identityCode = ServiceExamples.identityCode()
        missing.assessmentID = "00000000-0000-4000-8000-0000000000bb"
        missing.caseReference = String(repeating: "a", count: 26)
        return missing
    }

    func naming(_ municipality: String) -> MatrixSubject {
        var other = self
        other.municipality = municipality
        return other
    }
}

/// One audited method of the contract in the matrix.
struct MatrixRow: Sendable {
    let method: MethodDescriptor
    /// How far the case must be for the method to succeed in the hands of its own caller.
    let stage: ServiceCase.Stage
    /// Whether the request names a client, in any way.
    let namesClient: Bool
    let request: @Sendable (MatrixSubject) throws -> [UInt8]

    private init<Request: WireMessage>(
        _ method: MethodDescriptor, after stage: ServiceCase.Stage, namesClient: Bool = true,
        _ fill: @escaping @Sendable (inout Request, MatrixSubject) -> Void
    ) {
        self.method = method
        self.stage = stage
        self.namesClient = namesClient
        request = { subject in
            var request = Request()
            fill(&request, subject)
            return try request.encoded()
        }
    }

    /// Every audited method. A method that is missing here fails `everyAuditedMethodHasARow`.
    static let all: [MatrixRow] = clients + assessments + others

    private static let clients = [
        MatrixRow(ClientServiceMethods.createClient, after: .recorded, namesClient: false) {
            (request: inout CreateClientRequest, subject) in
            request.access = ServiceExamples.access()
            request.municipalityCode = subject.municipality
            request.client = ServiceExamples.client()
        },
        MatrixRow(ClientServiceMethods.getClient, after: .recorded) {
            (request: inout GetClientRequest, subject) in
            request.access = ServiceExamples.access()
            request.municipalityCode = subject.municipality
            request.clientID = subject.clientID
        },
        MatrixRow(ClientServiceMethods.findClient, after: .recorded) {
            (request: inout FindClientRequest, subject) in
            request.access = ServiceExamples.access()
            request.municipalityCode = subject.municipality
            request.identityCode = subject.identityCode
        },
        MatrixRow(ClientServiceMethods.updateClient, after: .recorded) {
            (request: inout UpdateClientRequest, subject) in
            request.access = ServiceExamples.access()
            request.municipalityCode = subject.municipality
            request.clientID = subject.clientID
            request.etag = subject.etag
            request.client = .with { $0.citizenships = ["FI"] }
            request.updateMask = FieldMask(paths: ["citizenships"])
        },
        MatrixRow(ClientServiceMethods.watchChanges, after: .recorded, namesClient: false) {
            (request: inout WatchChangesRequest, subject) in
            request.access = ServiceExamples.access()
            request.municipalityCode = subject.municipality
        },
    ]

    private static let assessments = [
        MatrixRow(AssessmentServiceMethods.startAssessment, after: .recorded) {
            (request: inout StartAssessmentRequest, subject) in
            request.access = ServiceExamples.access()
            request.municipalityCode = subject.municipality
            request.clientID = subject.clientID
            request.trigger = .request
        },
        MatrixRow(AssessmentServiceMethods.getAssessment, after: .started) {
            (request: inout GetAssessmentRequest, subject) in
            request.access = ServiceExamples.access()
            request.municipalityCode = subject.municipality
            request.assessmentID = subject.assessmentID
        },
        MatrixRow(AssessmentServiceMethods.inviteCounty, after: .started) {
            (request: inout InviteCountyRequest, subject) in
            request.access = ServiceExamples.access()
            request.municipalityCode = subject.municipality
            request.assessmentID = subject.assessmentID
        },
        MatrixRow(AssessmentServiceMethods.acceptParticipation, after: .invited) {
            (request: inout AcceptParticipationRequest, subject) in
            request.access = ServiceExamples.access(.assessment)
            request.municipalityCode = subject.municipality
            request.caseReference = subject.caseReference
        },
        MatrixRow(AssessmentServiceMethods.endParticipation, after: .accepted) {
            (request: inout EndParticipationRequest, subject) in
            request.access = ServiceExamples.access()
            request.municipalityCode = subject.municipality
            request.assessmentID = subject.assessmentID
        },
        MatrixRow(AssessmentServiceMethods.completeAssessment, after: .accepted) {
            (request: inout CompleteAssessmentRequest, subject) in
            request.access = ServiceExamples.access()
            request.municipalityCode = subject.municipality
            request.assessmentID = subject.assessmentID
            request.etag = subject.etag
        },
    ]

    private static let others = [
        MatrixRow(SharingServiceMethods.fetch, after: .accepted) {
            (request: inout FetchRequest, subject) in
            request.access = ServiceExamples.access(.assessment)
            request.municipalityCode = subject.municipality
            request.subject = .caseReference(subject.caseReference)
        },
        MatrixRow(SharingServiceMethods.explain, after: .accepted) {
            (request: inout ExplainRequest, subject) in
            request.access = ServiceExamples.access(.assessment)
            request.municipalityCode = subject.municipality
            request.subject = .identityCode(subject.identityCode)
        },
        MatrixRow(AuditServiceMethods.listAccesses, after: .recorded) {
            (request: inout ListAccessesRequest, subject) in
            request.access = ServiceExamples.access(.logOversight)
            request.municipalityCode = subject.municipality
            request.clientID = subject.clientID
        },
        MatrixRow(AuditServiceMethods.exportAccesses, after: .recorded, namesClient: false) {
            (request: inout ExportAccessesRequest, subject) in
            request.access = ServiceExamples.access(.logOversight)
            request.municipalityCode = subject.municipality
        },
    ]
}

extension MatrixRow: CustomTestStringConvertible {
    var testDescription: String { method.fullName }
}
