import ArgumentParser
import Contract

/// An organisation as a person writes it: "837" is a municipality, "08" a county; any kind by name:
/// "operator:keha".
struct OrganisationArgument: ExpressibleByArgument, Equatable {
    let kind: OrganisationKind
    let code: String

    init?(argument: String) {
        let parts = argument.split(separator: ":", omittingEmptySubsequences: false)
        switch parts.count {
        case 1:
            guard argument.utf8.allSatisfy({ (48...57).contains($0) }) else { return nil }
            switch argument.utf8.count {
            case 2: kind = .county
            case 3: kind = .municipality
            default: return nil
            }
            code = argument
        case 2:
            guard let kind = try? EnumText.parse(String(parts[0]), as: OrganisationKind.self),
                !parts[1].isEmpty
            else { return nil }
            self.kind = kind
            code = String(parts[1])
        default:
            return nil
        }
    }

    static let help =
        "A municipality's three digits, a county's two, or kind:code such as operator:keha."
}
