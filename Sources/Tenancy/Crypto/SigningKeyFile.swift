public import AuditProof
internal import COpenSSL

/// The file that holds the key which signs seals and checkpoints: an Ed25519 private key in PEM. As
/// private as the master key's file.
public enum SigningKeyFile {
    private static let bytesMax = 4_096

    /// - Throws: `CryptoError.signingKeyFile`.
    public static func load(path: String) throws(CryptoError) -> SigningKey {
        try PrivateFile.read(path: path, bytesMax: bytesMax, failing: failure) {
            content throws(CryptoError) in
            var pem = Array(content)
            defer { OPENSSL_cleanse(&pem, pem.count) }
            do throws(ProofError) {
                return try SigningKey(pem: pem)
            } catch {
                throw failure("it does not hold an Ed25519 private key in PEM")
            }
        }
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
