public import Contract

/// What a recipient asks for. Only what bears on the decision; the subject itself is in the facts.
public struct SharingRequest: Sendable, Equatable {
    public var recipientKind: OrganisationKind
    /// Code of the organisation in the caller's certificate.
    public var recipientCode: String
    public var purpose: Purpose
    /// Why, in the caller's words.
    public var reason: String
    /// Groups asked for; none: all that the rule permits.
    public var categories: [DataCategory]

    public init(
        recipientKind: OrganisationKind, recipientCode: String, purpose: Purpose, reason: String,
        categories: [DataCategory]
    ) {
        self.recipientKind = recipientKind
        self.recipientCode = recipientCode
        self.purpose = purpose
        self.reason = reason
        self.categories = categories
    }
}

/// What is known at the moment of the decision: the register on that day, and what one snapshot of
/// the municipality's records says of the recipient's part in the client's matter.
public struct SharingFacts: Sendable, Equatable {
    /// The county in whose area the municipality lies today; nil in Åland and for unknown codes.
    public var countyCodeOfMunicipality: String?
    /// The municipality is let in.
    public var isMunicipalityActive: Bool
    /// The recipient's part; nil where there is none, whether or not there is such a client.
    public var participation: ParticipationFacts?

    public init(
        countyCodeOfMunicipality: String?, isMunicipalityActive: Bool,
        participation: ParticipationFacts?
    ) {
        self.countyCodeOfMunicipality = countyCodeOfMunicipality
        self.isMunicipalityActive = isMunicipalityActive
        self.participation = participation
    }
}

/// A county's part in an assessment, as the snapshot says.
public struct ParticipationFacts: Sendable, Equatable {
    /// The county that was invited.
    public var countyCode: String
    public var isAccepted: Bool
    /// The municipality ended the county's part while the assessment was under way.
    public var isEndedByMunicipality: Bool
    public var isAssessmentOpen: Bool
    public var isClientActive: Bool
    public var hasNonDisclosureOrder: Bool

    public init(
        countyCode: String, isAccepted: Bool, isEndedByMunicipality: Bool, isAssessmentOpen: Bool,
        isClientActive: Bool, hasNonDisclosureOrder: Bool
    ) {
        self.countyCode = countyCode
        self.isAccepted = isAccepted
        self.isEndedByMunicipality = isEndedByMunicipality
        self.isAssessmentOpen = isAssessmentOpen
        self.isClientActive = isClientActive
        self.hasNonDisclosureOrder = hasNonDisclosureOrder
    }
}

/// Identity and time of a decision, by the database's clock.
public struct DecisionMoment: Sendable, Equatable {
    /// A UUID, the same in the answer and in the audit.
    public var decisionID: String
    public var seconds: Int64
    public var nanoseconds: Int32
    /// The day in Finland.
    public var today: CalendarDate

    public init(decisionID: String, seconds: Int64, nanoseconds: Int32, today: CalendarDate) {
        self.decisionID = decisionID
        self.seconds = seconds
        self.nanoseconds = nanoseconds
        self.today = today
    }
}
