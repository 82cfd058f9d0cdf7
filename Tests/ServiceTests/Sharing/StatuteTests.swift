import Contract
import Testing

@testable import Services

/// The Act's map of a county's rights to data, row by row (Act 681/2023 sections 82 to 94), against
/// the rules that the register is seeded with. What a later rule opens changes this table.
@Suite struct StatuteTests {
    struct Row: Sendable, CustomTestStringConvertible {
        let name: String
        let section: String
        let purpose: Purpose
        let isPermitted: Bool
        var testDescription: String { "\(name) (\(section))" }
    }

    static let rows = [
        Row(name: "WC-ASSESS", section: "86.2, 14.4", purpose: .assessment, isPermitted: true),
        Row(name: "WC-PLAN", section: "86.2, 20.2", purpose: .planDraft, isPermitted: false),
        Row(name: "WC-REVIEW", section: "86.4, 22.2", purpose: .planReview, isPermitted: false),
        Row(name: "WC-MINOR-PLAN", section: "86.3", purpose: .minorPlan, isPermitted: false),
        Row(name: "WC-MINOR-CARE", section: "87.1, 33", purpose: .minorCare, isPermitted: false),
        Row(
            name: "WC-MINOR-REP", section: "87.1, 35", purpose: .minorRepresentative,
            isPermitted: false),
        Row(
            name: "WC-PLACEMENT", section: "83.2, 42-44", purpose: .municipalPlacement,
            isPermitted: false),
        Row(name: "WC-OTHER", section: "none", purpose: .unspecified, isPermitted: false),
        // Purposes that are the municipality's own and never a county's.
        Row(name: "services", section: "72", purpose: .integrationServices, isPermitted: false),
        Row(name: "log", section: "906/2019 17", purpose: .logOversight, isPermitted: false),
        // A number that a newer client may send.
        Row(name: "unknown", section: "-", purpose: .unrecognized(99), isPermitted: false),
    ]

    @Test(arguments: rows) func everyRowOfTheAct(_ row: Row) {
        var request = SharingExamples.request
        request.purpose = row.purpose
        let decision = SharingExamples.decide(request)
        #expect((decision.outcome == .permitted) == row.isPermitted)
        if !row.isPermitted {
            #expect(decision.rule == SharingDecision.noRule)
            #expect(decision.reason == "NO_RULE")
        }
    }

    /// Sections 89 and 90 give the county data on reimbursements from others than a mainland
    /// municipality's register of clients; section 98 gives no right to data at all. Neither is a
    /// purpose that can be stated, and the group itself is withheld under every rule.
    @Test func reimbursementAndReturnAidHaveNoPurposeAndNoRelease() {
        for number in Int32(1)...9 {
            var request = SharingExamples.request
            request.purpose = Purpose(rawValue: number)
            #expect(!SharingExamples.decide(request).released.contains(.reimbursement))
            request.categories = [.reimbursement]
            #expect(SharingExamples.decide(request).outcome == .refused)
        }
    }

    /// Guidance (section 10) is stored on consent and lies outside sections 86 and 87: services are
    /// not released for an assessment.
    @Test func guidanceAndServicesAreOutsideTheAssessment() {
        var request = SharingExamples.request
        request.categories = [.services]
        #expect(SharingExamples.decide(request).reason == "CATEGORY_NOT_PERMITTED")
    }

    /// Section 50.2(1), social and health services in its area, is a task and no right to data; that
    /// the municipality lies in the county is never enough.
    @Test func areaAloneIsNeverEnough() {
        var facts = SharingExamples.facts
        facts.participation = nil
        for number in Int32(0)...9 {
            var request = SharingExamples.request
            request.purpose = Purpose(rawValue: number)
            #expect(SharingExamples.decide(request, facts: facts).outcome == .refused)
        }
    }

    /// A part in the assessment is not enough, either, when the municipality does not lie in the
    /// county today (a move of the boundary), and Åland lies in no county.
    @Test func participationWithoutAreaIsNotEnough() {
        var facts = SharingExamples.facts
        facts.countyCodeOfMunicipality = "19"
        #expect(SharingExamples.decide(facts: facts).reason == "NOT_IN_COUNTY")
        facts.countyCodeOfMunicipality = nil
        #expect(SharingExamples.decide(facts: facts).reason == "NOT_IN_COUNTY")
    }

    /// Section 100: what is said of counties applies to Helsinki.
    @Test func helsinkiIsItsOwnCounty() {
        var request = SharingExamples.request
        request.recipientCode = "90"
        var facts = SharingExamples.facts
        facts.countyCodeOfMunicipality = "90"
        facts.participation?.countyCode = "90"
        #expect(SharingExamples.decide(request, facts: facts).outcome == .permitted)
    }

    @Test(arguments: [OrganisationKind.municipality, .operator, .agency, .unspecified])
    func nobodyButACountyGetsAnything(_ kind: OrganisationKind) {
        var request = SharingExamples.request
        request.recipientKind = kind
        #expect(SharingExamples.decide(request).reason == "NOT_A_COUNTY")
    }
}
