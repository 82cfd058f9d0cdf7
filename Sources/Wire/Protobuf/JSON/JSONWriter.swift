extension JSONValue {
    /// The value as JSON text: on one line, or indented by two spaces a level.
    public func text(indented: Bool = false) -> String {
        var writer = JSONWriter(isIndented: indented)
        writer.write(self, level: 0)
        return writer.text
    }
}

/// Writes JSON text (RFC 8259).
private struct JSONWriter {
    let isIndented: Bool
    var text = ""

    init(isIndented: Bool) {
        self.isIndented = isIndented
    }

    mutating func write(_ value: JSONValue, level: Int) {
        switch value {
        case .null: text += "null"
        case .bool(let flag): text += flag ? "true" : "false"
        case .number(let digits): text += digits
        case .string(let string): write(string)
        case .array(let elements):
            text += "["
            for (index, element) in elements.enumerated() {
                separate(index, level: level + 1)
                write(element, level: level + 1)
            }
            close("]", isEmpty: elements.isEmpty, level: level)
        case .object(let members):
            text += "{"
            for (index, member) in members.enumerated() {
                separate(index, level: level + 1)
                write(member.name)
                text += isIndented ? ": " : ":"
                write(member.value, level: level + 1)
            }
            close("}", isEmpty: members.isEmpty, level: level)
        }
    }

    private mutating func separate(_ index: Int, level: Int) {
        if index > 0 { text += "," }
        if isIndented { newLine(level) }
    }

    private mutating func close(_ bracket: String, isEmpty: Bool, level: Int) {
        if isIndented, !isEmpty { newLine(level) }
        text += bracket
    }

    private mutating func newLine(_ level: Int) {
        text += "\n" + String(repeating: "  ", count: level)
    }

    private mutating func write(_ string: String) {
        text += "\""
        for scalar in string.unicodeScalars {
            switch scalar {
            case "\"": text += "\\\""
            case "\\": text += "\\\\"
            case "\n": text += "\\n"
            case "\r": text += "\\r"
            case "\t": text += "\\t"
            // Controls as RFC 8259 asks; the separators of lines and paragraphs for readers of
            // JavaScript; DEL and the C1 controls so that a terminal is not told what to do.
            case "\u{0}"..."\u{1F}", "\u{7F}"..."\u{9F}", "\u{2028}", "\u{2029}":
                let digits = String(scalar.value, radix: 16)
                text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: text.unicodeScalars.append(scalar)
            }
        }
        text += "\""
    }
}
