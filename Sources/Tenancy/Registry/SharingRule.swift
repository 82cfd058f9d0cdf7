/// A rule of disclosure for a time: a dated row, seeded by migration. What no rule permits is refused.
public struct SharingRule: Sendable, Equatable {
    /// "WC-ASSESS"
    public let rule: String
    /// First and last day, "YYYY-MM-DD".
    public let validFrom: String
    public let validTo: String?
    /// "681/2023 86 § 2 mom., 14 § 4 mom."
    public let legalBasis: String
    /// "681/2023 as amended by 322/2024 and 1100/2024"
    public let statuteVersion: String
    public let recipientKind: RegisteredOrganisation.Kind
    /// Number of the contract's `Purpose`.
    public let purpose: Int
    /// Stable names, in the order in which they are checked. A name that the decision does not know
    /// refuses.
    public let conditions: [String]
    /// Items of section 73, subsection 1, that may be released.
    public let categories: [Int]

    /// Whether the rule is in force on a day, "YYYY-MM-DD". Such texts sort as the days do.
    public func isInForce(on day: String) -> Bool {
        validFrom <= day && validTo.map { day <= $0 } ?? true
    }

    init(_ row: SQLRow) throws(DatabaseError) {
        rule = try row.value("rule")
        validFrom = try row.value("valid_from")
        validTo = try row.optional("valid_to")
        legalBasis = try row.value("legal_basis")
        statuteVersion = try row.value("statute_version")
        recipientKind = try row.enumeration("recipient_kind")
        purpose = try row.value("purpose")
        conditions = try row.value("conditions")
        let numbers: [Int64] = try row.value("categories")
        categories = numbers.map { Int($0) }
    }
}
