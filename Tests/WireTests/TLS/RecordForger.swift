import COpenSSL

/// Writes TLS 1.3 records with a client's own secret, whatever is in them (RFC 8446, section 5).
/// For TLS_AES_128_GCM_SHA256.
struct RecordForger {
    static let cipher = "TLS_AES_128_GCM_SHA256"

    private let key: [UInt8]
    private let iv: [UInt8]
    private var sequenceNumber: UInt64 = 0

    /// - Parameter secret: CLIENT_TRAFFIC_SECRET_0 of the key log, for instance.
    init(secret: [UInt8]) {
        key = Self.expand(secret, label: "key", count: 16)
        iv = Self.expand(secret, label: "iv", count: 12)
    }

    /// A record with `content` of this type, and `padding` zeros behind the type.
    mutating func record(_ type: Int32, _ content: [UInt8], padding: Int = 0) -> [UInt8] {
        record(inner: content + [UInt8(type)] + [UInt8](repeating: 0, count: padding))
    }

    /// A record with this inner plaintext, type and padding included.
    mutating func record(inner: [UInt8]) -> [UInt8] {
        let length = inner.count + 16
        let header: [UInt8] = [0x17, 3, 3, UInt8(length >> 8 & 255), UInt8(length & 255)]
        defer { sequenceNumber += 1 }
        return header + seal(inner, header: header)
    }

    private func seal(_ plaintext: [UInt8], header: [UInt8]) -> [UInt8] {
        var nonce = iv
        for index in 0..<8 {
            nonce[11 - index] ^= UInt8(truncatingIfNeeded: sequenceNumber >> (8 * UInt64(index)))
        }
        let context = EVP_CIPHER_CTX_new()
        defer { EVP_CIPHER_CTX_free(context) }
        var count: Int32 = 0
        var ciphertext = [UInt8](repeating: 0, count: plaintext.count + 16)
        var tag = [UInt8](repeating: 0, count: 16)
        EVP_EncryptInit_ex(context, EVP_aes_128_gcm(), nil, key, nonce)
        EVP_EncryptUpdate(context, nil, &count, header, Int32(header.count))
        EVP_EncryptUpdate(context, &ciphertext, &count, plaintext, Int32(plaintext.count))
        EVP_EncryptFinal_ex(context, nil, &count)
        EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_GET_TAG, 16, &tag)
        return ciphertext.prefix(plaintext.count) + tag
    }

    /// HKDF-Expand-Label (RFC 8446, section 7.1) of one block.
    private static func expand(_ secret: [UInt8], label: String, count: Int) -> [UInt8] {
        let name = Array("tls13 \(label)".utf8)
        let info = [0, UInt8(count), UInt8(name.count)] + name + [0, 1]
        var block = [UInt8](repeating: 0, count: Int(EVP_MAX_MD_SIZE))
        var length: UInt32 = 0
        HMAC(EVP_sha256(), secret, Int32(secret.count), info, info.count, &block, &length)
        return Array(block.prefix(count))
    }
}
