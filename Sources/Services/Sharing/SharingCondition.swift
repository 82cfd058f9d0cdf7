/// What must hold before a recipient gets anything. Declared in the order in which conditions are
/// checked: first what the request alone says, then what the register says, then what the
/// municipality's records say. Nothing that only the municipality knows is looked at before the
/// county's own part in the matter is established.
///
/// The raw value is the stable name in `Decision.conditions`.
public enum SharingCondition: String, Sendable, CaseIterable {
    case recipientIsCounty = "RECIPIENT_IS_COUNTY"
    case purposeHasRule = "PURPOSE_HAS_RULE"
    case ruleInForce = "RULE_IN_FORCE"
    case reasonStated = "REASON_STATED"
    case categoriesPermitted = "CATEGORIES_PERMITTED"
    case municipalityInCounty = "MUNICIPALITY_IN_COUNTY"
    case municipalityActive = "MUNICIPALITY_ACTIVE"
    case participationAccepted = "PARTICIPATION_ACCEPTED"
    case participationNotEnded = "PARTICIPATION_NOT_ENDED"
    case assessmentOpen = "ASSESSMENT_OPEN"
    case clientActive = "CLIENT_ACTIVE"

    /// Stable reason of a refusal by this condition: `Decision.reason` and the status's reason.
    public var refusalReason: String {
        switch self {
        case .recipientIsCounty: "NOT_A_COUNTY"
        case .purposeHasRule: "NO_RULE"
        case .ruleInForce: "RULE_NOT_IN_FORCE"
        case .reasonStated: "REASON_MISSING"
        case .categoriesPermitted: "CATEGORY_NOT_PERMITTED"
        case .municipalityInCounty: "NOT_IN_COUNTY"
        case .municipalityActive: "MUNICIPALITY_NOT_ACTIVE"
        case .participationAccepted: "NO_PARTICIPATION"
        case .participationNotEnded: "PARTICIPATION_ENDED"
        case .assessmentOpen: "ASSESSMENT_NOT_OPEN"
        case .clientActive: "CLIENT_NOT_ACTIVE"
        }
    }

    /// What the condition asks for, with the section it rests on.
    public var explanation: String {
        switch self {
        case .recipientIsCounty:
            "The recipient is a wellbeing services county, or Helsinki with a county's duties "
                + "(681/2023 sections 86 and 100)."
        case .purposeHasRule:
            "A rule gives the recipient a right to data for the stated purpose; everything else "
                + "is denied (681/2023 chapter 9; 621/1999 section 24)."
        case .ruleInForce:
            "The rule is in force on the day of the request and this service can check all of it."
        case .reasonStated:
            "The reason of the search is stated when the search is made (906/2019 section 23)."
        case .categoriesPermitted:
            "Only groups of data are asked for that the rule holds necessary "
                + "(681/2023 sections 73 and 86)."
        case .municipalityInCounty:
            "The municipality lies in the county's area on the day of the request "
                + "(681/2023 sections 50 and 100)."
        case .municipalityActive:
            "The municipality keeps its clients in this service (681/2023 section 76)."
        case .participationAccepted:
            "The municipality has invited the county to take part in the client's assessment and "
                + "the county has accepted (681/2023 sections 14.4 and 86.2)."
        case .participationNotEnded:
            "The municipality has not ended the county's part in the assessment "
                + "(681/2023 sections 79 and 81)."
        case .assessmentOpen:
            "The assessment is under way (681/2023 sections 14.4 and 86.2)."
        case .clientActive:
            "The person is an integration client of the municipality "
                + "(681/2023 sections 76 and 78.3)."
        }
    }

    /// Whether every rule has this condition; the others are named by the rules that have them.
    var isUniversal: Bool {
        switch self {
        case .recipientIsCounty, .purposeHasRule, .ruleInForce, .reasonStated,
            .categoriesPermitted, .municipalityInCounty, .municipalityActive, .clientActive:
            true
        case .participationAccepted, .participationNotEnded, .assessmentOpen:
            false
        }
    }

    /// Whether the condition proves the recipient's own part in the client's matter. Area alone is
    /// never enough, so that a rule without such a condition permits nothing.
    var provesRelation: Bool { self == .participationAccepted }
}
