/// The parameters of one statement in the form that libpq takes, in one buffer.
///
/// They are encoded on the caller's task, so that the reactor only hands them on.
struct EncodedParameters: Sendable {
    private struct Slot {
        var offset: Int
        var length: Int32
        var isBinary: Bool
    }

    private var bytes: [UInt8] = []
    private var slots: [Slot] = []

    var byteCount: Int { bytes.count }
    var count: Int { slots.count }

    static let none = EncodedParameters()

    private init() {}

    /// Throws 22021 when a text holds a NUL character.
    init(_ values: [SQLValue]) throws(DatabaseError) {
        slots.reserveCapacity(values.count)
        for value in values { try append(value) }
    }

    private mutating func append(_ value: SQLValue) throws(DatabaseError) {
        switch value {
        case .null: slots.append(Slot(offset: -1, length: 0, isBinary: false))
        case .text(let text), .uuid(let text), .date(let text), .json(let text):
            try appendText(text)
        case .int(let number): try appendText(String(number))
        case .bool(let flag): try appendText(flag ? "t" : "f")
        case .bytes(let content): appendBinary(content)
        case .timestamp(let moment):
            let sinceEpoch =
                moment.microsecondsSinceEpoch &- SQLTimestamp.postgresEpochMicroseconds
            appendBinary(withUnsafeBytes(of: sinceEpoch.bigEndian) { Array($0) })
        case .textArray(let texts): try appendText(Self.arrayLiteral(texts))
        case .intArray(let numbers):
            try appendText("{" + numbers.map(String.init).joined(separator: ",") + "}")
        }
    }

    private mutating func appendText(_ text: String) throws(DatabaseError) {
        let offset = bytes.count
        bytes.append(contentsOf: text.utf8)
        guard !bytes[offset...].contains(0) else {
            throw DatabaseError(.statement(sqlState: "22021"), "NUL character in a text parameter")
        }
        slots.append(Slot(offset: offset, length: Int32(bytes.count - offset), isBinary: false))
        bytes.append(0)
    }

    private mutating func appendBinary(_ content: [UInt8]) {
        slots.append(Slot(offset: bytes.count, length: Int32(content.count), isBinary: true))
        bytes.append(contentsOf: content)
        bytes.append(0)
    }

    /// An array in PostgreSQL's text form, every element quoted.
    private static func arrayLiteral(_ texts: [String]) -> String {
        var literal = "{"
        for (index, text) in texts.enumerated() {
            if index > 0 { literal += "," }
            literal += "\""
            for character in text.unicodeScalars {
                if character == "\"" || character == "\\" { literal += "\\" }
                literal.unicodeScalars.append(character)
            }
            literal += "\""
        }
        return literal + "}"
    }

    /// Calls `body` with libpq's four arguments: count, values, lengths, formats. The pointers
    /// live as long as the call.
    func withArguments<Result>(
        _ body: (
            Int32, UnsafePointer<UnsafePointer<CChar>?>?, UnsafePointer<Int32>?,
            UnsafePointer<Int32>?
        ) -> Result
    ) -> Result {
        guard !slots.isEmpty else { return body(0, nil, nil, nil) }
        return bytes.withUnsafeBytes { content in
            withUnsafeTemporaryAllocation(of: UnsafePointer<CChar>?.self, capacity: slots.count) {
                values in
                withUnsafeTemporaryAllocation(of: Int32.self, capacity: slots.count * 2) {
                    numbers in
                    for (index, slot) in slots.enumerated() {
                        let start = content.baseAddress.map { $0 + max(slot.offset, 0) }
                        let value = start?.assumingMemoryBound(to: CChar.self)
                        values.initializeElement(at: index, to: slot.offset < 0 ? nil : value)
                        numbers.initializeElement(at: index, to: slot.length)
                        numbers.initializeElement(
                            at: slots.count + index, to: slot.isBinary ? 1 : 0)
                    }
                    let lengths = UnsafePointer(numbers.baseAddress)
                    return body(
                        Int32(slots.count), UnsafePointer(values.baseAddress), lengths,
                        lengths.map { $0 + slots.count })
                }
            }
        }
    }
}
