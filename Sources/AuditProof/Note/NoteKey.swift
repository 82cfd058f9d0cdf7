/// A verifier's key as signed notes have it (C2SP signed-note): a name and an Ed25519 public key,
/// written `name+hash+key`.
public struct NoteKey: Sendable, Hashable {
    private static let ed25519: UInt8 = 1
    static let identifierByteCount = 4

    /// The log's origin.
    public let name: String
    public let key: VerifyingKey

    /// - Throws: `ProofError.malformed` where the name is empty or has a blank or a plus sign in it.
    public init(name: String, key: VerifyingKey) throws(ProofError) {
        guard Self.isName(name) else { throw .malformed(what: "name of a key") }
        self.name = name
        self.key = key
    }

    /// Reads `name+hash+key`: the hash as 8 hexadecimal digits, the key as base64 of the byte 1 and the
    /// 32 bytes of the public key. The hash must be that of name and key.
    public init(text: some StringProtocol) throws(ProofError) {
        let parts = text.split(separator: "+", maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count == 3, let bytes = Base64.decode(parts[2]), bytes.first == Self.ed25519
        else { throw .malformed(what: "verifier key") }
        try self.init(
            name: String(parts[0]), key: try VerifyingKey(bytes: Array(bytes.dropFirst())))
        guard parts[1] == Hex.encode(try identifier()) else {
            throw .malformed(what: "verifier key, whose hash is not that of name and key")
        }
    }

    /// The first four bytes of SHA-256 over name, line feed, the byte 1 and the key.
    public func identifier() throws(ProofError) -> [UInt8] {
        let named = Array(name.utf8) + [UInt8(ascii: "\n"), Self.ed25519] + key.bytes
        return Array(try SHA256.hash(named).prefix(Self.identifierByteCount))
    }

    public func text() throws(ProofError) -> String {
        let encoded = Base64.encode([Self.ed25519] + key.bytes)
        return "\(name)+\(Hex.encode(try identifier()))+\(encoded)"
    }

    public static func isName(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.count <= 200
            && text.unicodeScalars.allSatisfy { scalar in
                scalar != "+" && !scalar.properties.isWhitespace
                    && scalar.properties.generalCategory != .control
            }
    }
}
