/// How many of the schemas are there: a line that is rewritten on a terminal, a line for each
/// quarter elsewhere.
final class ProvisionProgress {
    private let total: Int
    private var done = 0

    init(total: Int) {
        self.total = total
    }

    func advance() {
        done += 1
        if Console.isTerminal {
            let filled = total == 0 ? 30 : 30 * done / total
            let bar =
                String(repeating: "=", count: filled) + String(repeating: " ", count: 30 - filled)
            Console.write("\r     [\(bar)] \(done)/\(total)")
        } else if done * 4 / max(1, total) > (done - 1) * 4 / max(1, total) {
            Console.write("     \(done)/\(total)\n")
        }
    }

    func finish() {
        if Console.isTerminal { Console.write("\r\u{1B}[K") }
    }
}
