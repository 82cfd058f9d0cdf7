import Tenancy
import Wire

/// Messages of the contract as they lie in jsonb columns: proto3's JSON mapping.
enum StoredMessages {
    static func message<Message: WireMessage>(_ text: String?) throws -> Message? {
        guard let text else { return nil }
        return try Message(jsonString: text)
    }

    static func list<Message: WireMessage>(_ text: String) throws -> [Message] {
        if text == "[]" { return [] }
        guard case .array(let elements) = try JSONValue(parsing: text) else {
            throw DatabaseError(.unexpectedResult, "a list is stored as something else")
        }
        return try elements.map { try Message(json: $0) }
    }

    static func text<Message: WireMessage>(_ messages: [Message]) -> String {
        JSONValue.array(messages.map(\.json)).text()
    }

    static func parameter<Message: WireMessage>(_ message: Message?) -> SQLValue {
        guard let message else { return .null }
        return .json(message.jsonString())
    }
}
