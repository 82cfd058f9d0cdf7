internal import COpenSSL

/// An Ed25519 key (RFC 8032) that signs seals and checkpoints.
///
/// `@unchecked Sendable`: we do not change the `EVP_PKEY` after `init`; what OpenSSL caches in it, it
/// guards by the key's own lock, and it counts references atomically; each signature has a context of
/// its own; the last owner frees the key, on whatever thread. No peer reaches it: it is made of
/// the operator's file or of random bytes, and signs only what this program says of its own rows.
public final class SigningKey: @unchecked Sendable {
    public let publicKey: VerifyingKey
    private let key: OpaquePointer

    /// Reads a private key in PEM (PKCS #8, RFC 8410), as `openssl genpkey -algorithm ed25519` writes
    /// it. One that is encrypted is refused: nobody could be asked for its passphrase.
    public init(pem: [UInt8]) throws(ProofError) {
        guard let file = BIO_new_mem_buf(pem, Int32(clamping: pem.count)) else {
            throw .library(operation: "BIO_new_mem_buf")
        }
        defer { BIO_free(file) }
        let noPassphrase:
            @convention(c) (
                UnsafeMutablePointer<CChar>?, Int32, Int32, UnsafeMutableRawPointer?
            ) -> Int32 = { _, _, _, _ in -1 }
        guard let key = PEM_read_bio_PrivateKey(file, nil, noPassphrase, nil) else {
            ERR_clear_error()
            throw .invalidKey
        }
        do throws(ProofError) {
            publicKey = try Self.publicKey(of: key)
        } catch {
            EVP_PKEY_free(key)
            throw error
        }
        self.key = key
    }

    private init(owning key: OpaquePointer) throws(ProofError) {
        do throws(ProofError) {
            publicKey = try Self.publicKey(of: key)
        } catch {
            EVP_PKEY_free(key)
            throw error
        }
        self.key = key
    }

    deinit { EVP_PKEY_free(key) }

    /// A new random key.
    public static func generate() throws(ProofError) -> SigningKey {
        guard let context = EVP_PKEY_CTX_new_id(EVP_PKEY_ED25519, nil) else {
            throw .library(operation: "EVP_PKEY_CTX_new_id")
        }
        defer { EVP_PKEY_CTX_free(context) }
        var key: OpaquePointer?
        guard EVP_PKEY_keygen_init(context) == 1, EVP_PKEY_keygen(context, &key) == 1, let key
        else { throw .library(operation: "EVP_PKEY_keygen") }
        return try SigningKey(owning: key)
    }

    /// The private key in PEM. The caller erases it.
    public func pem() throws(ProofError) -> [UInt8] {
        guard let file = BIO_new(BIO_s_secmem()) else { throw .library(operation: "BIO_new") }
        defer { BIO_free(file) }
        guard PEM_write_bio_PrivateKey(file, key, nil, nil, 0, nil, nil) == 1 else {
            throw .library(operation: "PEM_write_bio_PrivateKey")
        }
        var text = [UInt8](repeating: 0, count: 1_024)
        let count = BIO_read(file, &text, Int32(text.count))
        guard count > 0 else { throw .library(operation: "BIO_read") }
        return Array(text.prefix(Int(count)))
    }

    /// The 64 bytes of the signature. The same message always has the same.
    public func sign(_ message: [UInt8]) throws(ProofError) -> [UInt8] {
        guard let context = EVP_MD_CTX_new() else { throw .library(operation: "EVP_MD_CTX_new") }
        defer { EVP_MD_CTX_free(context) }
        var signature = [UInt8](repeating: 0, count: VerifyingKey.signatureByteCount)
        var count = signature.count
        guard EVP_DigestSignInit(context, nil, nil, nil, key) == 1,
            EVP_DigestSign(context, &signature, &count, message, message.count) == 1,
            count == VerifyingKey.signatureByteCount
        else { throw .library(operation: "EVP_DigestSign") }
        return signature
    }

    private static func publicKey(of key: OpaquePointer) throws(ProofError) -> VerifyingKey {
        guard EVP_PKEY_get_base_id(key) == EVP_PKEY_ED25519 else { throw .invalidKey }
        var bytes = [UInt8](repeating: 0, count: VerifyingKey.byteCount)
        var count = bytes.count
        guard EVP_PKEY_get_raw_public_key(key, &bytes, &count) == 1 else { throw .invalidKey }
        return try VerifyingKey(bytes: Array(bytes.prefix(count)))
    }
}
