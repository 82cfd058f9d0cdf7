import Contract
import Tenancy
import Wire

extension Organisation {
    init(_ organisation: RegisteredOrganisation) {
        self.init()
        kind = OrganisationKind(organisation.kind)
        code = organisation.code
        name = .with {
            $0.fi = organisation.name.fi
            $0.sv = organisation.name.sv
            $0.en = organisation.name.en
        }
        status = OrganisationStatus(organisation.status)
        countyCode = organisation.countyCode ?? ""
        validFrom = organisation.validFrom
        validTo = organisation.validTo ?? ""
        schemaVersion = UInt32(clamping: organisation.schemaVersion)
        inUseTime = organisation.inUseTime.map(Timestamp.init)
        successorCode = organisation.successorCode ?? ""
    }
}

extension OrganisationStatus {
    init(_ status: RegisteredOrganisation.Status) {
        switch status {
        case .registered: self = .registered
        case .provisioned: self = .provisioned
        case .active: self = .active
        case .suspended: self = .suspended
        case .piloting: self = .piloting
        case .ended: self = .ended
        }
    }

    /// Nil for values that name no status.
    var registered: RegisteredOrganisation.Status? {
        switch self {
        case .registered: .registered
        case .provisioned: .provisioned
        case .active: .active
        case .suspended: .suspended
        case .piloting: .piloting
        case .ended: .ended
        case .unspecified, .unrecognized: nil
        }
    }
}

extension RegisteredName {
    init(_ name: OrganisationName?) {
        self.init(fi: name?.fi ?? "", sv: name?.sv ?? "", en: name?.en ?? "")
    }
}
