import Contract

/// The form of a county's request. What it may get is the decision's matter.
enum SharingValidation {
    /// Case references are 26 characters; a little more is allowed for later forms.
    static let caseReferenceLengthMax = 64

    static func check(
        municipalityCode: String, caseReference: String, _ violations: inout FieldViolations
    ) {
        check(municipalityCode: municipalityCode, &violations)
        check(caseReference: caseReference, &violations)
    }

    static func check(municipalityCode: String, _ violations: inout FieldViolations) {
        if !TextForm.isDigits(municipalityCode, count: 3) {
            violations.add(
                "municipality_code", municipalityCode.isEmpty ? .required : .format,
                "The code of the municipality that keeps the client: three digits.")
        }
    }

    static func check(caseReference: String, _ violations: inout FieldViolations) {
        if caseReference.isEmpty {
            violations.add("case_reference", .required, "The reference that the county was handed.")
        }
        violations.check(caseReference, at: "case_reference", lengthMax: caseReferenceLengthMax)
    }

    static func check(categories: [DataCategory], _ violations: inout FieldViolations) {
        violations.checkCount(
            categories.count, at: "categories", countMax: SharingDecision.allCategories.count)
        for (index, category) in categories.prefix(10).enumerated()
        where !SharingDecision.allCategories.contains(category) {
            violations.add(
                "categories[\(index)]", .unknownValue, "One of the groups of section 73.")
        }
    }
}
