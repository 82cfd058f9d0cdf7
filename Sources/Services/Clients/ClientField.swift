import Contract
import Wire

/// A field of `Client` that an update can name, by its name in the contract.
enum ClientField: String, CaseIterable, Sendable {
    case status
    case nonDisclosureOrder = "non_disclosure_order"
    case identityCode = "identity_code"
    case birthDate = "birth_date"
    case name
    case contact
    case residenceTitles = "residence_titles"
    case citizenships
    case serviceLanguage = "service_language"
    case background
    case services
    case health
    case placement
    case reimbursements

    /// Fields of `Client` that only the system sets, and "sources", which follow what changes.
    static let setBySystem: Set<String> = [
        "client_id", "municipality_code", "etag", "create_time", "update_time", "sources",
    ]

    /// The group of section 73, subsection 1; nil for fields that say how to treat the client.
    var category: DataCategory? {
        switch self {
        case .status, .nonDisclosureOrder: nil
        case .identityCode: .identityCode
        case .birthDate, .name, .contact: .nameAndContact
        case .residenceTitles, .citizenships: .residence
        case .serviceLanguage: .serviceLanguage
        case .background: .educationAndWork
        case .services: .services
        case .health: .health
        case .placement: .placement
        case .reimbursements: .reimbursement
        }
    }

    /// The groups that an answer with a whole client gives: all but assessments and plans.
    static let categories = Set(allCases.compactMap(\.category)).sorted {
        $0.rawValue < $1.rawValue
    }

    /// Puts the field's value of `source` into `target`.
    func copy(from source: Client, to target: inout Client) {
        switch self {
        case .status: target.status = source.status
        case .nonDisclosureOrder: target.nonDisclosureOrder = source.nonDisclosureOrder
        case .identityCode: target.identityCode = source.identityCode
        case .birthDate: target.birthDate = source.birthDate
        case .name: target.name = source.name
        case .contact: target.contact = source.contact
        case .residenceTitles: target.residenceTitles = source.residenceTitles
        case .citizenships: target.citizenships = source.citizenships
        case .serviceLanguage: target.serviceLanguage = source.serviceLanguage
        case .background: target.background = source.background
        case .services: target.services = source.services
        case .health: target.health = source.health
        case .placement: target.placement = source.placement
        case .reimbursements: target.reimbursements = source.reimbursements
        }
    }

    /// Whether the field holds data.
    func isSet(in client: Client) -> Bool {
        switch self {
        case .status: true
        case .nonDisclosureOrder: client.nonDisclosureOrder
        case .identityCode: !client.identityCode.isEmpty
        case .birthDate: !client.birthDate.isEmpty
        case .name: client.name != nil
        case .contact: client.contact != nil
        case .residenceTitles: !client.residenceTitles.isEmpty
        case .citizenships: !client.citizenships.isEmpty
        case .serviceLanguage: client.serviceLanguage != nil
        case .background: client.background != nil
        case .services: !client.services.isEmpty
        case .health: client.health != nil
        case .placement: client.placement != nil
        case .reimbursements: !client.reimbursements.isEmpty
        }
    }

    /// The fields that a mask names, in the order of the contract. Adds what is wrong with it.
    static func named(
        by mask: FieldMask?, at field: String, _ violations: inout FieldViolations
    ) -> [ClientField] {
        let paths = mask?.paths ?? []
        guard !paths.isEmpty else {
            violations.add(field, .required, "Names at least one field of the client.")
            return []
        }
        violations.checkCount(paths.count, at: field, countMax: allCases.count)
        var named: Set<ClientField> = []
        for (index, path) in paths.prefix(allCases.count).enumerated() {
            if let one = ClientField(rawValue: path) {
                named.insert(one)
            } else if setBySystem.contains(path) {
                violations.add(
                    "\(field).paths[\(index)]", .setBySystem, "Set by the system.")
            } else {
                violations.add(
                    "\(field).paths[\(index)]", .unknownField,
                    "A field of the client at the top level, by its proto name.")
            }
        }
        return allCases.filter(named.contains)
    }
}
