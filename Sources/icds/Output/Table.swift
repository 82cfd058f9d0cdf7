/// Rows under titles, in columns as wide as what they hold. Where the whole is wider than the
/// terminal, the flexible columns give way, the widest first, and what is cut ends in an ellipsis.
struct Table {
    struct Column {
        let title: String
        let isRightAligned: Bool
        /// May be cut; the others, such as codes and ids, are useless in part.
        let isFlexible: Bool

        static func fixed(_ title: String) -> Column {
            Column(title: title, isRightAligned: false, isFlexible: false)
        }

        static func number(_ title: String) -> Column {
            Column(title: title, isRightAligned: true, isFlexible: false)
        }

        static func flexible(_ title: String) -> Column {
            Column(title: title, isRightAligned: false, isFlexible: true)
        }
    }

    /// A flexible column is not cut below this.
    static let flexibleColumnsMin = 8
    private static let gap = "  "

    let columns: [Column]
    private(set) var rows: [[String]] = []

    init(_ columns: [Column]) {
        self.columns = columns
    }

    /// Adds a row. Values are made harmless for a terminal; what is missing counts as empty.
    mutating func add(_ values: [String]) {
        let padded = values + Array(repeating: "", count: max(0, columns.count - values.count))
        rows.append(padded.prefix(columns.count).map(SafeText.line))
    }

    /// The table as lines, each ended by a line break. `columnsMax` is the width of the terminal;
    /// nothing where the output goes to a file or a program, which get everything.
    func rendered(columnsMax: Int?) -> String {
        let widths = widths(columnsMax: columnsMax)
        let lines = [columns.map { $0.title.uppercased() }] + rows
        return lines.map { line(of: $0, widths: widths) + "\n" }.joined()
    }

    private func widths(columnsMax: Int?) -> [Int] {
        var widths = columns.indices.map { index in
            rows.reduce(DisplayWidth.columns(of: columns[index].title)) {
                max($0, DisplayWidth.columns(of: $1[index]))
            }
        }
        guard let columnsMax else { return widths }
        let gaps = Self.gap.count * max(0, columns.count - 1)
        while widths.reduce(gaps, +) > columnsMax {
            let candidates = columns.indices.filter {
                columns[$0].isFlexible && widths[$0] > Self.flexibleColumnsMin
            }
            guard let widest = candidates.max(by: { widths[$0] < widths[$1] }) else { break }
            widths[widest] -= 1
        }
        return widths
    }

    private func line(of values: [String], widths: [Int]) -> String {
        var line = ""
        for (index, value) in values.enumerated() {
            let cut = DisplayWidth.cut(value, to: widths[index])
            let isLast = index == values.count - 1
            let column = columns[index]
            line +=
                isLast && !column.isRightAligned
                ? cut
                : DisplayWidth.pad(
                    cut, to: widths[index], isRightAligned: column.isRightAligned)
            if !isLast { line += Self.gap }
        }
        while line.last == " " { line.removeLast() }
        return line
    }
}
