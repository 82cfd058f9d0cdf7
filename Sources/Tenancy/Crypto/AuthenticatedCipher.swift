internal import COpenSSL

/// AES-256-GCM (NIST SP 800-38D) with a random 96-bit nonce and a 128-bit tag.
///
/// Sealed bytes are nonce (12), ciphertext (as long as the plaintext), tag (16). With random nonces
/// one key may seal 2³² messages; a tenant's clients are some ten thousand.
enum AuthenticatedCipher {
    static let keyByteCount = 32
    static let nonceByteCount = 12
    static let tagByteCount = 16
    static let overheadByteCount = nonceByteCount + tagByteCount

    static func seal(
        _ plaintext: UnsafeRawBufferPointer, key: SecretBytes, authenticating context: [UInt8]
    ) throws(CryptoError) -> [UInt8] {
        let nonce = try SecureRandom.bytes(count: nonceByteCount)
        return try seal(plaintext, key: key, nonce: nonce, authenticating: context)
    }

    /// The nonce is a parameter for the test vectors only; a nonce must never be used twice.
    static func seal(
        _ plaintext: UnsafeRawBufferPointer, key: SecretBytes, nonce: [UInt8],
        authenticating context: [UInt8]
    ) throws(CryptoError) -> [UInt8] {
        guard key.count == keyByteCount, nonce.count == nonceByteCount else {
            throw .invalidKeyLength
        }
        guard let cipher = EVP_CIPHER_CTX_new() else {
            throw .library(operation: "EVP_CIPHER_CTX_new")
        }
        defer { EVP_CIPHER_CTX_free(cipher) }
        var ciphertext = [UInt8](repeating: 0, count: plaintext.count)
        var tag = [UInt8](repeating: 0, count: tagByteCount)
        var written: Int32 = 0
        var ignored: Int32 = 0
        var unused = [UInt8](repeating: 0, count: tagByteCount)
        let input = plaintext.baseAddress?.assumingMemoryBound(to: UInt8.self)
        let succeeded =
            key.withUnsafeBytes { key in
                EVP_EncryptInit_ex(
                    cipher, EVP_aes_256_gcm(), nil,
                    key.baseAddress?.assumingMemoryBound(to: UInt8.self), nonce) == 1
            }
            && EVP_EncryptUpdate(cipher, nil, &ignored, context, Int32(context.count)) == 1
            && (plaintext.isEmpty
                || EVP_EncryptUpdate(
                    cipher, &ciphertext, &written, input, Int32(plaintext.count)) == 1)
            && EVP_EncryptFinal_ex(cipher, &unused, &ignored) == 1
            && EVP_CIPHER_CTX_ctrl(
                cipher, EVP_CTRL_AEAD_GET_TAG, Int32(tagByteCount), &tag) == 1
        guard succeeded, Int(written) == plaintext.count else {
            throw .library(operation: "AES-256-GCM seal")
        }
        return nonce + ciphertext + tag
    }

    /// The plaintext, or `authenticationFailed` where `sealed` or `context` is not what was sealed.
    /// The plaintext lies in memory that is erased when it is let go.
    static func open(
        _ sealed: some Collection<UInt8>, key: SecretBytes, authenticating context: [UInt8]
    ) throws(CryptoError) -> SecretBytes {
        guard key.count == keyByteCount else { throw .invalidKeyLength }
        guard sealed.count >= overheadByteCount else { throw .malformed }
        let nonce = Array(sealed.prefix(nonceByteCount))
        let ciphertext = Array(sealed.dropFirst(nonceByteCount).dropLast(tagByteCount))
        var tag = Array(sealed.suffix(tagByteCount))
        guard let cipher = EVP_CIPHER_CTX_new() else {
            throw .library(operation: "EVP_CIPHER_CTX_new")
        }
        defer { EVP_CIPHER_CTX_free(cipher) }
        var ignored: Int32 = 0
        let prepared =
            key.withUnsafeBytes { key in
                EVP_DecryptInit_ex(
                    cipher, EVP_aes_256_gcm(), nil,
                    key.baseAddress?.assumingMemoryBound(to: UInt8.self), nonce) == 1
            }
            && EVP_DecryptUpdate(cipher, nil, &ignored, context, Int32(context.count)) == 1
            && EVP_CIPHER_CTX_ctrl(
                cipher, EVP_CTRL_AEAD_SET_TAG, Int32(tagByteCount), &tag) == 1
        guard prepared else { throw .library(operation: "AES-256-GCM open") }
        return try SecretBytes(count: ciphertext.count) { output throws(CryptoError) in
            var written: Int32 = 0
            var unused = [UInt8](repeating: 0, count: tagByteCount)
            let base = output.baseAddress?.assumingMemoryBound(to: UInt8.self)
            guard
                ciphertext.isEmpty
                    || EVP_DecryptUpdate(
                        cipher, base, &written, ciphertext, Int32(ciphertext.count)) == 1
            else { throw CryptoError.library(operation: "AES-256-GCM open") }
            guard EVP_DecryptFinal_ex(cipher, &unused, &ignored) == 1 else {
                throw CryptoError.authenticationFailed
            }
        }
    }
}
