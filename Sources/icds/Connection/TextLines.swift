#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Lines of a file that may be large, one at a time. Empty lines are passed over.
struct TextLines: ~Copyable {
    /// Bytes of a line at the most: a row of the log has at most a fifth of it.
    private static let bytesMax = 1_048_576

    private let path: String
    private let descriptor: Int32
    private var buffer: [UInt8] = []
    private var start = 0
    private var isAtEnd = false
    /// Number of the line that `next` gave last, from 1.
    private(set) var number = 0

    /// - Parameter path: "-" is standard input.
    init(path: String) throws(UsageError) {
        self.path = path
        descriptor = path == "-" ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            throw UsageError("\(path): \(String(cString: strerror(errno)))")
        }
    }

    deinit {
        if descriptor != STDIN_FILENO { close(descriptor) }
    }

    /// The next line; nil at the end.
    mutating func next() throws(UsageError) -> String? {
        while true {
            if let end = buffer[start...].firstIndex(of: UInt8(ascii: "\n")) {
                let line = buffer[start..<end]
                start = end + 1
                number += 1
                if !line.isEmpty { return try text(line) }
                continue
            }
            if isAtEnd {
                let line = buffer[start...]
                guard !line.isEmpty else { return nil }
                defer { start = buffer.endIndex }
                number += 1
                return try text(line)
            }
            guard buffer.count - start <= Self.bytesMax else {
                throw UsageError("\(path): line \(number + 1) has more than \(Self.bytesMax) bytes")
            }
            try fill()
        }
    }

    private mutating func fill() throws(UsageError) {
        buffer.removeFirst(start)
        start = 0
        var chunk = [UInt8](repeating: 0, count: 65_536)
        #if canImport(Glibc)
            let count = Glibc.read(descriptor, &chunk, chunk.count)
        #else
            let count = Darwin.read(descriptor, &chunk, chunk.count)
        #endif
        if count < 0, errno == EINTR { return }
        guard count >= 0 else { throw UsageError("\(path): \(String(cString: strerror(errno)))") }
        isAtEnd = count == 0
        buffer += chunk[..<count]
    }

    private func text(_ line: ArraySlice<UInt8>) throws(UsageError) -> String {
        guard let text = String(validating: line, as: UTF8.self) else {
            throw UsageError("\(path): line \(number) is not UTF-8")
        }
        return text
    }
}
