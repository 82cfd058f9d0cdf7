extension DynamicMessage {
    /// Decodes a message, as strictly as its generated type does.
    ///
    /// Errors: as of `WireMessage.init(decoding:limits:)`, but for the budget of protobuf-c's
    /// memory, which is not used here; INTERNAL/UNSUPPORTED_MESSAGE for a type that
    /// `init(_:of:)` refuses.
    public init(
        _ name: String, of contract: DescriptorSet, decoding bytes: [UInt8],
        limits: MessageLimits = .standard
    ) throws(RPCStatus) {
        do throws(DescriptorSetError) {
            try self.init(name, of: contract)
        } catch {
            throw RPCStatus(.internal, "UNSUPPORTED_MESSAGE", error.description)
        }
        let type = self.type
        let fault = bytes.withUnsafeBytes { contract.scan($0, as: type, limits) }
        if let fault { throw RPCStatus(fault) }
        try merge(bytes[...])
    }

    /// Takes the fields of scanned bytes: the last of a single value counts, messages merge,
    /// repeated fields go on. The scan has bounded how deep this goes.
    private mutating func merge(_ bytes: ArraySlice<UInt8>) throws(RPCStatus) {
        var fields = WireFields(bytes)
        while let (number, value) = try fault({ () throws(WireFault) in try fields.next() }) {
            guard let field = type.field(number) else { continue }
            if field.isRepeated {
                try append(value, to: field)
            } else {
                try set(field, to: value)
            }
        }
    }

    private mutating func set(
        _ field: DynamicField, to value: WireFields.Value
    ) throws(RPCStatus) {
        clearOneof(of: field)
        if case .message(let name) = field.kind, case .bytes(let bytes) = value {
            var message = try make(name)
            if case .message(let earlier) = values[field.number] { message = earlier }
            try message.merge(bytes)
            values[field.number] = .message(message)
            return
        }
        let scalar = try fault { () throws(WireFault) in try Self.scalar(value, field.kind) }
        // Without presence a default is as good as absent, also after another value.
        values[field.number] = scalar.isDefault && field.oneof == nil ? nil : scalar
    }

    private mutating func append(
        _ value: WireFields.Value, to field: DynamicField
    ) throws(RPCStatus) {
        guard case .message(let name) = field.kind else {
            var list: [DynamicValue] = []
            if case .list(let earlier) = values[field.number] { list = earlier }
            values[field.number] = nil
            list += try fault { () throws(WireFault) in try Self.scalars(value, field) }
            values[field.number] = list.isEmpty ? nil : .list(list)
            return
        }
        guard case .bytes(let bytes) = value else { throw RPCStatus(.wrongWireType) }
        var element = try make(name)
        try element.merge(bytes)
        if element.type.isMapEntry {
            try insert(element, into: field)
        } else {
            var list: [DynamicValue] = []
            if case .list(let earlier) = values[field.number] { list = earlier }
            values[field.number] = nil
            list.append(.message(element))
            values[field.number] = .list(list)
        }
    }

    /// An entry counts instead of an earlier one with its key.
    private mutating func insert(
        _ element: DynamicMessage, into field: DynamicField
    ) throws(RPCStatus) {
        guard let keyField = element.type.field(1), let valueField = element.type.field(2) else {
            throw RPCStatus(.rejectedByDecoder)
        }
        let key = DynamicMapKey(element.values[1], keyField.kind)
        let given = element.values[2]
        let value = if let given { given } else { try element.defaultValue(of: valueField) }
        var entries: [DynamicMapEntry] = []
        if case .map(let earlier) = values[field.number] { entries = earlier }
        values[field.number] = nil
        let entry = DynamicMapEntry(key: key, value: value)
        // Senders write keys in order, so that the search mostly ends at once.
        let index = entries.lastIndex { $0.key <= key }
        if let index, entries[index].key == key {
            entries[index] = entry
        } else {
            entries.insert(entry, at: index.map { $0 + 1 } ?? 0)
        }
        values[field.number] = .map(entries)
    }

    /// The default of a field that has no presence, and an empty message for one that holds one.
    func defaultValue(of field: DynamicField) throws(RPCStatus) -> DynamicValue {
        switch field.kind {
        case .bool: .bool(false)
        case .string: .string("")
        case .bytes: .bytes([])
        case .int32: .int32(0)
        case .int64: .int64(0)
        case .uint32: .uint32(0)
        case .uint64: .uint64(0)
        case .enumeration: .enumeration(0)
        case .message(let name): .message(try make(name))
        case .unsupported: throw RPCStatus(.rejectedByDecoder)
        }
    }

    // MARK: Scalars

    private static func scalars(
        _ value: WireFields.Value, _ field: DynamicField
    ) throws(WireFault) -> [DynamicValue] {
        let kind = field.scanKind
        guard case .bytes(let bytes) = value, kind != .string, kind != .bytes else {
            return [try scalar(value, field.kind)]
        }
        var result: [DynamicValue] = []
        for element in try WireFields.packed(bytes, kind) {
            result.append(try scalar(element, field.kind))
        }
        return result
    }

    /// Numbers of fewer bits are cut off, as protobuf's decoders do.
    private static func scalar(
        _ value: WireFields.Value, _ kind: DynamicField.Kind
    ) throws(WireFault) -> DynamicValue {
        switch (kind, value) {
        case (.bool, .varint(let number)): return .bool(number != 0)
        case (.enumeration, .varint(let number)):
            return .enumeration(Int32(truncatingIfNeeded: number))
        case (.int32(.zigzag), .varint(let number)):
            let cut = UInt32(truncatingIfNeeded: number)
            return .int32(Int32(bitPattern: cut >> 1) ^ -Int32(bitPattern: cut & 1))
        case (.int64(.zigzag), .varint(let number)):
            return .int64(Int64(bitPattern: number >> 1) ^ -Int64(bitPattern: number & 1))
        case (.int32, .varint(let number)): return .int32(Int32(truncatingIfNeeded: number))
        case (.int64, .varint(let number)): return .int64(Int64(bitPattern: number))
        case (.uint32, .varint(let number)): return .uint32(UInt32(truncatingIfNeeded: number))
        case (.uint64, .varint(let number)): return .uint64(number)
        case (.int32, .fixed32(let number)): return .int32(Int32(bitPattern: number))
        case (.uint32, .fixed32(let number)): return .uint32(number)
        case (.int64, .fixed64(let number)): return .int64(Int64(bitPattern: number))
        case (.uint64, .fixed64(let number)): return .uint64(number)
        case (.string, .bytes(let bytes)):
            guard let text = String(validating: bytes, as: UTF8.self) else { throw .invalidUTF8 }
            return .string(text)
        case (.bytes, .bytes(let bytes)): return .bytes(Array(bytes))
        default: throw .wrongWireType
        }
    }
}

/// Runs what finds faults in bytes, and says them as statuses.
private func fault<Result>(
    _ body: () throws(WireFault) -> Result
) throws(RPCStatus) -> Result {
    do throws(WireFault) {
        return try body()
    } catch {
        throw RPCStatus(error)
    }
}

extension DynamicMapKey {
    /// The key of an entry; nil stands for the default of its kind.
    init(_ value: DynamicValue?, _ kind: DynamicField.Kind) {
        switch value {
        case .int32(let number): self = .signed(Int64(number))
        case .int64(let number): self = .signed(number)
        case .uint32(let number): self = .unsigned(UInt64(number))
        case .uint64(let number): self = .unsigned(number)
        case .string(let text): self = .string(text)
        case .bool(let flag): self = .string(flag ? "true" : "false")
        default:
            switch kind {
            case .int32, .int64: self = .signed(0)
            case .uint32, .uint64: self = .unsigned(0)
            case .bool: self = .string("false")
            default: self = .string("")
            }
        }
    }
}
