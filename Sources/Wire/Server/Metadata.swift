/// Metadata of a call: keys and values in order. A key may come more than once.
///
/// Keys are lower-case ASCII letters, digits, '-', '_' and '.', at most 64 bytes; keys ending in
/// "-bin" carry any bytes, all others printable ASCII (PROTOCOL.md, "Metadata").
public struct Metadata: Sendable, Equatable {
    public struct Entry: Sendable, Equatable {
        public var key: String
        public var value: [UInt8]

        public init(key: String, value: [UInt8]) {
            self.key = key
            self.value = value
        }
    }

    public var entries: [Entry]

    public init(_ entries: [Entry] = []) {
        self.entries = entries
    }

    public var isEmpty: Bool { entries.isEmpty }

    /// The first value of a key, as text; nil where there is none or it is not UTF-8.
    public func text(_ key: String) -> String? {
        guard let entry = entries.first(where: { $0.key == key }) else { return nil }
        return String(validating: entry.value, as: UTF8.self)
    }

    public mutating func append(_ key: String, _ text: String) {
        entries.append(Entry(key: key, value: Array(text.utf8)))
    }
}
