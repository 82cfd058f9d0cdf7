/// A message whose type is known only while the program runs.
///
/// As strict as a generated type: the same scan of the bytes, the same JSON mapping, the same
/// redaction. Fields at their default are absent, except in a choice (`oneof`).
public struct DynamicMessage: Sendable {
    /// The contract that its type is from.
    public let contract: DescriptorSet
    public let type: DynamicMessageType
    /// What is set, by field number.
    var values: [Int: DynamicValue] = [:]

    /// A message with every field at its default.
    ///
    /// Errors: `DescriptorSetError` where the set has no such message, or one that is not proto3 or
    /// has floating point or groups.
    public init(_ name: String, of contract: DescriptorSet) throws(DescriptorSetError) {
        guard let type = contract.messages[name] else {
            throw DescriptorSetError("it has no message \(name)")
        }
        guard type.isSupported else {
            throw DescriptorSetError("\(name) is of a kind that is not supported")
        }
        self.contract = contract
        self.type = type
    }

    /// A message of a type that a field of this one names; the set was checked to have it.
    func make(_ name: String) throws(RPCStatus) -> DynamicMessage {
        do {
            return try DynamicMessage(name, of: contract)
        } catch {
            throw RPCStatus(.internal, "UNSUPPORTED_MESSAGE", error.description)
        }
    }

    /// The fields to write: singles in the contract's order, the members of a choice where its
    /// first stands.
    var orderedFields: [DynamicField] {
        var seen: Set<Int> = []
        return type.fields.flatMap { field in
            guard let oneof = field.oneof else { return [field] }
            guard seen.insert(oneof).inserted else { return [] }
            return type.fields.filter { $0.oneof == oneof }
        }
    }

    /// Sets a member of a choice, which unsets the others.
    mutating func clearOneof(of field: DynamicField) {
        guard let oneof = field.oneof else { return }
        for other in type.fields where other.oneof == oneof && other.number != field.number {
            values[other.number] = nil
        }
    }
}

/// What a field of a dynamic message holds.
enum DynamicValue: Sendable {
    case bool(Bool)
    case int32(Int32)
    case int64(Int64)
    case uint32(UInt32)
    case uint64(UInt64)
    case string(String)
    case bytes([UInt8])
    case enumeration(Int32)
    case message(DynamicMessage)
    case list([DynamicValue])
    /// Entries of a map, in the order of their keys, each key once.
    case map([DynamicMapEntry])

    /// It is the default of a single field without presence.
    var isDefault: Bool {
        switch self {
        case .bool(let flag): !flag
        case .int32(let number), .enumeration(let number): number == 0
        case .int64(let number): number == 0
        case .uint32(let number): number == 0
        case .uint64(let number): number == 0
        case .string(let text): text.isEmpty
        case .bytes(let bytes): bytes.isEmpty
        case .message: false
        case .list(let values): values.isEmpty
        case .map(let entries): entries.isEmpty
        }
    }
}

/// An entry of a map field.
struct DynamicMapEntry: Sendable {
    var key: DynamicMapKey
    var value: DynamicValue
}

/// A key of a map field. JSON writes it as a string.
enum DynamicMapKey: Sendable, Hashable, Comparable {
    case signed(Int64)
    case unsigned(UInt64)
    case string(String)

    var text: String {
        switch self {
        case .signed(let number): String(number)
        case .unsigned(let number): String(number)
        case .string(let text): text
        }
    }
}
