import Glibc

/// One line of JSON on standard output, for the script that started the program.
enum Announcement {
    static func listening(port: Int) {
        line("{\"port\": \(port)}")
    }

    /// Lines leave at once although standard output is a pipe.
    static func line(_ text: String) {
        let bytes = Array((text + "\n").utf8)
        var sent = 0
        while sent < bytes.count {
            let count = bytes[sent...].withUnsafeBytes { write(1, $0.baseAddress, $0.count) }
            guard count > 0 else { return }
            sent += count
        }
    }
}
