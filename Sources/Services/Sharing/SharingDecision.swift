public import Contract
import Wire

/// The decision whether a recipient gets data, as a total function of values: no I/O, no clock, no
/// state. Everything is denied that no rule permits (Act 681/2023 chapter 9).
public enum SharingDecision {
    /// Name of the rule in a refusal for want of one.
    public static let noRule = "WC-NONE"
    /// Groups 1 to 10 of section 73, subsection 1.
    public static let allCategories: [DataCategory] = (1...10).map { DataCategory(rawValue: $0) }

    /// Decides. Permitted only if every condition holds; conditions after the first that does not
    /// hold are reported as not met without being looked at.
    public static func decide(
        _ request: SharingRequest, facts: SharingFacts, rules: [DisclosureRule],
        at moment: DecisionMoment
    ) -> Decision {
        let rule = rule(for: request, among: rules, on: moment.today)
        let ownConditions = rule?.conditions ?? []
        var firstUnmet: SharingCondition?
        var conditions: [Condition] = []
        for condition in SharingCondition.allCases
        where condition.isUniversal || ownConditions.contains(condition) {
            let isMet =
                firstUnmet == nil
                && holds(condition, request: request, rule: rule, facts: facts, on: moment.today)
            if !isMet && firstUnmet == nil { firstUnmet = condition }
            conditions.append(describe(condition, isMet: isMet))
        }
        // A rule that is there and permits nothing is the only way to be without an unmet condition
        // and without a rule; both are needed to permit.
        let isPermitted = firstUnmet == nil && rule != nil
        let released = isPermitted ? releasedCategories(request, rule) : []
        var decision = Decision()
        decision.decisionID = moment.decisionID
        decision.outcome = isPermitted ? .permitted : .refused
        decision.rule = rule?.identifier ?? noRule
        decision.statuteVersion = rule?.statuteVersion ?? ""
        decision.legalBasis = rule?.legalBasis ?? ""
        decision.reason = firstUnmet?.refusalReason ?? ""
        decision.conditions = conditions
        decision.released = released
        decision.withheld = allCategories.filter { !released.contains($0) }
        decision.recipient = recipientName(request)
        decision.purpose = request.purpose
        decision.decideTime = Timestamp(seconds: moment.seconds, nanos: moment.nanoseconds)
        if isPermitted { oblige(&decision, facts.participation) }
        return decision
    }

    /// The rule that is in force for the purpose; else one that was or will be, so that the answer
    /// can say so; else none.
    private static func rule(
        for request: SharingRequest, among rules: [DisclosureRule], on day: CalendarDate
    ) -> DisclosureRule? {
        guard request.purpose != .unspecified else { return nil }
        let candidates = rules.filter {
            $0.purpose == request.purpose && $0.recipientKind == .county
        }.sorted { ($0.validFrom, $0.identifier) > ($1.validFrom, $1.identifier) }
        return candidates.first { $0.isInForce(on: day) } ?? candidates.first
    }

    private static func holds(
        _ condition: SharingCondition, request: SharingRequest, rule: DisclosureRule?,
        facts: SharingFacts, on day: CalendarDate
    ) -> Bool {
        let participation = facts.participation
        return switch condition {
        case .recipientIsCounty: request.recipientKind == .county
        case .purposeHasRule: rule != nil
        case .ruleInForce: rule?.isInForce(on: day) == true && rule?.conditions != nil
        case .reasonStated: request.reason.contains { !$0.isWhitespace }
        case .categoriesPermitted:
            request.categories.allSatisfy { rule?.categories.contains($0) == true }
        case .municipalityInCounty: facts.countyCodeOfMunicipality == request.recipientCode
        case .municipalityActive: facts.isMunicipalityActive
        case .participationAccepted:
            participation?.countyCode == request.recipientCode
                && participation?.isAccepted == true
        case .participationNotEnded: participation?.isEndedByMunicipality == false
        case .assessmentOpen: participation?.isAssessmentOpen == true
        case .clientActive: participation?.isClientActive == true
        }
    }

    private static func releasedCategories(
        _ request: SharingRequest, _ rule: DisclosureRule?
    ) -> [DataCategory] {
        allCategories.filter { category in
            rule?.categories.contains(category) == true
                && (request.categories.isEmpty || request.categories.contains(category))
        }
    }

    private static func oblige(_ decision: inout Decision, _ participation: ParticipationFacts?) {
        decision.obligations = [.purposeOnly, .secrecy]
        guard participation?.hasNonDisclosureOrder != false else { return }
        decision.obligations.append(.nonDisclosureOrder)
        if decision.released.contains(.nameAndContact) { decision.maskedFields = ["contact"] }
    }

    private static func describe(_ condition: SharingCondition, isMet: Bool) -> Condition {
        var described = Condition()
        described.name = condition.rawValue
        described.met = isMet
        described.descriptionText = condition.explanation
        return described
    }

    private static func recipientName(_ request: SharingRequest) -> String {
        let kind =
            switch request.recipientKind {
            case .municipality: "municipality"
            case .county: "county"
            case .operator: "operator"
            case .agency: "agency"
            case .unspecified, .unrecognized: "unknown"
            }
        return "\(kind):\(request.recipientCode)"
    }
}
