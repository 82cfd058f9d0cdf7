/// A time limit as a person writes it: "30", "30s", "500ms", "2m".
struct TimeLimit: Equatable {
    static let standard = TimeLimit(milliseconds: 30_000)
    /// A day: a longer wait is a mistake.
    static let millisecondsMax = 86_400_000

    let milliseconds: Int

    var duration: Duration { .milliseconds(milliseconds) }

    private init(milliseconds: Int) {
        self.milliseconds = milliseconds
    }

    init(_ text: String) throws(UsageError) {
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        let unit: Int
        switch text.dropFirst(digits.count) {
        case "ms": unit = 1
        case "", "s": unit = 1000
        case "m": unit = 60_000
        default: unit = 0
        }
        guard unit > 0, let number = Int(digits),
            case (let product, let overflow) = number.multipliedReportingOverflow(by: unit),
            !overflow, (1...Self.millisecondsMax).contains(product)
        else {
            throw UsageError("\"\(text)\" is no time limit: write 30s, 500ms or 2m, a day at most")
        }
        milliseconds = product
    }
}
