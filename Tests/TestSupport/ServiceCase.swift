public import Contract
import Wire

/// A client of a municipality with an assessment, as far as a test wants it taken.
public struct ServiceCase: Sendable {
    public let caller: ServiceCaller
    public let client: Client
    public var assessment: Assessment
    public var caseReference: String { assessment.participation?.caseReference ?? "" }

    public enum Stage: Int, Sendable, Comparable {
        /// The client only.
        case recorded
        case started, invited, accepted

        public static func < (left: Stage, right: Stage) -> Bool { left.rawValue < right.rawValue }
    }

    /// - Parameters:
    ///   - municipality: one in Pirkanmaa, whose county accepts.
    public static func make(
        _ fixture: ServiceFixture, municipality: String = ServiceFixture.tampere,
        county: String = ServiceFixture.pirkanmaa,
        client: Client = ServiceExamples.client(), to stage: Stage = .accepted
    ) async throws -> ServiceCase {
        let caller = fixture.municipality(municipality)
        let recorded = try await caller.create(client)
        guard stage >= .started else {
            return ServiceCase(caller: caller, client: recorded, assessment: Assessment())
        }
        let started = try await caller.assessments.startAssessment(
            .with {
                $0.access = ServiceExamples.access()
                $0.clientID = recorded.clientID
                $0.trigger = .protection
                $0.content = .with { $0.initialInterview = "Reads and writes Somali." }
            })
        var made = ServiceCase(
            caller: caller, client: recorded, assessment: started.assessment ?? Assessment())
        if stage >= .invited { try await made.invite() }
        if stage >= .accepted { try await made.accept(fixture.county(county)) }
        return made
    }

    public mutating func invite() async throws {
        let assessmentID = assessment.assessmentID
        assessment.participation = try await caller.assessments.inviteCounty(
            .with {
                $0.access = ServiceExamples.access()
                $0.assessmentID = assessmentID
            }
        ).participation
    }

    public mutating func accept(_ county: ServiceCaller) async throws {
        let (code, reference) = (caller.peer.code, caseReference)
        assessment.participation = try await county.assessments.acceptParticipation(
            .with {
                $0.access = ServiceExamples.access(.assessment, user: "county-user")
                $0.municipalityCode = code
                $0.caseReference = reference
            }
        ).participation
    }

    /// The request by which a county would get the client.
    public func fetchRequest(byIdentityCode: Bool = false) -> FetchRequest {
        .with {
            $0.access = ServiceExamples.access(.assessment, user: "county-user")
            $0.municipalityCode = caller.peer.code
            $0.subject =
                byIdentityCode
                ? .identityCode(client.identityCode) : .caseReference(caseReference)
        }
    }

    public func complete() async throws -> Assessment {
        let response = try await caller.assessments.completeAssessment(
            .with {
                $0.access = ServiceExamples.access()
                $0.assessmentID = assessment.assessmentID
                $0.etag = assessment.etag
                $0.content = .with {
                    $0.initialInterview = "Reads and writes Somali."
                    $0.planNeeded = true
                }
            })
        return response.assessment ?? Assessment()
    }
}
