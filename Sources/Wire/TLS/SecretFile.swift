import Glibc

/// The content of a small file, wiped when it goes out of use: it may be a private key.
///
/// `@unchecked Sendable` is safe because the storage is written in the initializer alone and freed
/// when the last owner lets go. No peer has a part in it: the operator names the file.
final class SecretFile: @unchecked Sendable {
    let path: String
    private let storage: UnsafeMutableRawBufferPointer
    /// How many of the storage's bytes hold content.
    let count: Int
    /// The permission bits of the file.
    let mode: mode_t

    var bytes: UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(rebasing: storage[..<count])
    }

    /// Reads `path`, which must be a regular file of 1 to `bytesMax` bytes.
    init(
        path: String, bytesMax: Int = certificateFileBytesMax
    ) throws(TLSConfigurationError) {
        // Without O_NONBLOCK a named pipe in the file's place would stop the process.
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else {
            let isMissing = errno == ENOENT || errno == ENOTDIR
            throw TLSConfigurationError(isMissing ? .missing : .notReadable, path)
        }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else {
            throw TLSConfigurationError(.notReadable, path)
        }
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw TLSConfigurationError(.notAFile, path)
        }
        guard status.st_size <= bytesMax else {
            throw TLSConfigurationError(.tooLarge, path)
        }
        // One byte more shows whether the file has grown meanwhile.
        let storage = UnsafeMutableRawBufferPointer.allocate(
            byteCount: bytesMax + 1, alignment: 16)
        var total = 0
        var problem: TLSConfigurationError.Problem?
        while total < storage.count {
            guard let start = storage.baseAddress else { break }
            let part = read(descriptor, start + total, storage.count - total)
            if part < 0, errno == EINTR { continue }
            if part < 0 { problem = .notReadable }
            if part <= 0 { break }
            total += part
        }
        if total == 0, problem == nil { problem = .empty }
        if total > bytesMax { problem = .tooLarge }
        if let problem {
            SecretFile.wipe(storage, count: total)
            throw TLSConfigurationError(problem, path)
        }
        self.path = path
        self.storage = storage
        count = total
        mode = status.st_mode
    }

    deinit { SecretFile.wipe(storage, count: count) }

    /// Only what was read holds anything; the rest of the storage was never touched.
    private static func wipe(_ storage: UnsafeMutableRawBufferPointer, count: Int) {
        if let start = storage.baseAddress { explicit_bzero(start, count) }
        storage.deallocate()
    }
}
