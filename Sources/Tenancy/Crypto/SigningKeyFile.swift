public import AuditProof
internal import COpenSSL

/// The file that holds the key which signs seals and checkpoints: an Ed25519 private key in PEM. As
/// private as the master key's file.
public enum SigningKeyFile {
    /// - Throws: `CryptoError.signingKeyFile`.
    public static func load(path: String) throws(CryptoError) -> SigningKey {
        try SecretSource.file(path: path).signingKey()
    }

    /// Makes a new key and its file, mode 0600. Never replaces a file that is there.
    public static func create(path: String) throws(CryptoError) -> SigningKey {
        let (key, pem) = try generate()
        try pem.withUnsafeBytes { bytes throws(CryptoError) in
            try PrivateFile.create(path: path, content: bytes, failing: failure)
        }
        return key
    }

    private static func generate() throws(CryptoError) -> (SigningKey, SecretBytes) {
        do throws(ProofError) {
            let key = try SigningKey.generate()
            var pem = try key.pem()
            defer { OPENSSL_cleanse(&pem, pem.count) }
            return (key, SecretBytes(copying: pem))
        } catch {
            throw .library(operation: "\(error)")
        }
    }

    private static func failure(_ reason: String) -> CryptoError { .signingKeyFile(reason: reason) }
}
