extension NationalRegister {
    /// What must hold between the rows: no code twice on a day, nobody in two areas of a kind at
    /// once, each membership within the days of both its ends, and each municipality in a region on
    /// every day that it exists.
    func validate() throws(RegisterError) {
        try validateMunicipalities()
        try validateAreas()
        try validateMemberships()
        try validateRegions()
    }

    private func validateMunicipalities() throws(RegisterError) {
        let byCode = Dictionary(grouping: municipalities, by: \.code)
        for (code, rows) in byCode where Self.anyOverlap(rows.map(\.validity)) {
            throw wrong(.municipalities, "municipality \(code) has two rows for one day")
        }
        guard !municipalities.isEmpty else { throw wrong(.municipalities, "has no rows") }
    }

    private func validateAreas() throws(RegisterError) {
        for ((kind, code), rows) in Self.grouped(areas, by: { ($0.kind, $0.code) })
        where Self.anyOverlap(rows.map(\.validity)) {
            throw wrong(.areas, "\(kind.rawValue) \(code) has two rows for one day")
        }
    }

    private func validateMemberships() throws(RegisterError) {
        let municipalityRows = Dictionary(grouping: municipalities, by: \.code)
        let areaRows = Dictionary(grouping: areas, by: { "\($0.kind.rawValue) \($0.code)" })
        for membership in memberships {
            let area = "\(membership.areaKind.rawValue) \(membership.areaCode)"
            let name = "\(membership.municipalityCode) in \(area)"
            let municipality = municipalityRows[membership.municipalityCode, default: []]
            guard Self.covered(membership.validity, by: municipality.map(\.validity)) else {
                throw wrong(.memberships, "\(name): no such municipality on all of its days")
            }
            let areas = areaRows[area, default: []]
            guard Self.covered(membership.validity, by: areas.map(\.validity)) else {
                throw wrong(.memberships, "\(name): no such area on all of its days")
            }
        }
        let grouped = Self.grouped(memberships, by: { ($0.areaKind, $0.municipalityCode) })
        for ((kind, code), rows) in grouped where Self.anyOverlap(rows.map(\.validity)) {
            throw wrong(
                .memberships, "municipality \(code) lies in two areas of \(kind.rawValue) at once")
        }
    }

    private func validateRegions() throws(RegisterError) {
        let regions = Dictionary(
            grouping: memberships.filter { $0.areaKind == .region }, by: \.municipalityCode)
        for municipality in municipalities {
            let rows = regions[municipality.code, default: []].map(\.validity)
            guard Self.covered(municipality.validity, by: rows) else {
                throw wrong(
                    .memberships, "municipality \(municipality.code) lies in no region on some day")
            }
        }
    }

    /// Every day of `validity` lies in one of `rows`.
    static func covered(_ validity: Validity, by rows: [Validity]) -> Bool {
        var day = validity.from
        for row in rows.sorted(by: { $0.from < $1.from }) where row.contains(day) {
            guard let end = row.to else { return true }
            if let last = validity.to, last <= end { return true }
            guard let next = CivilDate(dayNumber: end.dayNumber + 1) else { return false }
            day = next
        }
        return false
    }

    private static func anyOverlap(_ rows: [Validity]) -> Bool {
        let sorted = rows.sorted { $0.from < $1.from }
        return zip(sorted, sorted.dropFirst()).contains { $0.overlaps($1) }
    }

    private static func grouped<Row>(
        _ rows: [Row], by key: (Row) -> (AreaKind, String)
    ) -> [((AreaKind, String), [Row])] {
        let grouped = Dictionary(grouping: rows) { row in
            let (kind, code) = key(row)
            return "\(kind.rawValue) \(code)"
        }
        return grouped.values.compactMap { rows in rows.first.map { (key($0), rows) } }
    }

    private func wrong(_ file: File, _ problem: String) -> RegisterError {
        RegisterError(file: file.rawValue, line: 0, problem: problem)
    }
}
