import Logging

/// The bytes of one log line, never more than a limit and always ended by one line feed.
struct LogLine {
    private(set) var bytes: [UInt8] = []
    private let limit: Int

    init(limit: Int) {
        self.limit = limit
    }

    /// `2026-11-23T12:00:00.000Z info  icds-rpcd: message key=value`
    mutating func appendText(
        time: String, level: Logger.Level, label: String, message: String,
        fields: [(String, String)]
    ) {
        let name = level.rawValue
        let padding = String(repeating: " ", count: max(0, 8 - name.utf8.count))
        append("\(time) \(name)\(padding) \(label): ")
        append(escaping: message, quotes: false)
        for (key, value) in fields {
            append(" \(key)=")
            let needsQuotes =
                value.isEmpty || value.contains { $0 == " " || $0 == "\"" || $0 == "=" }
            if needsQuotes { append("\"") }
            append(escaping: value, quotes: needsQuotes)
            if needsQuotes { append("\"") }
        }
        end("")
    }

    /// `{"time":…,"level":…,"logger":…,"message":…,"fields":{…}}`; a line that would pass the
    /// limit leaves fields out and says so, so that each line stays whole JSON.
    mutating func appendJSON(
        time: String, level: Logger.Level, label: String, message: String,
        fields: [(String, String)]
    ) {
        append("{\"time\":\"\(time)\",\"level\":\"\(level.rawValue)\",\"logger\":\"\(label)\",")
        append("\"message\":")
        appendJSONString(message, limit: limit / 2)
        append(",\"fields\":{")
        var isFirst = true
        for (key, value) in fields {
            var pair = LogLine(limit: limit)
            pair.appendJSONString(key, limit: 256)
            pair.append(":")
            pair.appendJSONString(value, limit: limit / 4)
            if bytes.count + pair.bytes.count > limit - 32 {
                append(isFirst ? "\"cut\":\"true\"" : ",\"cut\":\"true\"")
                break
            }
            if !isFirst { append(",") }
            bytes += pair.bytes
            isFirst = false
        }
        end("}}")
    }

    private mutating func appendJSONString(_ text: String, limit: Int) {
        append("\"")
        var part = LogLine(limit: limit)
        part.append(escaping: text, quotes: true)
        bytes += part.bytes
        append("\"")
    }

    private mutating func append(_ text: String) {
        for scalar in text.unicodeScalars { append(scalar) }
    }

    private mutating func append(_ scalar: Unicode.Scalar) {
        let encoded = UTF8.encode(scalar)
        if let encoded, bytes.count + encoded.count < limit { bytes += encoded }
    }

    /// With control characters, and where asked quotes and backslashes, escaped as in JSON.
    private mutating func append(escaping text: String, quotes: Bool) {
        for scalar in text.unicodeScalars {
            if bytes.count + 6 >= limit { return }
            switch scalar {
            case "\n": append("\\n")
            case "\r": append("\\r")
            case "\t": append("\\t")
            case "\"", "\\":
                if quotes { append("\\") }
                append(scalar)
            case "\u{0}"..<" ", "\u{7F}"..."\u{9F}", "\u{2028}", "\u{2029}":
                let digits = String(scalar.value, radix: 16)
                append("\\u" + String(repeating: "0", count: 4 - digits.count) + digits)
            default: append(scalar)
            }
        }
    }

    private mutating func end(_ closing: String) {
        let tail = Array(closing.utf8) + [UInt8(ascii: "\n")]
        bytes += tail
    }
}
