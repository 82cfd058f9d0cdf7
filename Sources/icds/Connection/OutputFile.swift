#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// A file that appears whole or not at all: written beside its place, kept on the disk, then named.
/// Only its owner may read it, and one that is there is never replaced.
///
/// Not `Sendable`: it belongs to the task that writes.
final class OutputFile {
    private let path: String
    private let partPath: String
    private var descriptor: Int32

    init(_ path: String) throws(UsageError) {
        self.path = path
        partPath = path + ".part"
        guard !InputFile.exists(path) else { throw UsageError("\(path): is there already") }
        descriptor = open(partPath, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw Self.failure(partPath) }
    }

    deinit {
        // What was not finished is of no use.
        guard descriptor >= 0 else { return }
        close(descriptor)
        unlink(partPath)
    }

    func append(_ bytes: [UInt8]) throws(UsageError) {
        var start = 0
        while start < bytes.count {
            let count = bytes[start...].withUnsafeBytes {
                write(descriptor, $0.baseAddress, $0.count)
            }
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { throw Self.failure(partPath) }
            start += count
        }
    }

    func finish() throws(UsageError) {
        guard fsync(descriptor) == 0, link(partPath, path) == 0 else { throw Self.failure(path) }
        unlink(partPath)
        close(descriptor)
        descriptor = -1
        let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? "."
        let folderDescriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard folderDescriptor >= 0 else { throw Self.failure(folder) }
        defer { close(folderDescriptor) }
        guard fsync(folderDescriptor) == 0 else { throw Self.failure(folder) }
    }

    private static func failure(_ path: String) -> UsageError {
        UsageError("\(path): \(String(cString: strerror(errno)))")
    }
}
