/// Checks of single fields. Lengths count Unicode scalars, which is what the proto files call
/// characters.
extension FieldViolations {
    package enum TextKind: Sendable {
        /// No line breaks and no other control characters.
        case line
        /// Line breaks and tabs are text, other control characters are not.
        case prose
    }

    /// At most `lengthMax` characters.
    package mutating func check(
        _ text: String, at field: String, lengthMax: Int, kind: TextKind = .line
    ) {
        // Bytes first: a scalar has one at least, so that a long text is not counted in vain.
        if text.utf8.count > lengthMax, text.unicodeScalars.count > lengthMax {
            add(field, .tooLong, "At most \(lengthMax) characters.")
        }
        let hasControl = text.unicodeScalars.contains { scalar in
            guard scalar.properties.generalCategory == .control else { return false }
            return kind == .line || !(scalar == "\n" || scalar == "\r" || scalar == "\t")
        }
        if hasControl {
            add(field, .controlCharacter, "Control characters are not text.")
        }
    }

    /// 1 to `lengthMax` characters, not only blanks.
    package mutating func checkRequired(
        _ text: String, at field: String, lengthMax: Int, kind: TextKind = .line
    ) {
        guard text.contains(where: { !$0.isWhitespace }) else {
            add(field, .required, "Required: 1 to \(lengthMax) characters.")
            return
        }
        check(text, at: field, lengthMax: lengthMax, kind: kind)
    }

    /// "YYYY-MM-DD" or empty. The date, where there is one.
    @discardableResult
    package mutating func checkDate(_ text: String, at field: String) -> CalendarDate? {
        guard !text.isEmpty else { return nil }
        guard let date = CalendarDate(text) else {
            add(field, .date, "A real day in the form YYYY-MM-DD.")
            return nil
        }
        return date
    }

    /// Two dates, of which the second, where it is given, is not before the first.
    package mutating func checkPeriod(
        from first: String, at firstField: String, to last: String, at lastField: String
    ) {
        let firstDay = checkDate(first, at: firstField)
        let lastDay = checkDate(last, at: lastField)
        if let firstDay, let lastDay, lastDay < firstDay {
            add(lastField, .dateOrder, "Not before the first day.")
        }
    }

    /// Empty, or a text for which `isValid` holds.
    package mutating func checkFormat(
        _ text: String, at field: String, _ description: String,
        isValid: (ArraySlice<UInt8>) -> Bool
    ) {
        guard !text.isEmpty, !isValid(Array(text.utf8)[...]) else { return }
        add(field, .format, description)
    }

    /// An enum value of the contract; values of newer versions are not stored.
    package mutating func checkKnown(_ isUnrecognized: Bool, at field: String) {
        if isUnrecognized { add(field, .unknownValue, "No value of this version of the contract.") }
    }

    /// A personal identity code that is right; nil, with the reason, where it is not.
    package mutating func checkIdentityCode(
        _ text: String, at field: String, accepting acceptance: IdentityCode.Acceptance
    ) -> IdentityCode? {
        do throws(IdentityCodeViolation) {
            return try IdentityCode(text, accepting: acceptance)
        } catch {
            add(field, named: error.rawValue, error.explanation)
            return nil
        }
    }

    package mutating func checkCount(_ count: Int, at field: String, countMax: Int) {
        if count > countMax { add(field, .tooMany, "At most \(countMax).") }
    }
}

/// Forms of texts in ASCII.
package enum TextForm {
    /// E.164: a plus sign and 7 to 15 digits, of which the first is not 0.
    package static func isTelephone(_ bytes: ArraySlice<UInt8>) -> Bool {
        guard bytes.first == UInt8(ascii: "+"), (8...16).contains(bytes.count) else { return false }
        let digits = bytes.dropFirst()
        return digits.first != UInt8(ascii: "0") && digits.allSatisfy(isDigit)
    }

    /// One "@" with something on both sides, no blanks and no control characters. Whether the
    /// address exists only a message to it can tell.
    package static func isEmail(_ bytes: ArraySlice<UInt8>) -> Bool {
        let parts = bytes.split(separator: UInt8(ascii: "@"), omittingEmptySubsequences: false)
        return parts.count == 2 && parts.allSatisfy { !$0.isEmpty }
            && bytes.allSatisfy { $0 > 0x20 && $0 != 0x7F }
    }

    /// Five digits.
    package static func isPostalCode(_ bytes: ArraySlice<UInt8>) -> Bool {
        bytes.count == 5 && bytes.allSatisfy(isDigit)
    }

    /// KEHA's levels of language skills: A1.1 to B2.2, or X for not tested.
    package static func isLanguageLevel(_ text: String) -> Bool {
        ["A1.1", "A1.2", "A1.3", "A2.1", "A2.2", "B1.1", "B1.2", "B2.1", "B2.2", "X"]
            .contains(text)
    }

    /// 1 to `countMax` printable ASCII characters without blanks around them.
    package static func isPrintable(_ bytes: ArraySlice<UInt8>, countMax: Int) -> Bool {
        (1...countMax).contains(bytes.count) && bytes.allSatisfy { (0x20...0x7E).contains($0) }
            && bytes.first != 0x20 && bytes.last != 0x20
    }

    /// A UUID in lower case with hyphens, as this service gives out.
    package static func isUUID(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        guard bytes.count == 36 else { return false }
        return bytes.enumerated().allSatisfy { index, byte in
            switch index {
            case 8, 13, 18, 23: byte == UInt8(ascii: "-")
            default: isDigit(byte) || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte)
            }
        }
    }

    /// Exactly `count` digits.
    package static func isDigits(_ text: String, count: Int) -> Bool {
        text.utf8.count == count && text.utf8.allSatisfy(isDigit)
    }

    private static func isDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }
}
