internal import COpenSSL

/// SHA-256 (FIPS 180-4), by OpenSSL.
public enum SHA256 {
    public static let byteCount = 32

    public static func hash(_ message: [UInt8]) throws(ProofError) -> [UInt8] {
        var digest = [UInt8](repeating: 0, count: byteCount)
        var length: UInt32 = 0
        guard EVP_Digest(message, message.count, &digest, &length, EVP_sha256(), nil) == 1,
            length == byteCount
        else { throw .library(operation: "EVP_Digest") }
        return digest
    }
}
