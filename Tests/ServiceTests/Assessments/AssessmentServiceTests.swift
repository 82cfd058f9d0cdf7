import Contract
import TestSupport
import Testing
import Wire

@testable import Services

@Suite struct AssessmentServiceTests {
    private let tampere = ServiceFixture.tampere

    private func get(_ made: ServiceCase) async throws -> Assessment? {
        try await made.caller.assessments.getAssessment(
            .with {
                $0.access = ServiceExamples.access()
                $0.assessmentID = made.assessment.assessmentID
            }
        ).assessment
    }

    @Test func anAssessmentIsReadAsItWasStarted() async throws {
        let fixture = try await ServiceFixture.shared()
        let made = try await ServiceCase.make(fixture, to: .started)
        #expect(made.assessment.status == .open)
        #expect(made.assessment.trigger == .protection)
        #expect(made.assessment.recordedBy == "user-1")
        #expect(try await get(made) == made.assessment)
    }

    @Test func aClientHasOneAssessmentUnderWay() async throws {
        let fixture = try await ServiceFixture.shared()
        let made = try await ServiceCase.make(fixture, to: .started)
        let again = { @Sendable in
            try await made.caller.assessments.startAssessment(
                .with {
                    $0.access = ServiceExamples.access()
                    $0.clientID = made.client.clientID
                    $0.trigger = .request
                })
        }
        let refusal = try await status { _ = try await again() }
        #expect(refusal?.code == .failedPrecondition && refusal?.reason == "ASSESSMENT_OPEN")
        _ = try await made.complete()
        #expect(try await again().assessment?.status == .open)
    }

    @Test func startingNeedsAClientAndACase() async throws {
        let fixture = try await ServiceFixture.shared()
        let caller = fixture.municipality(tampere)
        let start = { @Sendable (trigger: AssessmentTrigger) in
            try await status {
                _ = try await caller.assessments.startAssessment(
                    .with {
                        $0.access = ServiceExamples.access()
                        $0.clientID = "00000000-0000-4000-8000-000000000000"
                        $0.trigger = trigger
                    })
            }
        }
        #expect(try await start(.protection) == ClientRefusals.notFound)
        #expect(try await start(.unspecified)?.violationSummary == ["trigger REQUIRED"])
    }

    @Test func theCountyIsTheMunicipalitysOwn() async throws {
        let fixture = try await ServiceFixture.shared()
        let made = try await ServiceCase.make(fixture, to: .invited)
        #expect(made.assessment.participation?.countyCode == "08")
        #expect(made.caseReference.count == 26)
        let again = try await status {
            _ = try await made.caller.assessments.inviteCounty(
                .with {
                    $0.access = ServiceExamples.access()
                    $0.assessmentID = made.assessment.assessmentID
                })
        }
        #expect(again == AssessmentRefusals.alreadyInvited)
        let helsinki = try await ServiceCase.make(
            fixture, municipality: ServiceFixture.helsinki, to: .invited)
        #expect(helsinki.assessment.participation?.countyCode == "90")
    }

    @Test func alandLiesInNoCounty() async throws {
        let fixture = try await ServiceFixture.shared()
        let made = try await ServiceCase.make(
            fixture, municipality: ServiceFixture.brando, to: .started)
        let refusal = try await status {
            _ = try await made.caller.assessments.inviteCounty(
                .with {
                    $0.access = ServiceExamples.access()
                    $0.assessmentID = made.assessment.assessmentID
                })
        }
        #expect(refusal?.code == .failedPrecondition && refusal?.reason == "NO_COUNTY")
    }

    @Test func acceptingTwiceAnswersAlike() async throws {
        let fixture = try await ServiceFixture.shared()
        var made = try await ServiceCase.make(fixture)
        let first = try #require(made.assessment.participation)
        #expect(first.acceptTime != nil)
        try await made.accept(fixture.county("08"))
        #expect(made.assessment.participation == first)
        #expect(try await get(made)?.participation == first)
    }

    /// One answer, whether there is no such reference, it is another county's, the part has ended, or
    /// there is no such municipality.
    @Test func everyOtherAcceptanceIsRefusedAlike() async throws {
        let fixture = try await ServiceFixture.shared()
        let made = try await ServiceCase.make(fixture, to: .invited)
        let ended = try await ServiceCase.make(fixture)
        _ = try await ended.complete()
        let attempts = [
            ("19", "837", made.caseReference), ("08", "564", made.caseReference),
            ("08", "999", made.caseReference), ("08", "837", ended.caseReference),
            ("08", "837", "aaaaaaaaaaaaaaaaaaaaaaaaaa"), ("08", "837", "x"),
        ]
        for (county, municipality, reference) in attempts {
            let refusal = try await status {
                _ = try await fixture.county(county).assessments.acceptParticipation(
                    .with {
                        $0.access = ServiceExamples.access(.assessment)
                        $0.municipalityCode = municipality
                        $0.caseReference = reference
                    })
            }
            #expect(refusal == AssessmentRefusals.noSuchInvitation)
        }
        let accesses = try await made.caller.accesses(to: made.client.clientID)
        let attempt = try #require(accesses.first { $0.refusalReason == "NO_SUCH_INVITATION" })
        #expect(attempt.actorKind == .county && attempt.actorCode == "19")
    }

    @Test func theMunicipalityEndsThePart() async throws {
        let fixture = try await ServiceFixture.shared()
        var made = try await ServiceCase.make(fixture)
        let caller = made.caller
        let end = { @Sendable (identifier: String) in
            try await caller.assessments.endParticipation(
                .with {
                    $0.access = ServiceExamples.access()
                    $0.assessmentID = identifier
                }
            ).participation
        }
        let identifier = made.assessment.assessmentID
        #expect(try await end(identifier)?.endTime != nil)
        #expect(
            try await status { _ = try await end(identifier) } == AssessmentRefusals.noParticipation
        )
        #expect(
            try await status { _ = try await end("x") } == AssessmentRefusals.notFound)
        let first = made.caseReference
        try await made.invite()
        #expect(made.caseReference != first, "a new invitation is a new case")
    }

    @Test func completionEndsEverythingAtOnce() async throws {
        let fixture = try await ServiceFixture.shared()
        let made = try await ServiceCase.make(fixture)
        let completed = try await made.complete()
        #expect(completed.status == .completed)
        #expect(completed.content?.planNeeded == true)
        #expect(completed.etag != made.assessment.etag)
        #expect(completed.participation?.endTime == completed.completeTime)
        let again = try await status { _ = try await made.complete() }
        #expect(again == AssessmentRefusals.notOpen)
    }

    @Test func aStaleEtagCompletesNothing() async throws {
        let fixture = try await ServiceFixture.shared()
        var made = try await ServiceCase.make(fixture)
        let right = made.assessment
        made.assessment.etag = "v9"
        #expect(try await status { _ = try await made.complete() }?.reason == "ETAG_MISMATCH")
        #expect(try await get(made)?.status == .open)
        made.assessment = right
        #expect(try await get(made)?.participation?.endTime == nil, "nothing half-done")
    }
}
