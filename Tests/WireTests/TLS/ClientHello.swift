/// A ClientHello byte by byte (RFC 8446, section 4.1.2), as a good client sends it unless a test
/// changes it. Its key share is a point that nobody has the key of: the handshake goes no further
/// than the server's answer.
struct ClientHello {
    struct Extension {
        var type: UInt16
        var content: [UInt8]
    }

    enum Kind {
        static let supportedGroups: UInt16 = 10
        static let signatureAlgorithms: UInt16 = 13
        static let alpn: UInt16 = 16
        static let padding: UInt16 = 21
        static let preSharedKey: UInt16 = 41
        static let earlyData: UInt16 = 42
        static let supportedVersions: UInt16 = 43
        static let keyExchangeModes: UInt16 = 45
        static let postHandshakeAuth: UInt16 = 49
        static let keyShare: UInt16 = 51
    }

    var recordVersion: [UInt8] = [3, 1]
    var legacyVersion: [UInt8] = [3, 3]
    var sessionID = [UInt8](repeating: 5, count: 32)
    var cipherSuites: [UInt8] = [0x13, 0x01, 0x13, 0x02]
    var compressionMethods: [UInt8] = [0]
    var extensions: [Extension] = [
        Extension(type: Kind.supportedVersions, content: [2, 3, 4]),
        Extension(type: Kind.supportedGroups, content: [0, 2, 0, 29]),
        Extension(type: Kind.signatureAlgorithms, content: [0, 2, 4, 3]),
        Extension(type: Kind.keyShare, content: share(group: 29, x25519)),
        Extension(
            type: Kind.alpn, content: [0, 11, 10] + Array("icds-rpc/1".utf8)),
    ]
    /// Bytes behind the last extension.
    var trailer: [UInt8] = []

    /// The base point.
    static let x25519: [UInt8] = [9] + [UInt8](repeating: 0, count: 31)

    static func share(group: UInt16, _ key: [UInt8]) -> [UInt8] {
        sized(2, bytes(group) + sized(2, key))
    }

    /// A ticket that nobody has issued.
    static let ticket =
        sized(2, sized(2, [UInt8](repeating: 1, count: 64)) + [0, 0, 0, 0])
        + sized(2, sized(1, [UInt8](repeating: 2, count: 32)))

    mutating func set(_ type: UInt16, _ content: [UInt8]?) {
        if let index = extensions.firstIndex(where: { $0.type == type }) {
            if let content {
                extensions[index].content = content
            } else {
                extensions.remove(at: index)
            }
        } else if let content {
            extensions.append(Extension(type: type, content: content))
        }
    }

    /// As handshake records of 16,384 bytes at the most.
    var records: [UInt8] {
        var message = message[...]
        var result: [UInt8] = []
        while !message.isEmpty {
            let part = message.prefix(16_384)
            result += [0x16] + recordVersion + Self.sized(2, Array(part))
            message = message.dropFirst(16_384)
        }
        return result
    }

    private var message: [UInt8] {
        let list = extensions.flatMap { Self.bytes($0.type) + Self.sized(2, $0.content) }
        let body =
            legacyVersion + [UInt8](repeating: 7, count: 32) + Self.sized(1, sessionID)
            + Self.sized(2, cipherSuites) + Self.sized(1, compressionMethods)
            + Self.sized(2, list) + trailer
        return [1] + Self.sized(3, body)
    }

    static func bytes(_ number: UInt16) -> [UInt8] { [UInt8(number >> 8), UInt8(number & 255)] }

    /// `content` behind its length in `width` bytes.
    static func sized(_ width: Int, _ content: [UInt8]) -> [UInt8] {
        let length = (0..<width).reversed().map { UInt8(content.count >> (8 * $0) & 255) }
        return length + content
    }
}
