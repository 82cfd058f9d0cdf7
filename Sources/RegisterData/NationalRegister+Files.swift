extension NationalRegister {
    static func municipalities(_ bytes: [UInt8]) throws(RegisterError) -> [Municipality] {
        let table = try RegisterTable(
            file: File.municipalities.rawValue, bytes: bytes,
            columns: ["code", "name_fi", "name_sv", "language_status", "valid_from", "valid_to"])
        var municipalities: [Municipality] = []
        for row in table.rows {
            let status = try row.digits("language_status", count: 1)
            guard let languageStatus = Int(status), (0...3).contains(languageStatus) else {
                throw row.problem("language_status \"\(status)\" is not 0, 1, 2 or 3")
            }
            municipalities.append(
                Municipality(
                    code: try row.digits("code", count: 3),
                    name: Name(
                        finnish: try row.required("name_fi"),
                        swedish: try row.required("name_sv"), english: ""),
                    languageStatus: languageStatus, validity: try row.validity()))
        }
        return municipalities
    }

    static func areas(_ bytes: [UInt8]) throws(RegisterError) -> [Area] {
        let table = try RegisterTable(
            file: File.areas.rawValue, bytes: bytes,
            columns: [
                "kind", "code", "name_fi", "name_sv", "name_en", "valid_from", "valid_to",
            ])
        var areas: [Area] = []
        for row in table.rows {
            areas.append(
                Area(
                    kind: try areaKind(row, "kind"), code: try row.digits("code", count: 2),
                    name: Name(
                        finnish: try row.required("name_fi"),
                        swedish: try row.required("name_sv"), english: row.text("name_en")),
                    validity: try row.validity()))
        }
        return areas
    }

    /// One row names all municipalities that lie in the area from and to the same days.
    static func memberships(_ bytes: [UInt8]) throws(RegisterError) -> [Membership] {
        let table = try RegisterTable(
            file: File.memberships.rawValue, bytes: bytes,
            columns: ["area_kind", "area_code", "valid_from", "valid_to", "municipality_codes"])
        var memberships: [Membership] = []
        for row in table.rows {
            let kind = try areaKind(row, "area_kind")
            let areaCode = try row.digits("area_code", count: 2)
            let validity = try row.validity()
            for code in try row.required("municipality_codes").split(separator: " ") {
                memberships.append(
                    Membership(
                        municipalityCode: String(code), areaKind: kind, areaCode: areaCode,
                        validity: validity))
            }
        }
        return memberships
    }

    private static func areaKind(
        _ row: RegisterTable.Row, _ column: String
    ) throws(RegisterError) -> AreaKind {
        let text = try row.required(column)
        guard let kind = AreaKind(rawValue: text) else {
            throw row.problem("\(column) \"\(text)\" is no kind of area")
        }
        return kind
    }
}
