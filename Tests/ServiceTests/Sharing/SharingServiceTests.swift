import Contract
import Tenancy
import TestSupport
import Testing
import Wire

@testable import Services

@Suite struct SharingServiceTests {
    private func decision(of status: RPCStatus?) throws -> Decision {
        guard case .message(let name, let bytes) = try #require(status?.details.first) else {
            throw RPCStatus(.internal, "NO_DECISION", "The refusal carries no decision.")
        }
        #expect(name == "icds.v1.Decision")
        return try Decision(decoding: bytes)
    }

    @Test(arguments: [true, false]) func whatTheRulePermitsIsReleased(_ byCode: Bool) async throws {
        let fixture = try await ServiceFixture.shared()
        let made = try await ServiceCase.make(fixture)
        let response = try await fixture.county("08").sharing.fetch(
            made.fetchRequest(byIdentityCode: byCode))
        let decision = try #require(response.decision)
        #expect(decision.outcome == .permitted && decision.rule == "WC-ASSESS")
        #expect(decision.released.map(\.rawValue) == [1, 2, 3, 4, 5, 6, 8])
        #expect(decision.withheld.map(\.rawValue) == [7, 9, 10])
        let client = try #require(response.client)
        #expect(client.identityCode == made.client.identityCode)
        #expect(client.name == made.client.name && client.contact == made.client.contact)
        #expect(client.residenceTitles == made.client.residenceTitles)
        #expect(client.background == made.client.background && client.health == made.client.health)
        #expect(client.services.isEmpty && client.reimbursements.isEmpty)
        #expect(client.placement == nil && client.etag.isEmpty)
        #expect(response.assessment?.content == made.assessment.content)
        #expect(response.assessment?.participation == made.assessment.participation)
        #expect(response.sources.map(\.category) == decision.released)
    }

    @Test func onlyGroupsAskedForAreReleased() async throws {
        let fixture = try await ServiceFixture.shared()
        let made = try await ServiceCase.make(fixture)
        var request = made.fetchRequest()
        request.categories = [.serviceLanguage]
        let response = try await fixture.county("08").sharing.fetch(request)
        let client = try #require(response.client)
        #expect(client.serviceLanguage == made.client.serviceLanguage)
        for field in ClientField.allCases where ![.status, .serviceLanguage].contains(field) {
            #expect(!field.isSet(in: client), "\(field)")
        }
        #expect(response.assessment == nil)
        #expect(response.sources.map(\.category) == [.serviceLanguage])
    }

    @Test func aNonDisclosureOrderKeepsContactDetailsBack() async throws {
        let fixture = try await ServiceFixture.shared()
        var client = ServiceExamples.client()
        client.nonDisclosureOrder = true
        let made = try await ServiceCase.make(fixture, client: client)
        let response = try await fixture.county("08").sharing.fetch(made.fetchRequest())
        #expect(response.client?.contact == nil)
        #expect(response.client?.name == client.name)
        #expect(response.client?.nonDisclosureOrder == true)
        #expect(response.decision?.maskedFields == ["contact"])
        #expect(response.decision?.obligations.contains(.nonDisclosureOrder) == true)
        #expect(try !response.encoded().contains("+358401234567"))
    }

    @Test func theCountysWayThroughAnAssessment() async throws {
        let fixture = try await ServiceFixture.shared()
        let county = fixture.county("08")
        var made = try await ServiceCase.make(fixture, to: .started)
        let reason = { (made: ServiceCase, byCode: Bool) in
            try await status {
                _ = try await county.sharing.fetch(made.fetchRequest(byIdentityCode: byCode))
            }?.reason
        }
        #expect(try await reason(made, true) == "NO_PARTICIPATION")
        try await made.invite()
        #expect(try await reason(made, false) == "NO_PARTICIPATION")
        try await made.accept(county)
        #expect(try await reason(made, false) == nil)
        _ = try await made.complete()
        #expect(try await reason(made, false) == "ASSESSMENT_NOT_OPEN")
        #expect(try await reason(made, true) == "ASSESSMENT_NOT_OPEN")
    }

    @Test func thePartThatTheMunicipalityEndedEndsTheRight() async throws {
        let fixture = try await ServiceFixture.shared()
        let made = try await ServiceCase.make(fixture)
        _ = try await made.caller.assessments.endParticipation(
            .with {
                $0.access = ServiceExamples.access()
                $0.assessmentID = made.assessment.assessmentID
            })
        let fetch = { @Sendable in
            try await status {
                _ = try await fixture.county("08").sharing.fetch(made.fetchRequest())
            }
        }
        #expect(try await fetch()?.reason == "PARTICIPATION_ENDED")
        _ = try await made.complete()
        #expect(try await fetch()?.reason == "PARTICIPATION_ENDED")
    }

    /// Same bytes but for the decision's id and time, whether the client is there or not.
    @Test func aCountyWithoutPartCannotTellWhetherThereIsAClient() async throws {
        let fixture = try await ServiceFixture.shared()
        let made = try await ServiceCase.make(fixture, to: .invited)
        for county in ["08", "19"] {
            var answers: Set<[UInt8]> = []
            for code in [made.client.identityCode, ServiceExamples.identityCode()] {
                var request = made.fetchRequest()
                request.subject = .identityCode(code)
                let refusal = try await status {
                    _ = try await fixture.county(county).sharing.fetch(request)
                }
                var told = try decision(of: refusal)
                told.decisionID = ""
                told.decideTime = nil
                var bare = try #require(refusal)
                bare.details = []
                answers.insert(try told.encoded() + Array("\(bare)".utf8))
            }
            #expect(answers.count == 1)
        }
    }

    @Test func anotherCountyGetsNothing() async throws {
        let fixture = try await ServiceFixture.shared()
        let made = try await ServiceCase.make(fixture)
        for byCode in [true, false] {
            let refusal = try await status {
                _ = try await fixture.county("19").sharing.fetch(
                    made.fetchRequest(byIdentityCode: byCode))
            }
            #expect(refusal?.code == .permissionDenied && refusal?.reason == "NOT_IN_COUNTY")
            #expect(try decision(of: refusal).released.isEmpty)
        }
        let accesses = try await made.caller.accesses(to: made.client.clientID)
        let refused = accesses.filter { $0.actorCode == "19" }
        #expect(refused.count == 2)
        #expect(refused.map(\.refusalReason) == ["NOT_IN_COUNTY", "NOT_IN_COUNTY"])
    }

    @Test func explainDecidesAlikeAndReleasesNothing() async throws {
        let fixture = try await ServiceFixture.shared()
        let made = try await ServiceCase.make(fixture)
        let request = made.fetchRequest()
        let response = try await fixture.county("08").sharing.explain(
            .with {
                $0.access = request.access
                $0.municipalityCode = request.municipalityCode
                $0.subject = .caseReference(made.caseReference)
            })
        #expect(response.decision?.outcome == .permitted)
        let accesses = try await made.caller.accesses(to: made.client.clientID)
        let access = try #require(accesses.first)
        #expect(access.method == "icds.v1.SharingService/Explain")
        #expect(access.outcome == .permitted && access.released.isEmpty)
        #expect(access.decisionID == response.decision?.decisionID)
    }

    @Test func theLogKeepsTheDecisionWhole() async throws {
        let fixture = try await ServiceFixture.shared()
        let made = try await ServiceCase.make(fixture)
        let decision = try await fixture.county("08").sharing.fetch(made.fetchRequest()).decision
        let identifier = try #require(decision?.decisionID)
        let kept = try await fixture.openedLog(of: "837").compactMap { $0?.decision }
            .map { try Decision(jsonString: $0) }
        #expect(kept.filter { $0.decisionID == identifier } == [decision])
    }

    @Test func malformedRequestsNameEverythingThatIsWrong() async throws {
        let fixture = try await ServiceFixture.shared()
        let refusal = try await status {
            _ = try await fixture.county("08").sharing.fetch(
                .with {
                    $0.municipalityCode = "83"
                    $0.categories = [.unspecified]
                })
        }
        #expect(
            refusal?.violationSummary == [
                "access.user_id REQUIRED", "municipality_code FORMAT", "subject REQUIRED",
                "categories[0] UNKNOWN_VALUE",
            ])
    }

    @Test(arguments: [
        (Purpose.unspecified, "NO_RULE"), (.planDraft, "NO_RULE"),
        (.integrationServices, "NO_RULE"),
    ]) func otherPurposesAreRefused(_ purpose: Purpose, _ reason: String) async throws {
        let fixture = try await ServiceFixture.shared()
        let made = try await ServiceCase.make(fixture)
        var request = made.fetchRequest()
        request.access?.purpose = purpose
        let refusal = try await status {
            _ = try await fixture.county("08").sharing.fetch(request)
        }
        #expect(refusal?.reason == reason)
        #expect(try decision(of: refusal).rule == "WC-NONE")
    }

    @Test func aMunicipalityThatIsNotInTheServiceSharesNothing() async throws {
        let fixture = try await ServiceFixture.shared()
        let code = try fixture.registeredMunicipality()
        let refusal = try await status {
            _ = try await fixture.county("08").sharing.fetch(
                .with {
                    $0.access = ServiceExamples.access(.assessment)
                    $0.municipalityCode = code
                    $0.subject = .identityCode(ServiceExamples.identityCode())
                })
        }
        #expect(refusal?.reason == "MUNICIPALITY_NOT_ACTIVE")
    }
}

extension [UInt8] {
    /// Whether the bytes of a text occur in these.
    func contains(_ text: String) -> Bool {
        let pattern = Array(text.utf8)
        guard !pattern.isEmpty, count >= pattern.count else { return false }
        return (0...(count - pattern.count)).contains { start in
            self[start] == pattern[0] && Array(self[start..<(start + pattern.count)]) == pattern
        }
    }
}
