/// One access to personal data, permitted or refused, as the log of use and disclosure keeps it (Act
/// 906/2019 section 17; fields as in Act 703/2023 section 10). `docs/audit.md` explains the row.
///
/// What comes from a caller is cut to the column's length and cleaned of personal identity codes and
/// control characters on the way (`AuditText`): a refusal must not go unrecorded because the request
/// was malformed.
public struct AuditEntry: Sendable, Equatable {
    public var actor: AuditActor
    /// Full name of the method: "icds.v1.ClientService/GetClient".
    public var method: String
    public var outcome: AuditOutcome
    /// Number of the contract's `Purpose`; 0 where none was stated.
    public var purpose: Int
    /// Why, in the caller's words; at most 500 characters are kept.
    public var statedReason: String?
    /// Which client the request named.
    public var subject: AuditSubject
    /// The provision relied on, where it was not a sharing decision that named it.
    public var ground: AuditGround?
    /// The sharing decision.
    public var decision: AuditDecision?
    /// Groups of section 73 released, by their numbers, ascending.
    public var released: [Int]
    /// The call's reference in the logs.
    public var callReference: String

    public init(
        actor: AuditActor, method: String, outcome: AuditOutcome, purpose: Int,
        statedReason: String? = nil, subject: AuditSubject = .none, ground: AuditGround? = nil,
        decision: AuditDecision? = nil, released: [Int] = [], callReference: String
    ) {
        self.actor = actor
        self.method = method
        self.outcome = outcome
        self.purpose = purpose
        self.statedReason = statedReason
        self.subject = subject
        self.ground = ground
        self.decision = decision
        self.released = released
        self.callReference = callReference
    }
}

/// Who acts: the organisation and system of the certificate, and the user whom the system named.
public struct AuditActor: Sendable, Equatable {
    public var kind: RegisteredOrganisation.Kind
    public var code: String
    public var system: String
    /// At most 64 characters are kept; nil where none was named.
    public var userID: String?

    public init(
        kind: RegisteredOrganisation.Kind, code: String, system: String, userID: String?
    ) {
        self.kind = kind
        self.code = code
        self.system = system
        self.userID = userID
    }
}

/// What came of an access.
public enum AuditOutcome: Sendable, Equatable {
    case permitted
    /// Permitted where the subject is one of the tenant's clients, else refused with this reason: for a
    /// read whose answer follows from the same look at the records. Only `TenantStore` takes it.
    case permittedIfFound(otherwise: String)
    /// With the stable reason, UPPER_SNAKE.
    case refused(reason: String)

    var number: Int64 {
        switch self {
        case .permitted, .permittedIfFound: 1
        case .refused: 2
        }
    }

    var reason: String? {
        switch self {
        case .permitted, .permittedIfFound: nil
        case .refused(let reason): reason.isEmpty ? "UNSPECIFIED" : reason
        }
    }

    /// The reason of the refusal that it becomes where no client is found.
    var reasonIfNotFound: String? {
        guard case .permittedIfFound(let reason) = self else { return nil }
        return reason.isEmpty ? "UNSPECIFIED" : reason
    }
}

/// The provision that an access rests on.
public struct AuditGround: Sendable, Equatable {
    /// "WC-ASSESS"
    public var rule: String
    /// "681/2023 as amended by 322/2024 and 1100/2024"
    public var statuteVersion: String
    /// "681/2023 86 § 2 mom., 14 § 4 mom."
    public var legalBasis: String

    public init(rule: String, statuteVersion: String, legalBasis: String) {
        self.rule = rule
        self.statuteVersion = statuteVersion
        self.legalBasis = legalBasis
    }
}

/// A sharing decision, whole.
public struct AuditDecision: Sendable, Equatable {
    /// A UUID.
    public var id: String
    /// The decision as JSON.
    public var json: String

    public init(id: String, json: String) {
        self.id = id
        self.json = json
    }
}

/// Which client a request named, in any of the ways in which it can. The database resolves it, in the
/// same transaction, to one of the tenant's clients or to none.
public struct AuditSubject: Sendable, Equatable {
    public let clientID: String?
    public let identityCodeIndex: BlindIndex?
    public let assessmentID: String?
    public let caseReference: String?

    /// A text that is not a UUID names no client, and one that cannot be a case reference no case.
    public init(
        clientID: String? = nil, identityCodeIndex: BlindIndex? = nil, assessmentID: String? = nil,
        caseReference: String? = nil
    ) {
        self.clientID = clientID.flatMap { UUIDText.isValid($0) ? $0 : nil }
        self.identityCodeIndex = identityCodeIndex
        self.assessmentID = assessmentID.flatMap { UUIDText.isValid($0) ? $0 : nil }
        self.caseReference = caseReference.map { $0.clipped(to: 64) }
    }

    public static let none = AuditSubject()
    public static func client(_ id: String) -> AuditSubject { AuditSubject(clientID: id) }
    public static func identityCode(index: BlindIndex) -> AuditSubject {
        AuditSubject(identityCodeIndex: index)
    }
    public static func assessment(_ id: String) -> AuditSubject { AuditSubject(assessmentID: id) }
    public static func caseReference(_ reference: String) -> AuditSubject {
        AuditSubject(caseReference: reference)
    }
}
