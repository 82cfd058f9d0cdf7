/// Rows of the national register, to be loaded together. Days are "YYYY-MM-DD", inclusive.
public struct RegisterLoad: Sendable {
    /// Where the rows come from: at most 500 characters.
    public var source: String
    public var municipalities: [MunicipalityRow]
    public var areas: [AreaRow]
    public var memberships: [MembershipRow]

    public init(
        source: String, municipalities: [MunicipalityRow], areas: [AreaRow],
        memberships: [MembershipRow]
    ) {
        self.source = source
        self.municipalities = municipalities
        self.areas = areas
        self.memberships = memberships
    }

    /// What a load did and what the register then held, on the day of the load.
    public struct Outcome: Sendable, Equatable {
        public let municipalityCount: Int
        public let countyCount: Int
        /// Rows added or changed, by this load.
        public let changedCount: Int
    }
}

/// One municipality for a time.
public struct MunicipalityRow: Sendable, Equatable {
    public var code: String
    public var name: RegisteredName
    /// 0 Finnish, 1 bilingual with a Finnish majority, 2 Swedish, 3 bilingual with a Swedish majority.
    public var languageStatus: Int
    public var validFrom: String
    public var validTo: String?

    public init(
        code: String, name: RegisteredName, languageStatus: Int, validFrom: String, validTo: String?
    ) {
        self.code = code
        self.name = name
        self.languageStatus = languageStatus
        self.validFrom = validFrom
        self.validTo = validTo
    }
}

/// Kinds of area that a municipality lies in.
public enum RegisteredAreaKind: String, Sendable, CaseIterable {
    case region
    case county
    case elyCentre = "ely_centre"
    case economicDevelopmentCentre = "economic_development_centre"
    case employmentArea = "employment_area"
}

/// One area for a time. Counties become organisations, too.
public struct AreaRow: Sendable, Equatable {
    public var kind: RegisteredAreaKind
    public var code: String
    public var name: RegisteredName
    public var validFrom: String
    public var validTo: String?

    public init(
        kind: RegisteredAreaKind, code: String, name: RegisteredName, validFrom: String,
        validTo: String?
    ) {
        self.kind = kind
        self.code = code
        self.name = name
        self.validFrom = validFrom
        self.validTo = validTo
    }
}

/// A municipality lies in an area for a time.
public struct MembershipRow: Sendable, Equatable {
    public var municipalityCode: String
    public var areaKind: RegisteredAreaKind
    public var areaCode: String
    public var validFrom: String
    public var validTo: String?

    public init(
        municipalityCode: String, areaKind: RegisteredAreaKind, areaCode: String, validFrom: String,
        validTo: String?
    ) {
        self.municipalityCode = municipalityCode
        self.areaKind = areaKind
        self.areaCode = areaCode
        self.validFrom = validFrom
        self.validTo = validTo
    }
}
