internal import COpenSSL

/// SHA-256 (FIPS 180-4), HMAC-SHA-256 (RFC 2104) and HKDF-SHA-256 (RFC 5869), by OpenSSL.
public enum Digest {
    public static let byteCount = 32

    public static func sha256(_ message: [UInt8]) throws(CryptoError) -> [UInt8] {
        var digest = [UInt8](repeating: 0, count: byteCount)
        var length: UInt32 = 0
        guard EVP_Digest(message, message.count, &digest, &length, EVP_sha256(), nil) == 1,
            length == byteCount
        else { throw .library(operation: "EVP_Digest") }
        return digest
    }

    public static func hmacSHA256(
        _ message: [UInt8], key: SecretBytes
    ) throws(CryptoError) -> [UInt8] {
        var code = [UInt8](repeating: 0, count: byteCount)
        var length: UInt32 = 0
        let succeeded = key.withUnsafeBytes { key in
            HMAC(
                EVP_sha256(), key.baseAddress, Int32(key.count), message, message.count, &code,
                &length) != nil
        }
        guard succeeded, length == byteCount else { throw .library(operation: "HMAC") }
        return code
    }

    /// A key of `count` bytes derived from `secret` for the one use that `info` names.
    public static func hkdfSHA256(
        _ secret: SecretBytes, salt: [UInt8], info: [UInt8], count: Int
    ) throws(CryptoError) -> SecretBytes {
        guard count > 0, count <= 255 * byteCount else { throw .invalidKeyLength }
        guard let function = EVP_KDF_fetch(nil, "HKDF", nil) else {
            throw .library(operation: "EVP_KDF_fetch")
        }
        defer { EVP_KDF_free(function) }
        guard let context = EVP_KDF_CTX_new(function) else {
            throw .library(operation: "EVP_KDF_CTX_new")
        }
        defer { EVP_KDF_CTX_free(context) }
        var salt = salt
        var info = info
        return try SecretBytes(count: count) { output throws(CryptoError) in
            // OpenSSL takes its inputs as mutable pointers and does not write through them.
            let succeeded = secret.withUnsafeBytes { secret in
                salt.withUnsafeMutableBytes { salt in
                    info.withUnsafeMutableBytes { info in
                        let key = UnsafeMutableRawBufferPointer(mutating: secret)
                        let parameters = [
                            OSSL_PARAM_construct_utf8_string(
                                name("digest"), mutableName("SHA256"), 0),
                            octets("key", key), octets("salt", salt), octets("info", info),
                            OSSL_PARAM_construct_end(),
                        ]
                        return EVP_KDF_derive(
                            context, output.baseAddress, output.count, parameters) == 1
                    }
                }
            }
            guard succeeded else { throw CryptoError.library(operation: "EVP_KDF_derive") }
        }
    }

    private static func octets(
        _ parameter: StaticString, _ bytes: UnsafeMutableRawBufferPointer
    ) -> OSSL_PARAM {
        OSSL_PARAM_construct_octet_string(name(parameter), bytes.baseAddress, bytes.count)
    }

    /// A parameter keeps the pointer to its name, so that it must outlive the call: a static string
    /// lives for ever and ends in NUL.
    private static func name(_ text: StaticString) -> UnsafePointer<CChar> {
        UnsafeRawPointer(text.utf8Start).assumingMemoryBound(to: CChar.self)
    }

    private static func mutableName(_ text: StaticString) -> UnsafeMutablePointer<CChar> {
        UnsafeMutablePointer(mutating: name(text))
    }

    /// Whether two byte strings are equal, in a time that depends on their length only.
    public static func areEqual(_ left: [UInt8], _ right: [UInt8]) -> Bool {
        left.count == right.count && CRYPTO_memcmp(left, right, left.count) == 0
    }
}
