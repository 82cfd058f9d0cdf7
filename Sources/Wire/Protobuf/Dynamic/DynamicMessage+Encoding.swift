extension DynamicMessage {
    /// The message's bytes on the wire, fields in the order of their numbers.
    ///
    /// Errors: INTERNAL/NUL_IN_STRING, INTERNAL/NESTING_TOO_DEEP for values that no peer of ours
    /// would take.
    public func encoded() throws(RPCStatus) -> [UInt8] {
        try encoded(depth: 1)
    }

    private func encoded(depth: Int) throws(RPCStatus) -> [UInt8] {
        guard depth <= MessageLimits.depthMost else { throw RPCStatus(.nestingTooDeep) }
        var writer = WireWriter()
        for number in values.keys.sorted() {
            guard let field = type.field(number), let value = values[number] else { continue }
            switch value {
            case .list(let elements) where field.isPacked && field.scanKind.isNumber:
                var packed = WireWriter()
                for element in elements { try packed.write(element, field, depth: depth) }
                writer.tag(number, 2)
                writer.lengthPrefixed(packed.bytes)
            case .list(let elements):
                for element in elements {
                    writer.tag(number, field.scanKind.wireType)
                    try writer.write(element, field, depth: depth)
                }
            case .map(let entries):
                for entry in entries {
                    writer.tag(number, 2)
                    writer.lengthPrefixed(try encoded(entry, of: field, depth: depth))
                }
            default:
                writer.tag(number, field.scanKind.wireType)
                try writer.write(value, field, depth: depth)
            }
        }
        return writer.bytes
    }

    /// Key and value both, also where they are defaults.
    private func encoded(
        _ entry: DynamicMapEntry, of field: DynamicField, depth: Int
    ) throws(RPCStatus) -> [UInt8] {
        guard case .message(let name) = field.kind, let type = contract.messages[name],
            let keyField = type.field(1), let valueField = type.field(2)
        else { throw RPCStatus(.rejectedByDecoder) }
        var writer = WireWriter()
        let key = DynamicValue(entry.key, keyField.kind)
        for (part, field) in [(key, keyField), (entry.value, valueField)] where !part.isDefault {
            writer.tag(field.number, field.scanKind.wireType)
            try writer.write(part, field, depth: depth + 1)
        }
        return writer.bytes
    }

    /// Bytes of a message within this one.
    fileprivate func nested(depth: Int) throws(RPCStatus) -> [UInt8] {
        try encoded(depth: depth + 1)
    }
}

extension WireWriter {
    /// A value without its tag.
    fileprivate mutating func write(
        _ value: DynamicValue, _ field: DynamicField, depth: Int
    ) throws(RPCStatus) {
        switch value {
        case .bool(let flag): varint(flag ? 1 : 0)
        case .enumeration(let number): varint(UInt64(bitPattern: Int64(number)))
        case .int32(let number): write(Int64(number), UInt32(bitPattern: number), field.kind)
        case .int64(let number): write(number, nil, field.kind)
        case .uint32(let number): write(Int64(number), number, field.kind)
        case .uint64(let number): write(Int64(bitPattern: number), nil, field.kind)
        case .string(let text):
            guard !text.utf8.contains(0) else { throw RPCStatus(.nulInString) }
            lengthPrefixed(Array(text.utf8))
        case .bytes(let bytes): lengthPrefixed(bytes)
        case .message(let message): lengthPrefixed(try message.nested(depth: depth))
        case .list, .map: throw RPCStatus(.rejectedByDecoder)
        }
    }

    /// An integer in the form that its field has.
    private mutating func write(_ number: Int64, _ short: UInt32?, _ kind: DynamicField.Kind) {
        switch kind {
        case .int32(.fixed), .uint32(.fixed): fixed32(short ?? 0)
        case .int64(.fixed), .uint64(.fixed): fixed64(UInt64(bitPattern: number))
        case .int32(.zigzag):
            let number = Int32(truncatingIfNeeded: number)
            varint(UInt64(UInt32(bitPattern: (number << 1) ^ (number >> 31))))
        case .int64(.zigzag): varint(UInt64(bitPattern: (number << 1) ^ (number >> 63)))
        default: varint(UInt64(bitPattern: number))
        }
    }
}

extension ScanKind {
    /// It is of a kind that may be packed.
    fileprivate var isNumber: Bool { self == .varint || self == .fixed32 || self == .fixed64 }

    fileprivate var wireType: UInt64 {
        switch self {
        case .varint: 0
        case .fixed64: 1
        case .string, .bytes, .message: 2
        case .fixed32: 5
        }
    }
}

extension DynamicValue {
    /// The value of an entry's key field.
    init(_ key: DynamicMapKey, _ kind: DynamicField.Kind) {
        switch (key, kind) {
        case (.signed(let number), .int32): self = .int32(Int32(truncatingIfNeeded: number))
        case (.signed(let number), _): self = .int64(number)
        case (.unsigned(let number), .uint32): self = .uint32(UInt32(truncatingIfNeeded: number))
        case (.unsigned(let number), _): self = .uint64(number)
        case (.string(let text), .bool): self = .bool(text == "true")
        case (.string(let text), _): self = .string(text)
        }
    }
}
