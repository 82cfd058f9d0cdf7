/// A file of the register: UTF-8 lines of values separated by commas, a header first. There is no
/// quoting, since no value of the register has a comma, a quotation mark or a line break; one that
/// had would be refused by its number of values.
struct RegisterTable {
    /// A line after the header, by the names of the header.
    struct Row {
        let file: String
        let line: Int
        let values: [String: String]

        func text(_ column: String) -> String { values[column] ?? "" }

        func required(_ column: String) throws(RegisterError) -> String {
            let value = text(column)
            guard !value.isEmpty else { throw problem("\(column) is empty") }
            return value
        }

        func digits(_ column: String, count: Int) throws(RegisterError) -> String {
            let value = try required(column)
            guard value.utf8.count == count, value.utf8.allSatisfy({ (48...57).contains($0) })
            else { throw problem("\(column) \"\(value)\" is not \(count) digits") }
            return value
        }

        func validity() throws(RegisterError) -> Validity {
            let from = try required("valid_from")
            guard let first = CivilDate(from) else {
                throw problem("valid_from \"\(from)\" is not a day written YYYY-MM-DD")
            }
            let to = text("valid_to")
            let last = to.isEmpty ? nil : CivilDate(to)
            guard to.isEmpty || last != nil else {
                throw problem("valid_to \"\(to)\" is not a day written YYYY-MM-DD")
            }
            guard let validity = Validity(from: first, to: last) else {
                throw problem("valid_to lies before valid_from")
            }
            return validity
        }

        func problem(_ text: String) -> RegisterError {
            RegisterError(file: file, line: line, problem: text)
        }
    }

    /// Lines of one file at the most: ten times what the country needs.
    static let rowCountMax = 5000

    let rows: [Row]

    init(file: String, bytes: [UInt8], columns: [String]) throws(RegisterError) {
        func wrong(_ line: Int, _ problem: String) -> RegisterError {
            RegisterError(file: file, line: line, problem: problem)
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw wrong(0, "is not UTF-8")
        }
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        if lines.last == "" { lines.removeLast() }
        guard let header = lines.first, header == columns.joined(separator: ",") else {
            throw wrong(1, "the header must be \(columns.joined(separator: ","))")
        }
        guard lines.count - 1 <= Self.rowCountMax else {
            throw wrong(0, "has more than \(Self.rowCountMax) rows")
        }
        var rows: [Row] = []
        for (index, line) in lines.enumerated().dropFirst() {
            let values = line.split(separator: ",", omittingEmptySubsequences: false)
            guard values.count == columns.count else {
                throw wrong(index + 1, "has \(values.count) values, not \(columns.count)")
            }
            let named = Dictionary(
                uniqueKeysWithValues: zip(columns, values.map(String.init)))
            rows.append(Row(file: file, line: index + 1, values: named))
        }
        self.rows = rows
    }
}
