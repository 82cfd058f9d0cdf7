// What generated code reads messages from JSON with. `null` counts as absent everywhere.

/// The fields of a message that JSON has named so far: "clientId" and "client_id" are the same one.
package struct JSONSeenFields {
    /// A bit for each of the numbers 0 to 63, and a set for those above.
    private var bits: UInt64 = 0
    private var others: Set<Int> = []

    package init() {}

    package mutating func insert(_ number: Int, _ member: JSONMember) throws(JSONError) {
        let isNew: Bool
        if number < 64 {
            isNew = bits & (1 << UInt64(number)) == 0
            bits |= 1 << UInt64(number)
        } else {
            isNew = others.insert(number).inserted
        }
        guard isNew else { throw JSONError("the field comes twice", path: member.name) }
    }
}

extension JSONValue {
    /// The members of a message's object.
    package func messageMembers() throws(JSONError) -> [JSONMember] {
        guard let members else { throw JSONError("expected an object") }
        return members
    }
}

extension JSONMember {
    package func unknownField() -> JSONError {
        JSONError("the message has no such field", path: name)
    }

    package func secondOfOneof() -> JSONError {
        JSONError("another field of the same choice is set already", path: name)
    }

    package func value<Scalar: JSONScalar>(
        of type: Scalar.Type
    ) throws(JSONError) -> Scalar? {
        try read(Scalar.read)
    }

    package func value<Value: WireEnum>(of type: Value.Type) throws(JSONError) -> Value? {
        try read(Self.readEnum)
    }

    package func value<Message: WireMessage>(
        of type: Message.Type
    ) throws(JSONError) -> Message? {
        try read { json throws(JSONError) in try Message(json: json) }
    }

    package func values<Scalar: JSONScalar>(
        of type: Scalar.Type
    ) throws(JSONError) -> [Scalar] {
        try readList(Scalar.read)
    }

    package func values<Value: WireEnum>(of type: Value.Type) throws(JSONError) -> [Value] {
        try readList(Self.readEnum)
    }

    package func values<Message: WireMessage>(
        of type: Message.Type
    ) throws(JSONError) -> [Message] {
        try readList { json throws(JSONError) in try Message(json: json) }
    }

    package func map<Key: JSONMapKey, Scalar: JSONScalar>(
        of key: Key.Type, to type: Scalar.Type
    ) throws(JSONError) -> [Key: Scalar] {
        try readMap(Scalar.read)
    }

    package func map<Key: JSONMapKey, Value: WireEnum>(
        of key: Key.Type, to type: Value.Type
    ) throws(JSONError) -> [Key: Value] {
        try readMap(Self.readEnum)
    }

    package func map<Key: JSONMapKey, Message: WireMessage>(
        of key: Key.Type, to type: Message.Type
    ) throws(JSONError) -> [Key: Message] {
        try readMap { json throws(JSONError) in try Message(json: json) }
    }

    /// An enum by its name in the contract or by its number.
    private static func readEnum<Value: WireEnum>(_ json: JSONValue) throws(JSONError) -> Value {
        switch json {
        case .string(let name):
            if let value = Value(protoName: name) { return value }
        case .number(let digits):
            if let number = DecimalText.integer(digits, Int32.self) {
                return Value(rawValue: number)
            }
        default: break
        }
        let names = Value.known.map(\.protoName).joined(separator: ", ")
        throw JSONError("expected one of \(names)")
    }

    private func read<Value>(
        _ reader: (JSONValue) throws(JSONError) -> Value
    ) throws(JSONError) -> Value? {
        if value == .null { return nil }
        do throws(JSONError) {
            return try reader(value)
        } catch {
            throw error.within(name)
        }
    }

    private func readList<Value>(
        _ reader: (JSONValue) throws(JSONError) -> Value
    ) throws(JSONError) -> [Value] {
        if value == .null { return [] }
        guard let elements = value.elements else {
            throw JSONError("expected an array", path: name)
        }
        var result: [Value] = []
        result.reserveCapacity(elements.count)
        for (index, element) in elements.enumerated() {
            do throws(JSONError) {
                result.append(try reader(element))
            } catch {
                throw error.within("[\(index)]").within(name)
            }
        }
        return result
    }

    private func readMap<Key: JSONMapKey, Value>(
        _ reader: (JSONValue) throws(JSONError) -> Value
    ) throws(JSONError) -> [Key: Value] {
        if value == .null { return [:] }
        guard let members = value.members else {
            throw JSONError("expected an object", path: name)
        }
        var result: [Key: Value] = [:]
        for member in members {
            guard let key = Key(mapKey: member.name) else {
                throw JSONError("expected another kind of key", path: "\(name)[\"…\"]")
            }
            do throws(JSONError) {
                result[key] = try reader(member.value)
            } catch {
                throw error.within("[\"…\"]").within(name)
            }
        }
        return result
    }
}

/// A key of a map field: always a string in JSON.
package protocol JSONMapKey: Hashable, Comparable {
    init?(mapKey: String)
    var mapKey: String { get }
}

extension String: JSONMapKey {
    package init?(mapKey: String) { self = mapKey }
    package var mapKey: String { self }
}

extension JSONMapKey where Self: FixedWidthInteger {
    package init?(mapKey: String) { self.init(mapKey) }
    package var mapKey: String { String(self) }
}

extension Int32: JSONMapKey {}
extension Int64: JSONMapKey {}
extension UInt32: JSONMapKey {}
extension UInt64: JSONMapKey {}
