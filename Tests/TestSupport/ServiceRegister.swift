import Synchronization
import Tenancy

/// A small national register: four municipalities by their real codes and areas, and spare ones in
/// Pirkanmaa.
enum ServiceRegister {
    static let spareCodes = (850...999).map { "\($0)" }

    static let load: RegisterLoad = {
        let named = [
            (ServiceFixture.tampere, "Tampere", "Tammerfors", ServiceFixture.pirkanmaa),
            (ServiceFixture.oulu, "Oulu", "Uleåborg", ServiceFixture.northOstrobothnia),
            (ServiceFixture.helsinki, "Helsinki", "Helsingfors", "90"),
            (ServiceFixture.brando, "Brändö", "Brändö", ""),
        ]
        let spare = spareCodes.map { ($0, "Kunta \($0)", "Kommun \($0)", ServiceFixture.pirkanmaa) }
        let all = named + spare
        return RegisterLoad(
            source: "tests",
            municipalities: all.map {
                MunicipalityRow(
                    code: $0.0, name: RegisteredName(fi: $0.1, sv: $0.2, en: ""),
                    languageStatus: 0, validFrom: "2009-01-01", validTo: nil)
            },
            areas: [
                (ServiceFixture.pirkanmaa, "Pirkanmaan hyvinvointialue"),
                (ServiceFixture.northOstrobothnia, "Pohjois-Pohjanmaan hyvinvointialue"),
                ("90", "Helsingin kaupunki"),
            ].map {
                AreaRow(
                    kind: .county, code: $0.0, name: RegisteredName(fi: $0.1, sv: "", en: ""),
                    validFrom: "2023-01-01", validTo: nil)
            },
            memberships: all.filter { !$0.3.isEmpty }.map {
                MembershipRow(
                    municipalityCode: $0.0, areaKind: .county, areaCode: $0.3,
                    validFrom: "2023-01-01", validTo: nil)
            })
    }()
}

/// Codes of municipalities that tests take for themselves. Roles belong to the cluster, so that the
/// codes are taken once for all fixtures of the process.
final class SpareMunicipalities: Sendable {
    private static let remaining = Mutex(ServiceRegister.spareCodes[...])

    func take() throws -> String {
        let code = Self.remaining.withLock { $0.popFirst() }
        guard let code else { throw TestClusterError("all spare municipalities are taken") }
        return code
    }
}
