/// An organisation as the registry has it.
public struct RegisteredOrganisation: Sendable, Equatable {
    /// Kinds of organisation, named as in the certificate's URI.
    public enum Kind: String, Sendable, Hashable, CaseIterable, Comparable {
        case municipality, county, `operator`, agency

        public static func < (left: Kind, right: Kind) -> Bool { left.rawValue < right.rawValue }
    }

    /// Where an organisation stands.
    public enum Status: String, Sendable, Hashable, CaseIterable {
        /// In the register, nothing more.
        case registered
        /// A municipality whose schema is there.
        case provisioned
        /// A municipality whose systems are let in while it still works with what it had before.
        case piloting
        /// Its systems are let in. For a municipality: the system is in use.
        case active
        /// Its systems are shut out, by the daemon and by the database.
        case suspended
        /// A municipality that is gone for good: its data were exported and erased, or moved to its
        /// successor.
        case ended

        /// Whether the organisation's systems are let in.
        public var isLetIn: Bool { self == .piloting || self == .active }
    }

    public let key: OrganisationKey
    public let name: RegisteredName
    public let status: Status
    /// Municipalities: the county in whose area it lies today; nil in Åland.
    public let countyCode: String?
    /// First and last day, "YYYY-MM-DD"; no last day where none is known.
    public let validFrom: String
    public let validTo: String?
    /// Municipalities: version of its schema; 0 where it has none.
    public let schemaVersion: Int
    /// When it was first let in otherwise than as a pilot.
    public let inUseTime: SQLTimestamp?
    /// Municipalities that were merged into another one: the code of that.
    public let successorCode: String?

    public var kind: Kind { key.kind }
    public var code: String { key.code }
}

/// What names an organisation: its kind and code. Ordered as listings are.
public struct OrganisationKey: Sendable, Hashable, Comparable {
    public let kind: RegisteredOrganisation.Kind
    public let code: String

    public init(kind: RegisteredOrganisation.Kind, code: String) {
        self.kind = kind
        self.code = code
    }

    public static func < (left: OrganisationKey, right: OrganisationKey) -> Bool {
        (left.kind, left.code) < (right.kind, right.code)
    }
}

/// A name in the languages of the register; empty where it has none.
public struct RegisteredName: Sendable, Equatable {
    public var fi: String
    public var sv: String
    public var en: String

    public init(fi: String, sv: String, en: String) {
        self.fi = fi
        self.sv = sv
        self.en = en
    }
}

extension RegisteredOrganisation {
    init(_ row: SQLRow) throws(DatabaseError) {
        key = OrganisationKey(
            kind: try row.enumeration("kind"), code: try row.value("code"))
        name = RegisteredName(
            fi: try row.value("name_fi"), sv: try row.value("name_sv"), en: try row.value("name_en")
        )
        status = try row.enumeration("status")
        countyCode = try row.optional("county_code")
        validFrom = try row.value("valid_from")
        validTo = try row.optional("valid_to")
        schemaVersion = try row.value("schema_version")
        inUseTime = try row.optional("in_use_time")
        successorCode = try row.optional("successor_code")
    }
}

extension SQLRow {
    /// A text column that holds the raw value of an enumeration; another text is an error.
    func enumeration<Value: RawRepresentable>(
        _ column: StaticString, as type: Value.Type = Value.self
    ) throws(DatabaseError) -> Value where Value.RawValue == String {
        let text: String = try value(column)
        guard let value = Value(rawValue: text) else {
            throw DatabaseError(.unexpectedResult, "column \(column) has an unknown value")
        }
        return value
    }
}
