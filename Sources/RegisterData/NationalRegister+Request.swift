public import Contract

extension NationalRegister {
    /// The whole register as the request that loads it into a daemon.
    public var loadRequest: LoadRegisterRequest {
        LoadRegisterRequest.with { request in
            request.source = Self.source
            request.municipalities = municipalities.map { municipality in
                RegisterMunicipality.with {
                    $0.code = municipality.code
                    $0.name = municipality.name.message
                    $0.languageStatus = UInt32(municipality.languageStatus)
                    $0.validFrom = municipality.validity.from.description
                    $0.validTo = municipality.validity.to?.description ?? ""
                }
            }
            request.areas = areas.map { area in
                RegisterArea.with {
                    $0.kind = area.kind.contractKind
                    $0.code = area.code
                    $0.name = area.name.message
                    $0.validFrom = area.validity.from.description
                    $0.validTo = area.validity.to?.description ?? ""
                }
            }
            request.memberships = memberships.map { membership in
                RegisterMembership.with {
                    $0.municipalityCode = membership.municipalityCode
                    $0.areaKind = membership.areaKind.contractKind
                    $0.areaCode = membership.areaCode
                    $0.validFrom = membership.validity.from.description
                    $0.validTo = membership.validity.to?.description ?? ""
                }
            }
        }
    }
}

extension NationalRegister.Name {
    fileprivate var message: OrganisationName {
        OrganisationName.with {
            $0.fi = finnish
            $0.sv = swedish
            $0.en = english
        }
    }
}

extension NationalRegister.AreaKind {
    /// The kind's number in the contract.
    public var contractKind: Contract.AreaKind {
        switch self {
        case .region: .region
        case .county: .county
        case .elyCentre: .elyCentre
        case .economicDevelopmentCentre: .economicDevelopmentCentre
        case .employmentArea: .employmentArea
        }
    }
}
