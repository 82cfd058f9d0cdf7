import Contract

@testable import Services

/// Requests, facts and rules for tests of the sharing decision.
enum SharingExamples {
    static let moment = DecisionMoment(
        decisionID: "00000000-0000-4000-8000-000000000001", seconds: 1_767_225_600, nanoseconds: 0,
        today: CalendarDate(year: 2026, month: 1, day: 1) ?? .distantPast)

    /// WC-ASSESS of the Act: sections 86.2 and 14.4.
    static let assessment = DisclosureRule(
        identifier: "WC-ASSESS", legalBasis: "681/2023 86 § 2 mom., 14 § 4 mom.",
        statuteVersion: "681/2023 as amended by 322/2024 and 1100/2024", recipientKind: .county,
        purpose: .assessment,
        categories: [
            .identityCode, .nameAndContact, .residence, .serviceLanguage, .educationAndWork,
            .assessmentAndPlan, .health,
        ],
        validFrom: CalendarDate(year: 2025, month: 1, day: 1) ?? .distantPast, validTo: nil,
        conditionNames: ["PARTICIPATION_ACCEPTED", "PARTICIPATION_NOT_ENDED", "ASSESSMENT_OPEN"])

    static let request = SharingRequest(
        recipientKind: .county, recipientCode: "08", purpose: .assessment,
        reason: "Services of county and municipality are coordinated.", categories: [])

    static let participation = ParticipationFacts(
        countyCode: "08", isAccepted: true, isEndedByMunicipality: false, isAssessmentOpen: true,
        isClientActive: true, hasNonDisclosureOrder: false)

    static let facts = SharingFacts(
        countyCodeOfMunicipality: "08", isMunicipalityActive: true, participation: participation)

    static func decide(
        _ request: SharingRequest = request, facts: SharingFacts = facts,
        rules: [DisclosureRule] = [assessment]
    ) -> Decision {
        SharingDecision.decide(request, facts: facts, rules: rules, at: moment)
    }
}

extension CalendarDate {
    static var distantPast: CalendarDate {
        guard let date = CalendarDate(year: 1, month: 1, day: 1) else {
            preconditionFailure("1 January of the year 1 is a day")
        }
        return date
    }
}
