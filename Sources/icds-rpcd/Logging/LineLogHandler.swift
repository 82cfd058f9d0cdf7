import Glibc
import Logging

/// How a log line looks.
enum LogFormat: String, Sendable, CaseIterable {
    /// For a person: time, level, message, `key=value`.
    case text
    /// For a machine: one JSON object a line.
    case json
}

/// Writes each event as one line, with one `write`, to standard error. A line has at most
/// `lineBytesMax` bytes, and control characters in it are escaped, so that no value can forge a
/// second line. The handler adds nothing of its own to what the caller says; personal data stay out
/// of logs because messages do not carry them and their `description` redacts them.
struct LineLogHandler: LogHandler {
    /// A longer line is cut: a log pipeline splits or drops what is longer.
    static let lineBytesMax = 8192

    var logLevel: Logger.Level
    var metadata: Logger.Metadata = [:]
    private let label: String
    private let format: LogFormat

    init(label: String, format: LogFormat, level: Logger.Level) {
        self.label = label
        self.format = format
        logLevel = level
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        var fields = metadata
        if let more = event.metadata { fields.merge(more) { _, new in new } }
        if let error = event.error { fields["error"] = "\(error)" }
        let pairs = fields.sorted { $0.key < $1.key }.map { ($0.key, $0.value.description) }
        var line = LogLine(limit: Self.lineBytesMax)
        switch format {
        case .text:
            line.appendText(
                time: LogTime.now, level: event.level, label: label,
                message: event.message.description, fields: pairs)
        case .json:
            line.appendJSON(
                time: LogTime.now, level: event.level, label: label,
                message: event.message.description, fields: pairs)
        }
        line.bytes.withUnsafeBytes { bytes in
            // A standard error that nobody reads must not stop the daemon: the result is dropped.
            _ = write(STDERR_FILENO, bytes.baseAddress, bytes.count)
        }
    }
}

/// The time of a log line: RFC 3339 in UTC with milliseconds.
enum LogTime {
    static var now: String {
        var moment = timespec()
        clock_gettime(CLOCK_REALTIME, &moment)
        var parts = tm()
        gmtime_r(&moment.tv_sec, &parts)
        let two = { (number: Int32) in number < 10 ? "0\(number)" : "\(number)" }
        let milliseconds = moment.tv_nsec / 1_000_000
        let fraction = String(
            repeating: "0", count: milliseconds < 10 ? 2 : milliseconds < 100 ? 1 : 0)
        return "\(parts.tm_year + 1900)-\(two(parts.tm_mon + 1))-\(two(parts.tm_mday))T"
            + "\(two(parts.tm_hour)):\(two(parts.tm_min)):\(two(parts.tm_sec)).\(fraction)\(milliseconds)Z"
    }
}
