import AuditProof
internal import COpenSSL

/// SHA-256 over bytes that come piece by piece. The only owner of its context, which goes with it.
struct RunningDigest: ~Copyable {
    private let context: OpaquePointer

    init() throws(CryptoError) {
        guard let context = EVP_MD_CTX_new() else { throw .library(operation: "EVP_MD_CTX_new") }
        guard EVP_DigestInit_ex(context, EVP_sha256(), nil) == 1 else {
            EVP_MD_CTX_free(context)
            throw .library(operation: "EVP_DigestInit_ex")
        }
        self.context = context
    }

    deinit { EVP_MD_CTX_free(context) }

    mutating func update(_ bytes: [UInt8]) throws(CryptoError) {
        guard EVP_DigestUpdate(context, bytes, bytes.count) == 1 else {
            throw .library(operation: "EVP_DigestUpdate")
        }
    }

    /// The digest of everything so far, in lower-case hexadecimal. Nothing may follow.
    consuming func finish() throws(CryptoError) -> String {
        var digest = [UInt8](repeating: 0, count: Digest.byteCount)
        guard EVP_DigestFinal_ex(context, &digest, nil) == 1 else {
            throw .library(operation: "EVP_DigestFinal_ex")
        }
        return Hex.encode(digest)
    }
}
