/// A text with signatures below it, after a blank line (C2SP signed-note).
public struct SignedNote: Sendable, Hashable {
    /// One signature line: `— name base64(key hash and signature)`.
    struct Signature: Sendable, Hashable {
        let name: String
        let keyIdentifier: [UInt8]
        let signature: [UInt8]
    }

    static let bytesMax = 16_384
    private static let signaturesMax = 64
    private static let dash = "\u{2014} "

    /// Ends with a line feed, which is signed like the rest.
    public let body: String
    let signatures: [Signature]

    /// Signs a text.
    ///
    /// - Throws: `ProofError.malformed` for a name that no key may have.
    public init(signing body: String, by key: SigningKey, name: String) throws(ProofError) {
        let noteKey = try NoteKey(name: name, key: key.publicKey)
        self.body = body
        signatures = [
            Signature(
                name: name, keyIdentifier: try noteKey.identifier(),
                signature: try key.sign(Array(body.utf8)))
        ]
    }

    /// Reads a note: text, blank line, one signature line or more, each ended by a line feed.
    public init(text: String) throws(ProofError) {
        guard text.utf8.count <= Self.bytesMax, text.hasSuffix("\n"),
            let gap = text.lastRange(of: "\n\n")
        else { throw .malformed(what: "note") }
        body = String(text[..<gap.lowerBound]) + "\n"
        let lines = text[gap.upperBound...].dropLast()
            .split(separator: "\n", omittingEmptySubsequences: false)
        guard lines.count <= Self.signaturesMax else { throw .malformed(what: "note") }
        var signatures: [Signature] = []
        for line in lines { signatures.append(try Self.signature(line)) }
        self.signatures = signatures
    }

    static func isSignature(_ line: some StringProtocol) -> Bool { line.hasPrefix(dash) }

    /// Whether a signature line ends before an Ed25519 signature could.
    static func isTorn(signature line: some StringProtocol) -> Bool {
        guard line.hasPrefix(dash), let blank = line.dropFirst(dash.count).firstIndex(of: " ")
        else { return true }
        let byteCount = 4 + VerifyingKey.signatureByteCount
        return line[blank...].dropFirst().utf8.count < (byteCount + 2) / 3 * 4
    }

    public var text: String {
        let lines = signatures.map {
            "\(Self.dash)\($0.name) \(Base64.encode($0.keyIdentifier + $0.signature))\n"
        }
        return body + "\n" + lines.joined()
    }

    /// Whether this key signed the text. Signatures of others are passed over, as the format has it.
    public func isSigned(by key: NoteKey) throws(ProofError) -> Bool {
        let identifier = try key.identifier()
        for signature in signatures
        where signature.name == key.name && signature.keyIdentifier == identifier {
            return try key.key.isValid(signature.signature, of: Array(body.utf8))
        }
        return false
    }

    private static func signature(_ line: Substring) throws(ProofError) -> Signature {
        guard line.hasPrefix(dash) else { throw .malformed(what: "signature of a note") }
        let parts = line.dropFirst(dash.count).split(separator: " ")
        guard parts.count == 2, NoteKey.isName(String(parts[0])),
            let bytes = Base64.decode(parts[1]), bytes.count > NoteKey.identifierByteCount
        else { throw .malformed(what: "signature of a note") }
        return Signature(
            name: String(parts[0]), keyIdentifier: Array(bytes.prefix(NoteKey.identifierByteCount)),
            signature: Array(bytes.dropFirst(NoteKey.identifierByteCount)))
    }
}

extension String {
    /// Where `part` comes last.
    fileprivate func lastRange(of part: String) -> Range<Index>? {
        let (text, searched) = (Array(utf8), Array(part.utf8))
        guard text.count >= searched.count else { return nil }
        for start in stride(from: text.count - searched.count, through: 0, by: -1)
        where text[start..<start + searched.count].elementsEqual(searched) {
            let lower = utf8.index(utf8.startIndex, offsetBy: start)
            return lower..<utf8.index(lower, offsetBy: searched.count)
        }
        return nil
    }
}
