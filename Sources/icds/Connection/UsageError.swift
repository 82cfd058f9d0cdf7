/// The command line, a profile or an input file is wrong; nothing was sent.
struct UsageError: Error, Equatable, CustomStringConvertible {
    let description: String

    init(_ description: String) {
        self.description = description
    }
}
