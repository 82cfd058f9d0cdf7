/// Collects the members of a message's JSON object. Each `add` leaves out the default; each `append`
/// puts what a oneof holds, default or not.
package struct JSONMembers {
    private var members: [JSONMember] = []

    package init() {}

    package var object: JSONValue { .object(members) }

    package mutating func add<Scalar: JSONScalar>(_ name: String, _ value: Scalar) {
        if !value.isDefault { append(name, value) }
    }

    package mutating func add<Value: WireEnum>(_ name: String, _ value: Value) {
        if value.rawValue != 0 { append(name, value) }
    }

    package mutating func add<Message: WireMessage>(_ name: String, _ value: Message?) {
        if let value { append(name, value) }
    }

    package mutating func add<Scalar: JSONScalar>(_ name: String, _ values: [Scalar]) {
        addList(name, values) { $0.written }
    }

    package mutating func add<Value: WireEnum>(_ name: String, _ values: [Value]) {
        addList(name, values, Self.written)
    }

    package mutating func add<Message: WireMessage>(_ name: String, _ values: [Message]) {
        addList(name, values) { $0.json }
    }

    package mutating func add<Key: JSONMapKey, Scalar: JSONScalar>(
        _ name: String, _ values: [Key: Scalar]
    ) {
        addMap(name, values) { $0.written }
    }

    package mutating func add<Key: JSONMapKey, Value: WireEnum>(
        _ name: String, _ values: [Key: Value]
    ) {
        addMap(name, values, Self.written)
    }

    package mutating func add<Key: JSONMapKey, Message: WireMessage>(
        _ name: String, _ values: [Key: Message]
    ) {
        addMap(name, values) { $0.json }
    }

    package mutating func append<Scalar: JSONScalar>(_ name: String, _ value: Scalar) {
        put(name, value.written)
    }

    package mutating func append<Value: WireEnum>(_ name: String, _ value: Value) {
        put(name, Self.written(value))
    }

    package mutating func append<Message: WireMessage>(_ name: String, _ value: Message) {
        put(name, value.json)
    }

    /// An enum by its name; by its number where this version has no name for it.
    private static func written<Value: WireEnum>(_ value: Value) -> JSONValue {
        Value.known.contains(value) ? .string(value.protoName) : .number(String(value.rawValue))
    }

    private mutating func addList<Element>(
        _ name: String, _ values: [Element], _ write: (Element) -> JSONValue
    ) {
        if !values.isEmpty { put(name, .array(values.map(write))) }
    }

    /// Members in the order of their keys, so that equal messages have equal JSON.
    private mutating func addMap<Key: JSONMapKey, Value>(
        _ name: String, _ values: [Key: Value], _ write: (Value) -> JSONValue
    ) {
        guard !values.isEmpty else { return }
        let sorted = values.sorted { $0.key < $1.key }
        put(name, .object(sorted.map { JSONMember(name: $0.key.mapKey, value: write($0.value)) }))
    }

    private mutating func put(_ name: String, _ value: JSONValue) {
        members.append(JSONMember(name: name, value: value))
    }
}
