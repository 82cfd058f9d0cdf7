/// The tree of heads of a checkpoint. It has a place for each municipality's code from 000 to 999,
/// whether or not there is such a municipality: so a checkpoint can hold one head of a log and no second
/// one elsewhere, and can be shown to hold none.
public enum HeadTree {
    /// How many leaves the tree has, always.
    public static let placeCount: UInt64 = 1_000

    /// The leaf of a log that had no seal yet, or of a municipality that there is not.
    public static func emptyLeaf() throws(ProofError) -> [UInt8] {
        try SHA256.hash(CanonicalBytes(leaf: "icds-no-head-1").bytes)
    }

    /// Where a log's head stands: the code of its municipality. Nil for what is not the name of a
    /// municipality's schema, an `m` and three digits.
    public static func place(of schema: String) -> UInt64? {
        let bytes = Array(schema.utf8)
        guard bytes.count == 4, bytes[0] == UInt8(ascii: "m"),
            bytes.dropFirst().allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) })
        else { return nil }
        return UInt64(schema.dropFirst())
    }

    /// All leaves, from these heads in any order.
    ///
    /// - Throws: `ProofError.malformed` for a head that has no place, and for two of one log.
    public static func leaves(_ heads: [LogHead]) throws(ProofError) -> [[UInt8]] {
        var leaves = [[UInt8]](repeating: try emptyLeaf(), count: Int(placeCount))
        var taken: Set<UInt64> = []
        for head in heads {
            guard let place = place(of: head.schema), taken.insert(place).inserted else {
                throw .malformed(what: "heads of a checkpoint")
            }
            leaves[Int(place)] = try head.leaf()
        }
        return leaves
    }

    public static func root(_ heads: [LogHead]) throws(ProofError) -> [UInt8] {
        try MerkleHash.root(try leaves(heads))
    }
}
