/// How a scalar of a message is written in JSON (proto3's JSON mapping).
package protocol JSONScalar {
    static func read(_ json: JSONValue) throws(JSONError) -> Self
    var written: JSONValue { get }
    var isDefault: Bool { get }
}

extension String: JSONScalar {
    package static func read(_ json: JSONValue) throws(JSONError) -> String {
        guard case .string(let text) = json else { throw JSONError("expected a string") }
        return text
    }

    package var written: JSONValue { .string(self) }
    package var isDefault: Bool { isEmpty }
}

extension Bool: JSONScalar {
    package static func read(_ json: JSONValue) throws(JSONError) -> Bool {
        guard case .bool(let flag) = json else { throw JSONError("expected true or false") }
        return flag
    }

    package var written: JSONValue { .bool(self) }
    package var isDefault: Bool { !self }
}

extension [UInt8]: JSONScalar {
    package static func read(_ json: JSONValue) throws(JSONError) -> [UInt8] {
        guard case .string(let text) = json, let bytes = Base64.decode(text) else {
            throw JSONError("expected bytes in base64")
        }
        return bytes
    }

    package var written: JSONValue { .string(Base64.encode(self)) }
    package var isDefault: Bool { isEmpty }
}

/// Integers: a number, or a string that holds one. 64 bits are written as strings, since many
/// readers of JSON keep 53.
package protocol JSONInteger: JSONScalar, FixedWidthInteger {}

extension JSONInteger {
    package static func read(_ json: JSONValue) throws(JSONError) -> Self {
        let text: String
        switch json {
        case .number(let digits): text = digits
        case .string(let digits): text = digits
        default: throw JSONError("expected an integer")
        }
        guard let value = DecimalText.integer(text, Self.self) else {
            throw JSONError("expected an integer of \(Self.bitWidth) bits")
        }
        return value
    }

    package var written: JSONValue {
        Self.bitWidth > 32 ? .string(String(self)) : .number(String(self))
    }

    package var isDefault: Bool { self == 0 }
}

extension Int32: JSONInteger {}
extension Int64: JSONInteger {}
extension UInt32: JSONInteger {}
extension UInt64: JSONInteger {}

/// Integers in JSON's grammar of numbers.
enum DecimalText {
    /// The integer that the text stands for, also as "1.0" or "1e3"; nil where it is none, or is out
    /// of range.
    static func integer<Integer: FixedWidthInteger>(
        _ text: String, _ type: Integer.Type
    ) -> Integer? {
        guard let first = text.utf8.first, first != UInt8(ascii: "+") else { return nil }
        if let value = Integer(text) { return value }
        let parts = text.lowercased().split(
            separator: "e", maxSplits: 1, omittingEmptySubsequences: false)
        // More than 20 places either way are out of every range, unless all digits are 0.
        guard let exponent = parts.count == 2 ? Int(parts[1]) : 0,
            (-20...20).contains(exponent)
        else { return nil }
        let halves = parts[0].split(
            separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        var digits = String(halves[0])
        var fraction = halves.count == 2 ? String(halves[1]) : ""
        let sign = digits.hasPrefix("-") ? String(digits.removeFirst()) : ""
        guard !digits.isEmpty, halves.count == 1 || !fraction.isEmpty,
            (digits + fraction).utf8.allSatisfy({ (0x30...0x39).contains($0) })
        else { return nil }
        for _ in 0..<max(0, exponent) {
            digits.append(fraction.isEmpty ? "0" : fraction.removeFirst())
        }
        for _ in 0..<max(0, -exponent) {
            fraction = (digits.popLast().map { String($0) } ?? "0") + fraction
        }
        guard fraction.allSatisfy({ $0 == "0" }) else { return nil }
        return Integer(sign + (digits.isEmpty ? "0" : digits))
    }
}
