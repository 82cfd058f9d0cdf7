/// Hashes of a Merkle tree (RFC 6962, section 2.1; RFC 9162, section 2.1.1), over SHA-256.
public enum MerkleHash {
    /// The hash of a leaf: of the byte 0 and the entry.
    public static func leaf(_ entry: [UInt8]) throws(ProofError) -> [UInt8] {
        try SHA256.hash([0] + entry)
    }

    /// The hash of a node: of the byte 1 and the hashes of its two children.
    public static func node(_ left: [UInt8], _ right: [UInt8]) throws(ProofError) -> [UInt8] {
        try SHA256.hash([1] + left + right)
    }

    /// The root of the tree over these leaf hashes; of none, the hash of nothing.
    public static func root(_ leaves: some Sequence<[UInt8]>) throws(ProofError) -> [UInt8] {
        var frontier = MerkleFrontier()
        for leaf in leaves { try frontier.append(leaf) }
        return try frontier.root()
    }
}
