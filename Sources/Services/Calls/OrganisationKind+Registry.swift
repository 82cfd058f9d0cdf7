package import Contract
import Tenancy
package import Wire

extension OrganisationKind {
    init(_ kind: RegisteredOrganisation.Kind) {
        switch kind {
        case .municipality: self = .municipality
        case .county: self = .county
        case .operator: self = .operator
        case .agency: self = .agency
        }
    }

    package init(_ kind: PeerKind) {
        self.init(RegisteredOrganisation.Kind(kind))
    }

    /// Nil for values that name no kind of organisation.
    var registered: RegisteredOrganisation.Kind? {
        switch self {
        case .municipality: .municipality
        case .county: .county
        case .operator: .operator
        case .agency: .agency
        case .unspecified, .unrecognized: nil
        }
    }
}
