/// Builds the `description` of a message: its fields by their proto names, those that are set, in
/// one line, without personal data and of bounded length.
package struct RedactedText {
    private var text: String
    private var isFirst = true

    /// Characters of a string, and elements of a repeated field, that are shown.
    static let charactersShown = 80
    static let elementsShown = 8

    package init(_ name: String) {
        text = name + "("
    }

    package var finished: String { text + ")" }

    /// A field that holds personal data and is set.
    package mutating func addRedacted(_ name: String) {
        put(name, "[redacted]")
    }

    // Each `add` leaves out the default; each `append` puts what a oneof holds, default or not.

    package mutating func add(_ name: String, _ value: String) {
        if !value.isEmpty { append(name, value) }
    }

    package mutating func add(_ name: String, _ value: [UInt8]) {
        if !value.isEmpty { append(name, value) }
    }

    package mutating func add(_ name: String, _ value: Bool) {
        if value { append(name, value) }
    }

    package mutating func add<Number: FixedWidthInteger>(_ name: String, _ value: Number) {
        if value != 0 { append(name, value) }
    }

    package mutating func add<Value: WireEnum>(_ name: String, _ value: Value) {
        if value.rawValue != 0 { append(name, value) }
    }

    package mutating func add<Message: WireMessage>(_ name: String, _ value: Message?) {
        if let value { append(name, value) }
    }

    package mutating func add(_ name: String, _ values: [String]) {
        addList(name, values) { Self.quoted($0) }
    }

    package mutating func add(_ name: String, _ values: [[UInt8]]) {
        addList(name, values) { "\($0.count) bytes" }
    }

    package mutating func add(_ name: String, _ values: [Bool]) {
        addList(name, values) { String($0) }
    }

    package mutating func add<Number: FixedWidthInteger>(_ name: String, _ values: [Number]) {
        addList(name, values) { String($0) }
    }

    package mutating func add<Value: WireEnum>(_ name: String, _ values: [Value]) {
        addList(name, values) { $0.protoName }
    }

    package mutating func add<Message: WireMessage>(_ name: String, _ values: [Message]) {
        addList(name, values) { $0.description }
    }

    /// A map: how many entries it has.
    package mutating func addCount(_ name: String, _ count: Int) {
        if count > 0 { put(name, "\(count) entries") }
    }

    package mutating func append(_ name: String, _ value: String) {
        put(name, Self.quoted(value))
    }

    package mutating func append(_ name: String, _ value: [UInt8]) {
        put(name, "\(value.count) bytes")
    }

    package mutating func append(_ name: String, _ value: Bool) {
        put(name, String(value))
    }

    package mutating func append<Number: FixedWidthInteger>(_ name: String, _ value: Number) {
        put(name, String(value))
    }

    package mutating func append<Value: WireEnum>(_ name: String, _ value: Value) {
        put(name, value.protoName)
    }

    package mutating func append<Message: WireMessage>(_ name: String, _ value: Message) {
        put(name, value.description)
    }

    mutating func addList<Element>(
        _ name: String, _ values: [Element], _ describe: (Element) -> String
    ) {
        guard !values.isEmpty else { return }
        var parts = values.prefix(Self.elementsShown).map(describe)
        if values.count > parts.count { parts.append("… \(values.count) in all") }
        put(name, "[\(parts.joined(separator: ", "))]")
    }

    mutating func put(_ name: String, _ value: String) {
        text += isFirst ? "\(name): \(value)" : ", \(name): \(value)"
        isFirst = false
    }

    /// In quotation marks, with line feeds and the like escaped so that a log line stays one line.
    static func quoted(_ value: String) -> String {
        let shown = String(value.unicodeScalars.prefix(charactersShown))
        return shown.count < value.count ? shown.debugDescription + "…" : shown.debugDescription
    }
}
