#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// The two streams that a person or a program reads.
enum Terminal {
    /// Which of the two.
    enum Stream: Sendable { case output, error }

    /// Takes what would be written, where a task has set one: tests read a command's output so.
    @TaskLocal static var sink: (@Sendable (Stream, String) -> Void)?

    static var isOutput: Bool { isatty(STDOUT_FILENO) == 1 }
    static var isError: Bool { isatty(STDERR_FILENO) == 1 }

    /// Columns of the terminal that standard output goes to; nothing where it is none.
    static var outputColumns: Int? { isOutput ? columns(of: STDOUT_FILENO) : nil }

    static var errorColumns: Int { columns(of: STDERR_FILENO) }

    static func write(_ text: String) {
        if let sink { return sink(.output, text) }
        write(text, to: STDOUT_FILENO)
    }

    /// Begins anew at the top of a terminal; a file or a program gets everything.
    static func clear() {
        if isOutput { write("\u{1B}[H\u{1B}[2J") }
    }

    static func writeError(_ text: String) {
        if let sink { return sink(.error, text) }
        write(text, to: STDERR_FILENO)
    }

    /// Writes all of it, or stops where the reader has gone: there is nobody left to tell.
    private static func write(_ text: String, to descriptor: Int32) {
        var bytes = Array(text.utf8)[...]
        while !bytes.isEmpty {
            let count = bytes.withUnsafeBytes {
                #if canImport(Glibc)
                    Glibc.write(descriptor, $0.baseAddress, $0.count)
                #else
                    Darwin.write(descriptor, $0.baseAddress, $0.count)
                #endif
            }
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { return }
            bytes = bytes.dropFirst(count)
        }
    }

    private static func columns(of descriptor: Int32) -> Int {
        var size = winsize()
        guard ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
        return Int(size.ws_col)
    }
}
