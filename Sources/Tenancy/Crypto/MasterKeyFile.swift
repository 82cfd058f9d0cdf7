internal import COpenSSL

#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

/// The file that holds a master key: 32 bytes, or 64 hexadecimal digits and at most one line end.
///
/// It must be a regular file that nobody but its owner can read or write, owned by the user that
/// the process runs as or by root.
public enum MasterKeyFile {
    private static let bytesMax = 128

    public static func load(path: String) throws(CryptoError) -> MasterKey {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
        guard descriptor >= 0 else { throw failure("it cannot be opened") }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            throw failure("it is not a regular file")
        }
        guard status.st_mode & 0o077 == 0 else {
            throw failure("others than its owner may use it; its mode must be 0600 or 0400")
        }
        guard status.st_uid == geteuid() || status.st_uid == 0 else {
            throw failure("it belongs to another user")
        }
        var content = [UInt8](repeating: 0, count: bytesMax)
        defer { OPENSSL_cleanse(&content, content.count) }
        let count = read(descriptor, &content, bytesMax)
        guard count > 0, count < bytesMax else {
            throw failure("it does not hold 32 bytes or 64 hexadecimal digits")
        }
        return try MasterKey(try key(in: content.prefix(count)))
    }

    /// Makes a new key and its file, mode 0600. Never replaces a file that is there.
    public static func create(path: String) throws(CryptoError) -> MasterKey {
        let secret = try SecretBytes.random(count: AuthenticatedCipher.keyByteCount)
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw failure("it cannot be created") }
        defer { close(descriptor) }
        let written = secret.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
        guard written == secret.count, fsync(descriptor) == 0, isNameKept(path) else {
            unlink(path)
            throw failure("it cannot be written")
        }
        return try MasterKey(secret)
    }

    /// Writes the folder's entry out as well. A file whose name a power failure takes away is a lost
    /// key, and with it every identity code that was sealed since.
    private static func isNameKept(_ path: String) -> Bool {
        let folder = path.lastIndex(of: "/").map { path[...$0] } ?? "."
        let descriptor = open(String(folder), O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        return fsync(descriptor) == 0
    }

    private static func key(in content: ArraySlice<UInt8>) throws(CryptoError) -> SecretBytes {
        if content.count == 32 { return SecretBytes(copying: Array(content)) }
        let text = content.last == UInt8(ascii: "\n") ? content.dropLast() : content
        guard text.count == 64, var bytes = Hex.decode(text) else {
            throw failure("it does not hold 32 bytes or 64 hexadecimal digits")
        }
        defer { OPENSSL_cleanse(&bytes, bytes.count) }
        return SecretBytes(copying: bytes)
    }

    private static func failure(_ reason: String) -> CryptoError { .masterKeyFile(reason: reason) }
}
