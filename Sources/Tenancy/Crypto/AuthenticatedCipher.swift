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

    /// Looked up once, since OpenSSL would look it up again for each message. Safe to share: what was
    /// fetched never changes, and is never given back. It is chosen here, and a peer's bytes
    /// reach only the contexts that each message has of its own.
    nonisolated(unsafe) private static let algorithm =
        EVP_CIPHER_fetch(nil, "AES-256-GCM", nil) ?? EVP_aes_256_gcm()

    /// - Parameter header: goes before what is sealed, as it is.
    static func seal(
        _ plaintext: [UInt8], key: SecretBytes, authenticating context: [UInt8],
        behind header: [UInt8] = []
    ) throws(CryptoError) -> [UInt8] {
        // `withUnsafeBytes` rethrows untyped, so the outcome is carried in a Result.
        let sealed = plaintext.withUnsafeBytes { bytes in
            Result { () throws(CryptoError) in
                try seal(bytes, key: key, authenticating: context, behind: header)
            }
        }
        return try sealed.get()
    }

    /// - Parameter header: goes before what is sealed, as it is.
    static func seal(
        _ plaintext: UnsafeRawBufferPointer, key: SecretBytes, authenticating context: [UInt8],
        behind header: [UInt8] = []
    ) throws(CryptoError) -> [UInt8] {
        let nonce = try SecureRandom.bytes(count: nonceByteCount)
        return try seal(
            plaintext, key: key, nonce: nonce, authenticating: context, behind: header)
    }

    /// The nonce is a parameter for the test vectors only; a nonce must never be used twice.
    static func seal(
        _ plaintext: UnsafeRawBufferPointer, key: SecretBytes, nonce: [UInt8],
        authenticating context: [UInt8], behind header: [UInt8] = []
    ) throws(CryptoError) -> [UInt8] {
        guard key.count == keyByteCount, nonce.count == nonceByteCount else {
            throw .invalidKeyLength
        }
        guard let cipher = EVP_CIPHER_CTX_new() else {
            throw .library(operation: "EVP_CIPHER_CTX_new")
        }
        defer { EVP_CIPHER_CTX_free(cipher) }
        let start = header.count + nonceByteCount
        var sealed = header + nonce
        sealed.append(
            contentsOf: repeatElement(0, count: plaintext.count + tagByteCount))
        let succeeded = sealed.withUnsafeMutableBufferPointer { output in
            encrypt(
                plaintext, with: cipher, key: key, nonce: nonce, authenticating: context,
                into: UnsafeMutableBufferPointer(rebasing: output[start...]))
        }
        guard succeeded else { throw .library(operation: "AES-256-GCM seal") }
        return sealed
    }

    /// Writes the ciphertext and the tag behind it.
    private static func encrypt(
        _ plaintext: UnsafeRawBufferPointer, with cipher: OpaquePointer, key: SecretBytes,
        nonce: [UInt8], authenticating context: [UInt8],
        into output: UnsafeMutableBufferPointer<UInt8>
    ) -> Bool {
        guard let ciphertext = output.baseAddress else { return false }
        let tag = ciphertext + plaintext.count
        var written: Int32 = 0
        var ignored: Int32 = 0
        let input = plaintext.baseAddress?.assumingMemoryBound(to: UInt8.self)
        return key.withUnsafeBytes { key in
            EVP_EncryptInit_ex(
                cipher, algorithm, nil, key.baseAddress?.assumingMemoryBound(to: UInt8.self),
                nonce) == 1
        }
            && EVP_EncryptUpdate(cipher, nil, &ignored, context, Int32(context.count)) == 1
            && (plaintext.isEmpty
                || EVP_EncryptUpdate(
                    cipher, ciphertext, &written, input, Int32(plaintext.count)) == 1)
            && Int(written) == plaintext.count
            // There is nothing left to write: the mode fills no blocks.
            && EVP_EncryptFinal_ex(cipher, tag, &ignored) == 1
            && EVP_CIPHER_CTX_ctrl(
                cipher, EVP_CTRL_AEAD_GET_TAG, Int32(tagByteCount), tag) == 1
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
                    cipher, algorithm, nil,
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
