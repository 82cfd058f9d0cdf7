/// How far long work has come, on standard error: one line that is rewritten on a terminal, a line
/// for each piece of work elsewhere.
///
/// Not `Sendable`: it belongs to the task that counts.
final class Progress {
    private let title: String
    private let total: Int
    private let isLive: Bool
    private let columns: Int
    private let write: (String) -> Void
    private let clock = ContinuousClock()
    private let start: ContinuousClock.Instant
    private var done = 0

    init(
        title: String, total: Int, isLive: Bool = Terminal.isError,
        columns: Int = Terminal.errorColumns,
        write: @escaping (String) -> Void = Terminal.writeError
    ) {
        self.title = title
        self.total = total
        self.isLive = isLive
        self.columns = columns
        self.write = write
        start = clock.now
    }

    /// One more piece is done.
    func advance(_ what: String) {
        done += 1
        let line = SafeText.line(what)
        if isLive {
            write("\r\u{1B}[K" + DisplayWidth.cut(liveLine(line), to: max(1, columns - 1)))
        } else {
            write("\(done)/\(total) \(line)\n")
        }
    }

    /// Leaves the terminal as it was.
    func finish() {
        if isLive && done > 0 { write("\r\u{1B}[K") }
    }

    private func liveLine(_ what: String) -> String {
        let barColumns = 20
        let filled = total == 0 ? barColumns : min(barColumns, barColumns * done / total)
        let bar =
            String(repeating: "=", count: filled)
            + String(repeating: " ", count: barColumns - filled)
        return "\(title) [\(bar)] \(done)/\(total)\(remaining)  \(what)"
    }

    private var remaining: String {
        guard done > 0, done < total else { return "" }
        let elapsed = (clock.now - start) / .milliseconds(1)
        let seconds = Int((elapsed / Double(done) * Double(total - done) / 1000).rounded(.up))
        return "  \(seconds) s left"
    }
}
