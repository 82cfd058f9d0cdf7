internal import COpenSSL

/// The public half of an Ed25519 key (RFC 8032): what a verifier pins.
public struct VerifyingKey: Sendable, Hashable {
    public static let byteCount = 32
    public static let signatureByteCount = 64

    /// The 32 bytes of the public key.
    public let bytes: [UInt8]

    /// - Throws: `ProofError.invalidKey` where it is not 32 bytes.
    public init(bytes: [UInt8]) throws(ProofError) {
        guard bytes.count == Self.byteCount else { throw .invalidKey }
        self.bytes = bytes
    }

    /// Names the key in a seal: the SHA-256 of its 32 bytes.
    public func identifier() throws(ProofError) -> [UInt8] { try SHA256.hash(bytes) }

    /// Whether `signature` is this key's of `message`.
    public func isValid(_ signature: [UInt8], of message: [UInt8]) throws(ProofError) -> Bool {
        guard signature.count == Self.signatureByteCount else { return false }
        guard
            let key = EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nil, bytes, bytes.count)
        else { throw .invalidKey }
        defer { EVP_PKEY_free(key) }
        guard let context = EVP_MD_CTX_new() else { throw .library(operation: "EVP_MD_CTX_new") }
        defer { EVP_MD_CTX_free(context) }
        guard EVP_DigestVerifyInit(context, nil, nil, nil, key) == 1 else {
            throw .library(operation: "EVP_DigestVerifyInit")
        }
        let isValid =
            EVP_DigestVerify(context, signature, signature.count, message, message.count) == 1
        // A wrong signature leaves an entry in the thread's error queue, which nobody else wants.
        if !isValid { ERR_clear_error() }
        return isValid
    }
}
