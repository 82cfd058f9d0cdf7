/// A checkpoint of the operator's log (C2SP tlog-checkpoint): origin, size and root, each on a line.
public struct Checkpoint: Sendable, Hashable {
    /// Names the log; the first line.
    public let origin: String
    /// How many entries the log has; the second line.
    public let size: UInt64
    /// The root of its Merkle tree, 32 bytes; the third line, in base64.
    public let root: [UInt8]

    public init(origin: String, size: UInt64, root: [UInt8]) {
        self.origin = origin
        self.size = size
        self.root = root
    }

    /// Reads the text of a note. Further lines, which the format allows, are passed over.
    public init(body: String) throws(ProofError) {
        let lines = body.split(separator: "\n", omittingEmptySubsequences: false)
        guard lines.count >= 4, !lines[0].isEmpty, let size = UInt64(lines[1]),
            String(size) == lines[1], let root = Base64.decode(lines[2]),
            root.count == SHA256.byteCount
        else { throw .malformed(what: "checkpoint") }
        self.init(origin: String(lines[0]), size: size, root: root)
    }

    public var body: String { "\(origin)\n\(size)\n\(Base64.encode(root))\n" }

    public func signed(by key: SigningKey) throws(ProofError) -> SignedNote {
        try SignedNote(signing: body, by: key, name: origin)
    }

    /// The checkpoint of a note, where one of the keys signed it and it is of that key's log.
    ///
    /// - Throws: `ProofError.malformed`, also where none of the keys signed it.
    public static func verified(
        _ note: SignedNote, by keys: [NoteKey]
    ) throws(ProofError) -> Checkpoint {
        let checkpoint = try Checkpoint(body: note.body)
        for key in keys where key.name == checkpoint.origin {
            if try note.isSigned(by: key) { return checkpoint }
        }
        throw .malformed(what: "checkpoint, which is signed by none of the keys given")
    }
}
