import Wire

/// Values of the contract's enums as people read them: "identity code" for
/// `DATA_CATEGORY_IDENTITY_CODE`.
enum Labels {
    static func text<Value: WireEnum>(_ value: Value) -> String {
        let suffix = "UNSPECIFIED"
        let zero = Value(rawValue: 0).protoName
        let prefix = zero.hasSuffix(suffix) ? zero.dropLast(suffix.count) : ""
        let name = value.protoName
        let bare = name.hasPrefix(prefix) ? name.dropFirst(prefix.count) : name[...]
        return String(bare.lowercased().map { $0 == "_" ? " " : $0 })
    }

    static func text<Value: WireEnum>(_ values: [Value]) -> String {
        values.map(text).joined(separator: ", ")
    }
}
