package import Wire

/// Everything that is wrong with a request, gathered so that a caller can mend it in one go.
///
/// Fields are named by their paths in the proto files, "client.name.family_name"; no description
/// repeats a value.
package struct FieldViolations: Sendable {
    /// More than this are not reported; the first ones are enough to work on.
    package static let reportedMax = 100

    /// Stable reasons that several fields share.
    package enum Reason: String, Sendable {
        case required = "REQUIRED"
        case tooLong = "TOO_LONG"
        case tooMany = "TOO_MANY"
        case controlCharacter = "CONTROL_CHARACTER"
        case format = "FORMAT"
        case date = "DATE"
        case dateOrder = "DATE_ORDER"
        case futureDate = "FUTURE_DATE"
        case unknownValue = "UNKNOWN_VALUE"
        case outOfRange = "OUT_OF_RANGE"
        case repeated = "REPEATED"
        case disagrees = "DISAGREES"
        case setBySystem = "SET_BY_SYSTEM"
        case unknownField = "UNKNOWN_FIELD"
    }

    private var details: [RPCDetail] = []

    package init() {}

    package var isEmpty: Bool { details.isEmpty }

    package mutating func add(_ field: String, _ reason: Reason, _ description: String) {
        add(field, named: reason.rawValue, description)
    }

    /// For reasons of one field only, such as those of an identity code.
    package mutating func add(_ field: String, named reason: String, _ description: String) {
        guard details.count < Self.reportedMax else { return }
        details.append(.fieldViolation(field: field, reason: reason, description: description))
    }

    /// Throws INVALID_ARGUMENT/INVALID_FIELD where anything is wrong.
    package func throwIfAny() throws(RPCStatus) {
        guard !details.isEmpty else { return }
        throw RPCStatus(
            .invalidArgument, "INVALID_FIELD",
            "Fields of the request are wrong; the details name each of them.", details: details)
    }
}
