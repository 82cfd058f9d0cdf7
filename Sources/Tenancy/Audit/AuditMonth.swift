/// A month (UTC) whose rows of the log share a key.
package struct AuditMonth: Sendable, Hashable, CustomStringConvertible {
    /// Months since January 2000.
    package let number: UInt16

    package init(number: UInt16) {
        self.number = number
    }

    /// Nil for anything but the first day of a month, "YYYY-MM-01", of 2000 or later.
    init?(firstDay: String) {
        let parts = firstDay.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 3, parts[2] == "01", let year = Int(parts[0]),
            let month = Int(parts[1]), (1...12).contains(month),
            let number = UInt16(exactly: (year - 2000) * 12 + month - 1)
        else { return nil }
        self.number = number
    }

    /// Whether it ended at least so many years before a month, so that its key may be destroyed in that one.
    package func isOver(forYears years: Int, year: Int, month: Int) -> Bool {
        Int(number) + 1 + years * 12 <= (year - 2000) * 12 + month - 1
    }

    /// "YYYY-MM"
    package var description: String {
        let month = Int(number) % 12 + 1
        return "\(2000 + Int(number) / 12)-\(month < 10 ? "0" : "")\(month)"
    }

    var firstDay: String { "\(self)-01" }
    var bytes: [UInt8] { [UInt8(number >> 8), UInt8(number & 0xFF)] }
}
