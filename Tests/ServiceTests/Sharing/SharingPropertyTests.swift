import Contract
import Testing

@testable import Services

/// Every combination of what can be so: a decision permits only if all conditions hold, and says
/// why not otherwise.
@Suite struct SharingPropertyTests {
    /// One bit a fact; all set is the case that the rule permits.
    private static let bitCount = 12

    private func request(_ bits: Int) -> SharingRequest {
        var request = SharingExamples.request
        if bits & 1 == 0 { request.recipientKind = .agency }
        if bits & 2 == 0 { request.purpose = .planDraft }
        if bits & 4 == 0 { request.reason = "" }
        if bits & 8 == 0 { request.categories = [.placement] }
        return request
    }

    private func facts(_ bits: Int) -> SharingFacts {
        var facts = SharingExamples.facts
        if bits & 16 == 0 { facts.countyCodeOfMunicipality = nil }
        if bits & 32 == 0 { facts.isMunicipalityActive = false }
        facts.participation?.isAccepted = bits & 64 != 0
        facts.participation?.isEndedByMunicipality = bits & 128 == 0
        facts.participation?.isAssessmentOpen = bits & 256 != 0
        facts.participation?.isClientActive = bits & 512 != 0
        if bits & 1024 == 0 { facts.participation?.countyCode = "19" }
        if bits & 2048 == 0 { facts.participation = nil }
        return facts
    }

    @Test func permittedOnlyIfEverythingHolds() throws {
        let all = (1 << Self.bitCount) - 1
        var permitted = 0
        for bits in 0...all {
            let decision = SharingExamples.decide(request(bits), facts: facts(bits))
            #expect((decision.outcome == .permitted) == (bits == all), "bits \(bits)")
            let met = decision.conditions.map(\.met)
            let firstUnmet = met.firstIndex(of: false)
            if decision.outcome == .permitted {
                permitted += 1
                #expect(firstUnmet == nil)
                continue
            }
            let index = try #require(firstUnmet)
            #expect(met[index...].allSatisfy { !$0 }, "everything after it is unmet")
            let condition = SharingCondition(rawValue: decision.conditions[index].name)
            #expect(decision.reason == condition?.refusalReason)
            #expect(decision.released.isEmpty)
            #expect(decision.withheld == SharingDecision.allCategories)
            #expect(decision.obligations.isEmpty)
            #expect(decision.maskedFields.isEmpty)
        }
        #expect(permitted == 1)
    }

    @Test func everyRefusalHasItsOwnReason() {
        let reasons = SharingCondition.allCases.map(\.refusalReason)
        #expect(Set(reasons).count == reasons.count)
        #expect(Set(SharingCondition.allCases.map(\.explanation)).count == reasons.count)
    }

    @Test func releasedAndWithheldTogetherAreAllGroups() {
        for bits in 0..<(1 << 10) {
            var request = SharingExamples.request
            request.categories = SharingDecision.allCategories.enumerated()
                .filter { bits & (1 << $0.offset) != 0 }.map(\.element)
            let decision = SharingExamples.decide(request)
            let together = (decision.released + decision.withheld).map(\.rawValue).sorted()
            #expect(together == Array(1...10))
            let permitted = Set(SharingExamples.assessment.categories)
            #expect(Set(decision.released).isSubset(of: permitted))
            #expect(
                (decision.outcome == .permitted)
                    == Set(request.categories).isSubset(of: permitted))
        }
    }
}
