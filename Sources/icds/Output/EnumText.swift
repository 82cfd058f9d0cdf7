import Contract
import Wire

/// Values of the contract's enums as people write and read them: `ACCESS_OUTCOME_REFUSED` is
/// "refused", `PURPOSE_PLAN_DRAFT` is "plan-draft".
enum EnumText {
    /// As read in a table; empty for "not said".
    static func label<Value: WireEnum>(_ value: Value) -> String {
        value.rawValue == 0 ? "" : name(value)
    }

    static func labels<Value: WireEnum>(_ values: [Value]) -> String {
        values.map(label).joined(separator: ", ")
    }

    /// The value of that name, in lower case with hyphens, or by its name in the contract.
    static func parse<Value: WireEnum>(
        _ text: String, as type: Value.Type
    ) throws(UsageError) -> Value {
        let value = Value.known.first {
            $0.rawValue != 0 && (name($0) == text.lowercased() || $0.protoName == text)
        }
        guard let value else {
            throw UsageError("\"\(text)\" is none of \(list(type))")
        }
        return value
    }

    static func names<Value: WireEnum>(_ type: Value.Type) -> [String] {
        Value.known.filter { $0.rawValue != 0 }.map(name)
    }

    static func list<Value: WireEnum>(_ type: Value.Type) -> String {
        names(type).joined(separator: ", ")
    }

    /// The prefix is what the value 0, which always ends in UNSPECIFIED, has before that.
    private static func name<Value: WireEnum>(_ value: Value) -> String {
        let zero = Value(rawValue: 0).protoName
        let suffix = "UNSPECIFIED"
        let prefix = zero.hasSuffix(suffix) ? String(zero.dropLast(suffix.count)) : ""
        let proto = value.protoName
        let bare = proto.hasPrefix(prefix) ? String(proto.dropFirst(prefix.count)) : proto
        return String(bare.lowercased().map { $0 == "_" ? "-" : $0 })
    }
}
