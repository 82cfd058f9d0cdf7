internal import COpenSSL

#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

/// A small file with a secret: a regular file that nobody but its owner can read or write, owned by the
/// user that the process runs as or by root.
enum PrivateFile {
    /// Reads the file and hands its content over; the memory is erased afterwards.
    ///
    /// - Parameters:
    ///   - bytesMax: a file that is larger is refused.
    ///   - failing: makes the error, from words that never hold content.
    static func read<Value, Problem: Error>(
        path: String, bytesMax: Int, failing: (String) -> Problem,
        _ body: (ArraySlice<UInt8>) throws(Problem) -> Value
    ) throws(Problem) -> Value {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
        guard descriptor >= 0 else { throw failing("it cannot be opened") }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            throw failing("it is not a regular file")
        }
        guard status.st_mode & 0o077 == 0 else {
            throw failing("others than its owner may use it; its mode must be 0600 or 0400")
        }
        guard status.st_uid == geteuid() || status.st_uid == 0 else {
            throw failing("it belongs to another user")
        }
        var content = [UInt8](repeating: 0, count: bytesMax + 1)
        defer { OPENSSL_cleanse(&content, content.count) }
        let count = readAll(descriptor, &content)
        guard count > 0, count <= bytesMax else { throw failing("it is empty or too large") }
        return try body(content.prefix(count))
    }

    /// Makes a new file, mode 0600, whose content and name are on the disk when this returns. Never
    /// replaces a file that is there.
    static func create<Problem: Error>(
        path: String, content: UnsafeRawBufferPointer, failing: (String) -> Problem
    ) throws(Problem) {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw failing("it cannot be created") }
        defer { close(descriptor) }
        let written = write(descriptor, content.baseAddress, content.count)
        guard written == content.count, fsync(descriptor) == 0, isNameKept(path) else {
            unlink(path)
            throw failing("it cannot be written")
        }
    }

    private static func readAll(_ descriptor: Int32, _ content: inout [UInt8]) -> Int {
        #if canImport(Glibc)
            Glibc.read(descriptor, &content, content.count)
        #else
            Darwin.read(descriptor, &content, content.count)
        #endif
    }

    /// Writes the folder's entry out as well: a file whose name a power failure takes away is lost.
    private static func isNameKept(_ path: String) -> Bool {
        let folder = path.lastIndex(of: "/").map { path[...$0] } ?? "."
        let descriptor = open(String(folder), O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        return fsync(descriptor) == 0
    }
}
