/// What must be kept of a Merkle tree so that it can grow: the roots of its perfect subtrees, the
/// largest first, one for each bit that is set in its size. At most 64 hashes, however large it is.
public struct MerkleFrontier: Sendable, Equatable {
    /// How many leaves the tree has.
    public private(set) var size: UInt64
    /// Roots of the perfect subtrees, the largest and leftmost first; 32 bytes each.
    public private(set) var subtrees: [[UInt8]]

    /// The empty tree.
    public init() {
        size = 0
        subtrees = []
    }

    /// - Throws: `ProofError.malformed` where these cannot be the subtrees of a tree of that size.
    public init(size: UInt64, subtrees: [[UInt8]]) throws(ProofError) {
        guard subtrees.count == size.nonzeroBitCount,
            subtrees.allSatisfy({ $0.count == SHA256.byteCount })
        else { throw .malformed(what: "frontier") }
        self.size = size
        self.subtrees = subtrees
    }

    /// The subtrees one after the other, as a seal keeps them.
    public init(size: UInt64, bytes: [UInt8]) throws(ProofError) {
        guard bytes.count == size.nonzeroBitCount * SHA256.byteCount else {
            throw .malformed(what: "frontier")
        }
        self.size = size
        subtrees = stride(from: 0, to: bytes.count, by: SHA256.byteCount).map {
            Array(bytes[$0..<$0 + SHA256.byteCount])
        }
    }

    public var bytes: [UInt8] { subtrees.flatMap { $0 } }

    /// Adds a leaf by its hash. Amortized one hash a leaf.
    ///
    /// - Returns: the perfect subtrees that the leaf completes, by their levels: the leaf itself, and
    ///   each node above that has this leaf as its last.
    /// - Throws: `ProofError.malformed` where the tree is as large as a number can say.
    @discardableResult
    public mutating func append(_ leaf: [UInt8]) throws(ProofError) -> [[UInt8]] {
        guard size < .max else { throw .malformed(what: "frontier") }
        var completed = [leaf]
        var node = leaf
        var rest = size
        while rest & 1 == 1, let left = subtrees.popLast() {
            node = try MerkleHash.node(left, node)
            completed.append(node)
            rest >>= 1
        }
        subtrees.append(node)
        size += 1
        return completed
    }

    public func root() throws(ProofError) -> [UInt8] {
        try Self.fold(subtrees)
    }

    /// The root over subtrees that stand side by side, each smaller than the one before.
    static func fold(_ subtrees: [[UInt8]]) throws(ProofError) -> [UInt8] {
        guard var root = subtrees.last else { return try SHA256.hash([]) }
        for subtree in subtrees.dropLast().reversed() {
            root = try MerkleHash.node(subtree, root)
        }
        return root
    }
}
