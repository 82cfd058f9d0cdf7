/// A JSON value. Objects keep the order of their members; numbers keep their text, so that 64-bit
/// integers lose nothing.
public enum JSONValue: Sendable, Equatable {
    case null
    case bool(Bool)
    /// A number as written, in JSON's grammar.
    case number(String)
    case string(String)
    case array([JSONValue])
    case object([JSONMember])

    /// The string; nil for other values.
    public var stringValue: String? {
        if case .string(let text) = self { text } else { nil }
    }

    /// The elements of an array; nil for other values.
    public var elements: [JSONValue]? {
        if case .array(let elements) = self { elements } else { nil }
    }

    /// The members of an object; nil for other values.
    public var members: [JSONMember]? {
        if case .object(let members) = self { members } else { nil }
    }

    /// The value of an object's member; nil where there is none.
    public subscript(name: String) -> JSONValue? {
        members?.first { $0.name == name }?.value
    }
}

/// A member of a JSON object.
public struct JSONMember: Sendable, Equatable {
    public var name: String
    public var value: JSONValue

    public init(name: String, value: JSONValue) {
        self.name = name
        self.value = value
    }
}
