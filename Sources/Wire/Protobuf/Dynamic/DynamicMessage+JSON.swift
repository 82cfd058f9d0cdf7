extension DynamicMessage {
    /// Reads proto3's JSON mapping.
    public init(
        _ name: String, of contract: DescriptorSet, json: JSONValue
    ) throws(JSONError) {
        do throws(DescriptorSetError) {
            try self.init(name, of: contract)
        } catch {
            throw JSONError(error.description)
        }
        if try readWellKnown(json) { return }
        var seen = JSONSeenFields()
        for member in try json.messageMembers() {
            let found = type.fields.first { $0.jsonName == member.name || $0.name == member.name }
            guard let field = found else { throw member.unknownField() }
            try seen.insert(field.number, member)
            try read(member, field)
        }
    }

    /// proto3's JSON mapping. It holds personal data as they are.
    public var json: JSONValue {
        if let wellKnown { return wellKnown.json }
        var members: [JSONMember] = []
        for field in orderedFields {
            guard let value = values[field.number] else { continue }
            members.append(JSONMember(name: field.jsonName, value: written(value, field)))
        }
        return .object(members)
    }

    // MARK: Reading

    private mutating func read(
        _ member: JSONMember, _ field: DynamicField
    ) throws(JSONError) {
        guard member.value != .null else { return }
        do throws(JSONError) {
            let value: DynamicValue =
                if let entry = mapEntry(field) {
                    .map(try map(member.value, entry))
                } else if field.isRepeated {
                    .list(try list(member.value, field))
                } else {
                    try single(member.value, field.kind)
                }
            if let oneof = field.oneof {
                guard
                    !type.fields.contains(where: { $0.oneof == oneof && values[$0.number] != nil })
                else { throw JSONError("another field of the same choice is set already") }
            } else if value.isDefault {
                return
            }
            values[field.number] = value
        } catch {
            throw error.within(member.name)
        }
    }

    private func list(
        _ json: JSONValue, _ field: DynamicField
    ) throws(JSONError) -> [DynamicValue] {
        guard let elements = json.elements else { throw JSONError("expected an array") }
        var result: [DynamicValue] = []
        for (index, element) in elements.enumerated() {
            do throws(JSONError) {
                result.append(try single(element, field.kind))
            } catch {
                throw error.within("[\(index)]")
            }
        }
        return result
    }

    private func map(
        _ json: JSONValue, _ entry: DynamicMessageType
    ) throws(JSONError) -> [DynamicMapEntry] {
        guard let members = json.members, let keyField = entry.field(1),
            let valueField = entry.field(2)
        else { throw JSONError("expected an object") }
        var entries: [DynamicMapKey: DynamicValue] = [:]
        for member in members {
            do throws(JSONError) {
                let key = try Self.key(member.name, keyField.kind)
                entries[key] = try single(member.value, valueField.kind)
            } catch {
                throw error.within("[\"…\"]")
            }
        }
        let sorted = entries.sorted { $0.key < $1.key }
        return sorted.map { DynamicMapEntry(key: $0.key, value: $0.value) }
    }

    private static func key(
        _ text: String, _ kind: DynamicField.Kind
    ) throws(JSONError) -> DynamicMapKey {
        let key: DynamicMapKey? =
            switch kind {
            case .int32: Int32(text).map { .signed(Int64($0)) }
            case .int64: Int64(text).map { .signed($0) }
            case .uint32: UInt32(text).map { .unsigned(UInt64($0)) }
            case .uint64: UInt64(text).map { .unsigned($0) }
            case .bool: text == "true" || text == "false" ? .string(text) : nil
            default: .string(text)
            }
        guard let key else { throw JSONError("expected another kind of key") }
        return key
    }

    private func single(
        _ json: JSONValue, _ kind: DynamicField.Kind
    ) throws(JSONError) -> DynamicValue {
        switch kind {
        case .bool: return .bool(try Bool.read(json))
        case .string: return .string(try String.read(json))
        case .bytes: return .bytes(try [UInt8].read(json))
        case .int32: return .int32(try Int32.read(json))
        case .int64: return .int64(try Int64.read(json))
        case .uint32: return .uint32(try UInt32.read(json))
        case .uint64: return .uint64(try UInt64.read(json))
        case .enumeration(let name): return .enumeration(try number(json, of: name))
        case .message(let name):
            return .message(try DynamicMessage(name, of: contract, json: json))
        case .unsupported: throw JSONError("the field is of a kind that is not supported")
        }
    }

    private func number(_ json: JSONValue, of name: String) throws(JSONError) -> Int32 {
        let known = contract.enums[name]?.values ?? []
        switch json {
        case .string(let text):
            if let value = known.first(where: { $0.name == text }) { return value.number }
        case .number(let digits):
            if let number = DecimalText.integer(digits, Int32.self) { return number }
        default: break
        }
        throw JSONError("expected one of \(known.map(\.name).joined(separator: ", "))")
    }

    // MARK: Writing

    private func written(_ value: DynamicValue, _ field: DynamicField) -> JSONValue {
        switch value {
        case .bool(let flag): return flag.written
        case .int32(let number): return number.written
        case .int64(let number): return number.written
        case .uint32(let number): return number.written
        case .uint64(let number): return number.written
        case .string(let text): return text.written
        case .bytes(let bytes): return bytes.written
        case .enumeration(let number):
            return enumName(number, field).map { .string($0) } ?? .number(String(number))
        case .message(let message): return message.json
        case .list(let elements): return .array(elements.map { written($0, field) })
        case .map(let entries):
            let valueField = mapEntry(field)?.field(2) ?? field
            return .object(
                entries.map {
                    JSONMember(name: $0.key.text, value: written($0.value, valueField))
                })
        }
    }

    /// The name of an enum's value; nil where the contract has none.
    func enumName(_ number: Int32, _ field: DynamicField) -> String? {
        guard case .enumeration(let name) = field.kind else { return nil }
        return contract.enums[name]?.values.first { $0.number == number }?.name
    }

    /// The type of a map field's entries; nil for other fields.
    func mapEntry(_ field: DynamicField) -> DynamicMessageType? {
        guard field.isRepeated, case .message(let name) = field.kind,
            let type = contract.messages[name], type.isMapEntry
        else { return nil }
        return type
    }
}
