public import Contract
import Tenancy

/// A dated rule of disclosure. The rows are kept in the register, so that a change of the law is a
/// new row and not a new daemon.
public struct DisclosureRule: Sendable, Equatable {
    /// Name of the rule, such as "WC-ASSESS".
    public let identifier: String
    /// The provision relied on, such as "681/2023 86 § 2 mom., 14 § 4 mom.".
    public let legalBasis: String
    /// The statute's text that the rule was written from.
    public let statuteVersion: String
    public let recipientKind: OrganisationKind
    public let purpose: Purpose
    /// Groups of section 73 that the rule holds necessary.
    public let categories: [DataCategory]
    public let validFrom: CalendarDate
    /// Last day; nil where none is known.
    public let validTo: CalendarDate?
    /// Names of the rule's own conditions, beside those that every rule has.
    public let conditionNames: [String]

    public init(
        identifier: String, legalBasis: String, statuteVersion: String,
        recipientKind: OrganisationKind, purpose: Purpose, categories: [DataCategory],
        validFrom: CalendarDate, validTo: CalendarDate?, conditionNames: [String]
    ) {
        self.identifier = identifier
        self.legalBasis = legalBasis
        self.statuteVersion = statuteVersion
        self.recipientKind = recipientKind
        self.purpose = purpose
        self.categories = categories
        self.validFrom = validFrom
        self.validTo = validTo
        self.conditionNames = conditionNames
    }

    /// The rule as the register has it; nil where a day cannot be read, so that the rule is not there.
    init?(_ row: SharingRule) {
        guard let validFrom = CalendarDate(row.validFrom) else { return nil }
        let validTo = row.validTo.map { CalendarDate($0) }
        if let validTo, validTo == nil { return nil }
        self.init(
            identifier: row.rule, legalBasis: row.legalBasis, statuteVersion: row.statuteVersion,
            recipientKind: OrganisationKind(row.recipientKind),
            purpose: Purpose(rawValue: Int32(clamping: row.purpose)),
            categories: row.categories.map { DataCategory(rawValue: Int32(clamping: $0)) },
            validFrom: validFrom, validTo: validTo ?? nil, conditionNames: row.conditions)
    }

    func isInForce(on day: CalendarDate) -> Bool {
        guard validFrom <= day else { return false }
        guard let validTo else { return true }
        return day <= validTo
    }

    /// The rule's own conditions, or nil where this service cannot check all of them, or where none
    /// proves a relation to the client. Such a rule is as good as not in force.
    var conditions: Set<SharingCondition>? {
        var conditions: Set<SharingCondition> = []
        for name in conditionNames {
            guard let condition = SharingCondition(rawValue: name) else { return nil }
            conditions.insert(condition)
        }
        return conditions.contains(where: \.provesRelation) ? conditions : nil
    }
}
