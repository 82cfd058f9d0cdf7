/// The file that holds a master key, and after it those that it replaced (`SecretSource.masterKeys`).
///
/// It must be a regular file that nobody but its owner can read or write, owned by the user that
/// the process runs as or by root.
public enum MasterKeyFile {
    /// The key that wraps.
    public static func load(path: String) throws(CryptoError) -> MasterKey {
        guard let key = try SecretSource.file(path: path).masterKeys().first else {
            throw failure("it is empty")
        }
        return key
    }

    /// Makes a new key and its file, mode 0600. Never replaces a file that is there: a lost key file is
    /// a lost key, and with it every identity code that was sealed since.
    @discardableResult
    public static func create(path: String) throws(CryptoError) -> MasterKey {
        let secret = try SecretBytes.random(count: AuthenticatedCipher.keyByteCount)
        try secret.withUnsafeBytes { bytes throws(CryptoError) in
            try PrivateFile.create(path: path, content: bytes, failing: failure)
        }
        return try MasterKey(secret)
    }

    private static func failure(_ reason: String) -> CryptoError { .masterKeyFile(reason: reason) }
}
