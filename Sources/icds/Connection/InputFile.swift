#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Files and standard input, read whole up to a limit.
enum InputFile {
    /// Reads a file; "-" is standard input. Throws `UsageError` that never holds content.
    static func bytes(_ path: String, bytesMax: Int) throws(UsageError) -> [UInt8] {
        if path == "-" {
            return try read(STDIN_FILENO, name: "standard input", bytesMax: bytesMax)
        }
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            throw UsageError("\(path): \(String(cString: strerror(errno)))")
        }
        defer { close(descriptor) }
        return try read(descriptor, name: path, bytesMax: bytesMax)
    }

    /// As `bytes`, and must be UTF-8.
    static func text(_ path: String, bytesMax: Int) throws(UsageError) -> String {
        let bytes = try bytes(path, bytesMax: bytesMax)
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw UsageError("\(path == "-" ? "standard input" : path): is not UTF-8")
        }
        return text
    }

    static func exists(_ path: String) -> Bool {
        access(path, F_OK) == 0
    }

    /// Gives a file piece by piece, whatever its size.
    static func forEachPiece(
        _ path: String, bytesMax: Int, _ body: ([UInt8]) async throws -> Void
    ) async throws {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            throw UsageError("\(path): \(String(cString: strerror(errno)))")
        }
        defer { close(descriptor) }
        while true {
            let piece = try next(descriptor, name: path, bytesMax: bytesMax)
            if piece.isEmpty { return }
            try await body(piece)
        }
    }

    /// The next bytes; none at the end.
    private static func next(
        _ descriptor: Int32, name: String, bytesMax: Int
    ) throws(UsageError) -> [UInt8] {
        var chunk = [UInt8](repeating: 0, count: bytesMax)
        while true {
            let count = chunk.withUnsafeMutableBytes { buffer in
                #if canImport(Glibc)
                    Glibc.read(descriptor, buffer.baseAddress, buffer.count)
                #else
                    Darwin.read(descriptor, buffer.baseAddress, buffer.count)
                #endif
            }
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else {
                throw UsageError("\(name): \(String(cString: strerror(errno)))")
            }
            return Array(chunk[..<count])
        }
    }

    private static func read(
        _ descriptor: Int32, name: String, bytesMax: Int
    ) throws(UsageError) -> [UInt8] {
        var bytes: [UInt8] = []
        while true {
            let piece = try next(descriptor, name: name, bytesMax: 65_536)
            if piece.isEmpty { return bytes }
            guard bytes.count + piece.count <= bytesMax else {
                throw UsageError("\(name): has more than \(bytesMax) bytes")
            }
            bytes += piece
        }
    }
}
