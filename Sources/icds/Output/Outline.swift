/// One thing with its fields, a line each, under headings: what a table is for many things.
struct Outline {
    private enum Line {
        case heading(String)
        case field(label: String, value: String)
    }

    private var lines: [Line] = []

    /// Adds a heading; it shows only if a field follows.
    mutating func heading(_ text: String) {
        if case .heading = lines.last { lines.removeLast() }
        lines.append(.heading(text))
    }

    /// Adds a field, unless it is empty.
    mutating func field(_ label: String, _ value: String) {
        guard !value.isEmpty else { return }
        lines.append(.field(label: label, value: SafeText.block(value)))
    }

    /// Labels are padded to the widest of them; further lines of a value stand under its first.
    func rendered() -> String {
        let labelColumns = lines.reduce(0) { widest, line in
            if case .field(let label, _) = line {
                return max(widest, DisplayWidth.columns(of: label))
            }
            return widest
        }
        var text = ""
        for (index, line) in lines.enumerated() {
            switch line {
            case .heading(let heading):
                if index == lines.count - 1 { break }
                text += (text.isEmpty ? "" : "\n") + heading + "\n"
            case .field(let label, let value):
                let indent = "\n" + String(repeating: " ", count: labelColumns + 4)
                text += "  " + DisplayWidth.pad(label, to: labelColumns) + "  "
                text += value.split(separator: "\n", omittingEmptySubsequences: false)
                    .joined(separator: indent)
                text += "\n"
            }
        }
        return text
    }
}
