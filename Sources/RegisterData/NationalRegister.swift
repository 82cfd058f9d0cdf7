/// The national register: Finland's municipalities and the areas they lie in, each row with the days
/// on which it holds. Codes and names are those of Statistics Finland's classifications (CC BY 4.0);
/// `register/README.md` says what each file holds.
public struct NationalRegister: Sendable, Equatable {
    public struct Name: Sendable, Hashable {
        public let finnish: String
        public let swedish: String
        /// Empty where the register has none.
        public let english: String
    }

    /// A municipality. Its code has three digits.
    public struct Municipality: Sendable, Hashable {
        public let code: String
        public let name: Name
        /// 0 Finnish, 1 bilingual with a Finnish majority, 2 Swedish, 3 bilingual with a Swedish
        /// majority.
        public let languageStatus: Int
        public let validity: Validity
    }

    /// Kinds of area. The raw values are those of the files.
    public enum AreaKind: String, Sendable, Hashable, CaseIterable {
        case region
        case county
        case elyCentre = "ely_centre"
        case economicDevelopmentCentre = "economic_development_centre"
        case employmentArea = "employment_area"
    }

    /// An area that municipalities lie in. Its code has two digits.
    public struct Area: Sendable, Hashable {
        public let kind: AreaKind
        public let code: String
        public let name: Name
        public let validity: Validity
    }

    /// A municipality lies in an area.
    public struct Membership: Sendable, Hashable {
        public let municipalityCode: String
        public let areaKind: AreaKind
        public let areaCode: String
        public let validity: Validity
    }

    public static let source =
        "Statistics Finland, classifications of municipalities and regional divisions (CC BY 4.0)"

    public let municipalities: [Municipality]
    public let areas: [Area]
    public let memberships: [Membership]

    /// The names of the three files of a register.
    public enum File: String, Sendable, CaseIterable {
        case municipalities = "municipalities.csv"
        case areas = "areas.csv"
        case memberships = "memberships.csv"
    }

    /// Reads and checks the three files, whose bytes `contents` gives.
    ///
    /// Throws `RegisterError` for the first row that is wrong.
    public init(contents: (File) throws -> [UInt8]) throws {
        municipalities = try Self.municipalities(contents(.municipalities))
        areas = try Self.areas(contents(.areas))
        memberships = try Self.memberships(contents(.memberships))
        try validate()
    }

    /// The register that this program was built with.
    public static func embedded() throws -> NationalRegister {
        try NationalRegister { file in
            switch file {
            case .municipalities: PackageResources.municipalities_csv
            case .areas: PackageResources.areas_csv
            case .memberships: PackageResources.memberships_csv
            }
        }
    }

    /// The municipalities of a day, by code.
    public func municipalities(on day: CivilDate) -> [Municipality] {
        municipalities.filter { $0.validity.contains(day) }.sorted { $0.code < $1.code }
    }

    /// The areas of a kind on a day, by code.
    public func areas(_ kind: AreaKind, on day: CivilDate) -> [Area] {
        areas.filter { $0.kind == kind && $0.validity.contains(day) }
            .sorted { $0.code < $1.code }
    }

    /// The area of a kind in which a municipality lies on a day; nothing where it lies in none, as
    /// Åland's municipalities lie in no county.
    public func area(of municipalityCode: String, _ kind: AreaKind, on day: CivilDate) -> Area? {
        let membership = memberships.first {
            $0.municipalityCode == municipalityCode && $0.areaKind == kind
                && $0.validity.contains(day)
        }
        return membership.flatMap { membership in
            areas(kind, on: day).first { $0.code == membership.areaCode }
        }
    }
}
