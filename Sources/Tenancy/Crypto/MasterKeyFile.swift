internal import COpenSSL

/// The file that holds a master key: 32 bytes, or 64 hexadecimal digits and at most one line end.
///
/// It must be a regular file that nobody but its owner can read or write, owned by the user that
/// the process runs as or by root.
public enum MasterKeyFile {
    private static let bytesMax = 127

    public static func load(path: String) throws(CryptoError) -> MasterKey {
        let secret = try PrivateFile.read(
            path: path, bytesMax: bytesMax, failing: failure, key(in:))
        return try MasterKey(secret)
    }

    /// Makes a new key and its file, mode 0600. Never replaces a file that is there: a lost key file is
    /// a lost key, and with it every identity code that was sealed since.
    public static func create(path: String) throws(CryptoError) -> MasterKey {
        let secret = try SecretBytes.random(count: AuthenticatedCipher.keyByteCount)
        try secret.withUnsafeBytes { bytes throws(CryptoError) in
            try PrivateFile.create(path: path, content: bytes, failing: failure)
        }
        return try MasterKey(secret)
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
