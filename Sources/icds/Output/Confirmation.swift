#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Asks before something that cannot be undone.
enum Confirmation {
    /// Throws `UsageError` where the answer is not "yes", or where there is nobody to ask.
    static func ask(_ question: String, isGiven: Bool) throws(UsageError) {
        if isGiven { return }
        guard isatty(STDIN_FILENO) == 1 else {
            throw UsageError("this cannot be undone: give --yes where nobody can be asked")
        }
        Terminal.writeError("\(SafeText.line(question)) Write yes to go on: ")
        guard readLine() == "yes" else { throw UsageError("not done") }
    }
}
