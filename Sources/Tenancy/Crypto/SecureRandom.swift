internal import COpenSSL

/// Random bytes for nonces, references and identifiers.
public enum SecureRandom {
    public static func bytes(count: Int) throws(CryptoError) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        guard RAND_bytes(&bytes, Int32(count)) == 1 else {
            throw CryptoError.library(operation: "RAND_bytes")
        }
        return bytes
    }

    /// A random UUID (RFC 9562, version 4), in lower case with hyphens.
    public static func uuid() throws(CryptoError) -> String {
        var bytes = try bytes(count: 16)
        bytes[6] = bytes[6] & 0x0F | 0x40
        bytes[8] = bytes[8] & 0x3F | 0x80
        return bytes.withUnsafeBytes { UUIDText.text($0) }
    }

    /// A case reference: 128 random bits as 26 characters of base 32 (RFC 4648 alphabet in lower
    /// case). It says nothing of client or municipality, and cannot be guessed.
    public static func caseReference() throws(CryptoError) -> String {
        let alphabet = Array("abcdefghijklmnopqrstuvwxyz234567".utf8)
        var text: [UInt8] = []
        var buffer: UInt32 = 0
        var bitCount = 0
        for byte in try bytes(count: 16) {
            buffer = buffer << 8 | UInt32(byte)
            bitCount += 8
            while bitCount >= 5 {
                bitCount -= 5
                text.append(alphabet[Int(buffer >> UInt32(bitCount) & 31)])
            }
            buffer &= (1 << UInt32(bitCount)) - 1
        }
        // 128 = 25 × 5 + 3: the last three bits, padded with zeros to five.
        text.append(alphabet[Int(buffer << UInt32(5 - bitCount) & 31)])
        return String(decoding: text, as: UTF8.self)
    }
}
