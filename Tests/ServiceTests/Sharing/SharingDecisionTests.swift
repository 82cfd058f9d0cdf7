import Contract
import Testing

@testable import Services

@Suite struct SharingDecisionTests {
    @Test func assessmentWithAnAcceptedCountyIsReleased() {
        let decision = SharingExamples.decide()
        #expect(decision.outcome == .permitted)
        #expect(decision.rule == "WC-ASSESS")
        #expect(decision.legalBasis == "681/2023 86 § 2 mom., 14 § 4 mom.")
        #expect(decision.statuteVersion == "681/2023 as amended by 322/2024 and 1100/2024")
        #expect(decision.reason.isEmpty)
        #expect(decision.recipient == "county:08")
        #expect(decision.released.map(\.rawValue) == [1, 2, 3, 4, 5, 6, 8])
        #expect(decision.withheld.map(\.rawValue) == [7, 9, 10])
        #expect(decision.obligations == [.purposeOnly, .secrecy])
        #expect(decision.maskedFields.isEmpty)
        #expect(!decision.conditions.map(\.met).contains(false))
        #expect(decision.conditions.map(\.name) == SharingCondition.allCases.map(\.rawValue))
    }

    @Test func groupsAskedForAreReleasedAndTheRestWithheld() {
        var request = SharingExamples.request
        request.categories = [.health, .identityCode]
        let decision = SharingExamples.decide(request)
        #expect(decision.released == [.identityCode, .health])
        #expect(decision.withheld.map(\.rawValue) == [2, 3, 4, 5, 6, 7, 9, 10])
    }

    @Test(arguments: [DataCategory.services, .placement, .reimbursement, .unspecified])
    func aGroupThatTheRuleDoesNotPermitRefusesTheRequest(_ category: DataCategory) {
        var request = SharingExamples.request
        request.categories = [.identityCode, category]
        let decision = SharingExamples.decide(request)
        #expect(decision.outcome == .refused)
        #expect(decision.reason == "CATEGORY_NOT_PERMITTED")
    }

    @Test func aNonDisclosureOrderMasksContactDetails() {
        var facts = SharingExamples.facts
        facts.participation?.hasNonDisclosureOrder = true
        let decision = SharingExamples.decide(facts: facts)
        #expect(decision.outcome == .permitted)
        #expect(decision.obligations == [.purposeOnly, .secrecy, .nonDisclosureOrder])
        #expect(decision.maskedFields == ["contact"])
        #expect(decision.released.contains(.nameAndContact))
    }

    @Test func theCountyThatTookPartLearnsThatTheAssessmentIsCompleted() {
        var facts = SharingExamples.facts
        facts.participation?.isAssessmentOpen = false
        #expect(SharingExamples.decide(facts: facts).reason == "ASSESSMENT_NOT_OPEN")
    }

    @Test func aCountyWhosePartWasEndedLearnsNothingOfTheAssessmentAfterwards() {
        var facts = SharingExamples.facts
        facts.participation?.isEndedByMunicipality = true
        let during = SharingExamples.decide(facts: facts)
        facts.participation?.isAssessmentOpen = false
        facts.participation?.isClientActive = false
        facts.participation?.hasNonDisclosureOrder = true
        #expect(during.reason == "PARTICIPATION_ENDED")
        #expect(SharingExamples.decide(facts: facts) == during)
    }

    /// What a county without a part may not tell apart: no such client, a client of whom it is not
    /// invited, an invitation not accepted, another county's part.
    @Test func withoutPartEveryAnswerIsTheSame() {
        var none = SharingExamples.facts
        none.participation = nil
        let expected = SharingExamples.decide(facts: none)
        #expect(expected.reason == "NO_PARTICIPATION")
        for accepted in [true, false] {
            for flags in 0..<16 {
                var facts = SharingExamples.facts
                facts.participation = ParticipationFacts(
                    countyCode: accepted ? "19" : "08", isAccepted: accepted,
                    isEndedByMunicipality: flags & 1 != 0, isAssessmentOpen: flags & 2 != 0,
                    isClientActive: flags & 4 != 0, hasNonDisclosureOrder: flags & 8 != 0)
                #expect(SharingExamples.decide(facts: facts) == expected)
            }
        }
    }

    @Test func rulesHoldOnTheirDaysOnly() throws {
        let day = try #require(CalendarDate("2025-12-31"))
        let ended = SharingExamples.assessment.with(validTo: day)
        let decision = SharingExamples.decide(rules: [ended])
        #expect(decision.reason == "RULE_NOT_IN_FORCE")
        #expect(decision.rule == "WC-ASSESS")
        let today = SharingExamples.moment.today
        let lastDay = SharingExamples.assessment.with(validTo: today)
        #expect(SharingExamples.decide(rules: [lastDay]).outcome == .permitted)
        let successor = SharingExamples.assessment.with(identifier: "WC-ASSESS-2", validFrom: today)
        let decided = SharingExamples.decide(rules: [ended, successor])
        #expect(decided.outcome == .permitted)
        #expect(decided.rule == "WC-ASSESS-2")
    }

    /// A row that asks for something this service cannot check, or for no relation to the client at
    /// all, must not open anything.
    @Test(arguments: [
        [], ["ASSESSMENT_OPEN"], ["PARTICIPATION_ACCEPTED", "MOON_IS_FULL"],
        ["participation_accepted"],
    ]) func aRuleThatCannotBeCheckedPermitsNothing(_ names: [String]) {
        let rule = SharingExamples.assessment.with(conditionNames: names)
        #expect(SharingExamples.decide(rules: [rule]).reason == "RULE_NOT_IN_FORCE")
    }

    @Test(arguments: ["", " ", "\n\t"]) func aBlankReasonIsNone(_ reason: String) {
        var request = SharingExamples.request
        request.reason = reason
        #expect(SharingExamples.decide(request).reason == "REASON_MISSING")
    }

    @Test func withoutRulesNothingIsPermitted() {
        let decision = SharingExamples.decide(rules: [])
        #expect(decision.outcome == .refused)
        #expect(decision.rule == SharingDecision.noRule)
        #expect(decision.reason == "NO_RULE")
    }
}

extension DisclosureRule {
    func with(
        identifier: String? = nil, validFrom: CalendarDate? = nil, validTo: CalendarDate? = nil,
        conditionNames: [String]? = nil
    ) -> DisclosureRule {
        DisclosureRule(
            identifier: identifier ?? self.identifier, legalBasis: legalBasis,
            statuteVersion: statuteVersion, recipientKind: recipientKind, purpose: purpose,
            categories: categories, validFrom: validFrom ?? self.validFrom,
            validTo: validTo ?? self.validTo, conditionNames: conditionNames ?? self.conditionNames)
    }
}
