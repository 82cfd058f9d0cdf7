package import Contract

/// What the rows of the national register must be like to be loaded (`registry.proto`). One
/// violation a row, since a row is what the operator can look up in the source.
package enum RegisterValidation {
    /// Municipalities, areas and memberships of a load at most: many times what Finland has.
    package static let rowCountMax = 10_000

    package static func check(
        _ request: LoadRegisterRequest, _ violations: inout FieldViolations
    ) {
        violations.checkRequired(request.source, at: "source", lengthMax: 500)
        let counts = [
            ("municipalities", request.municipalities.count), ("areas", request.areas.count),
            ("memberships", request.memberships.count),
        ]
        for (field, count) in counts where count > rowCountMax {
            violations.add(field, .tooMany, "At most \(rowCountMax) rows.")
            return
        }
        checkMunicipalities(request.municipalities, &violations)
        checkAreas(request.areas, &violations)
        checkMemberships(request.memberships, &violations)
    }

    private static func checkMunicipalities(
        _ rows: [RegisterMunicipality], _ violations: inout FieldViolations
    ) {
        var seen: Set<String> = []
        for (index, row) in rows.enumerated() {
            let field = "municipalities[\(index)]"
            if !TextForm.isDigits(row.code, count: 3) {
                violations.add(field, .format, "The code has three digits.")
            } else if !hasDays(row.validFrom, row.validTo) {
                violations.add(field, .date, days)
            } else if !isName(row.name, swedishRequired: true) {
                violations.add(
                    field, .required, "Names in Finnish and Swedish, 1 to 200 characters.")
            } else if row.languageStatus > 3 {
                violations.add(field, .outOfRange, "The language status lies from 0 to 3.")
            } else if !seen.insert("\(row.code) \(row.validFrom)").inserted {
                violations.add(field, .repeated, "The same code and first day came before.")
            }
        }
    }

    private static func checkAreas(
        _ rows: [RegisterArea], _ violations: inout FieldViolations
    ) {
        var seen: Set<String> = []
        for (index, row) in rows.enumerated() {
            let field = "areas[\(index)]"
            if row.kind == .unspecified || row.kind.isUnrecognized {
                violations.add(field, .unknownValue, "A kind of area of this version.")
            } else if !isAreaCode(row.code, kind: row.kind) {
                violations.add(
                    field, .format,
                    "A county's code has two digits and is not 91, which is Åland; "
                        + "other codes are 1 to 16 letters, digits and hyphens.")
            } else if !hasDays(row.validFrom, row.validTo) {
                violations.add(field, .date, days)
            } else if !isName(row.name, swedishRequired: false) {
                violations.add(field, .required, "A name in Finnish, 1 to 200 characters.")
            } else if !seen.insert("\(row.kind.rawValue) \(row.code) \(row.validFrom)").inserted {
                violations.add(field, .repeated, "The same area and first day came before.")
            }
        }
    }

    private static func checkMemberships(
        _ rows: [RegisterMembership], _ violations: inout FieldViolations
    ) {
        var seen: Set<String> = []
        for (index, row) in rows.enumerated() {
            let field = "memberships[\(index)]"
            let key = "\(row.municipalityCode) \(row.areaKind.rawValue) \(row.validFrom)"
            if !TextForm.isDigits(row.municipalityCode, count: 3) {
                violations.add(field, .format, "The municipality's code has three digits.")
            } else if row.areaKind == .unspecified || row.areaKind.isUnrecognized {
                violations.add(field, .unknownValue, "A kind of area of this version.")
            } else if !isAreaCode(row.areaCode, kind: row.areaKind) {
                violations.add(field, .format, "The code of an area of that kind.")
            } else if !hasDays(row.validFrom, row.validTo) {
                violations.add(field, .date, days)
            } else if !seen.insert(key).inserted {
                violations.add(
                    field, .repeated,
                    "The same municipality, kind of area and first day came before.")
            }
        }
    }

    private static let days =
        "A first day in the form YYYY-MM-DD, and a last one not before it or none."

    private static func hasDays(_ first: String, _ last: String) -> Bool {
        guard let firstDay = CalendarDate(first) else { return false }
        guard !last.isEmpty else { return true }
        guard let lastDay = CalendarDate(last) else { return false }
        return firstDay <= lastDay
    }

    private static func isName(_ name: OrganisationName?, swedishRequired: Bool) -> Bool {
        guard let name else { return false }
        let isLong = [name.fi, name.sv, name.en].contains { $0.unicodeScalars.count > 200 }
        return !isLong && !name.fi.isEmpty && (!swedishRequired || !name.sv.isEmpty)
    }

    /// 91 is the statistics' code for Åland, which is no county.
    private static func isAreaCode(_ code: String, kind: AreaKind) -> Bool {
        if kind == .county { return TextForm.isDigits(code, count: 2) && code != "91" }
        return (1...16).contains(code.utf8.count)
            && code.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "-"):
                    true
                default: false
                }
            }
    }
}
