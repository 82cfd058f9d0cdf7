/// Inclusion and consistency proofs (RFC 6962, sections 2.1.1 and 2.1.2; verified as RFC 9162,
/// sections 2.1.3.2 and 2.1.4.2 describe).
public enum MerkleProof {
    // MARK: What a proof is made of

    /// Over which leaves the hashes of an inclusion proof are taken, from the leaf upwards. Nothing for
    /// an index that is not in the tree.
    public static func inclusionRanges(index: UInt64, size: UInt64) -> [Range<UInt64>] {
        guard index < size else { return [] }
        var ranges: [Range<UInt64>] = []
        var subtree = 0..<size
        while subtree.count > 1 {
            let (left, right) = split(subtree)
            if left.contains(index) {
                ranges.append(right)
                subtree = left
            } else {
                ranges.append(left)
                subtree = right
            }
        }
        return ranges.reversed()
    }

    /// Over which leaves the hashes of a proof are taken that a tree of `old` leaves is the beginning
    /// of one of `new`. Nothing where there is nothing to prove.
    public static func consistencyRanges(from old: UInt64, to new: UInt64) -> [Range<UInt64>] {
        guard old > 0, old < new else { return [] }
        var ranges: [Range<UInt64>] = []
        var subtree = 0..<new
        var isWholeOld = true
        while subtree.upperBound != old {
            let (left, right) = split(subtree)
            if old <= left.upperBound {
                ranges.append(right)
                subtree = left
            } else {
                ranges.append(left)
                subtree = right
                isWholeOld = false
            }
        }
        if !isWholeOld { ranges.append(subtree) }
        return ranges.reversed()
    }

    /// The perfect subtrees that make up a range of one of the two functions above, the largest first.
    public static func nodes(of range: Range<UInt64>) -> [MerkleNode] {
        var nodes: [MerkleNode] = []
        var start = range.lowerBound
        while start < range.upperBound {
            let width = largestPower(notOver: range.upperBound - start)
            nodes.append(MerkleNode(level: width.trailingZeroBitCount, index: start / width))
            start += width
        }
        return nodes
    }

    /// The hash over a range, from the hashes of its nodes in the order of `nodes(of:)`.
    public static func hash(of nodes: [[UInt8]]) throws(ProofError) -> [UInt8] {
        try MerkleFrontier.fold(nodes)
    }

    /// The inclusion proof of one of these leaves.
    public static func inclusion(
        of index: Int, in leaves: [[UInt8]]
    ) throws(ProofError) -> [[UInt8]] {
        try hashes(inclusionRanges(index: UInt64(index), size: UInt64(leaves.count)), leaves)
    }

    /// The proof that the first `old` of these leaves were the tree before.
    public static func consistency(
        from old: Int, in leaves: [[UInt8]]
    ) throws(ProofError) -> [[UInt8]] {
        try hashes(consistencyRanges(from: UInt64(old), to: UInt64(leaves.count)), leaves)
    }

    private static func hashes(
        _ ranges: [Range<UInt64>], _ leaves: [[UInt8]]
    ) throws(ProofError) -> [[UInt8]] {
        var hashes: [[UInt8]] = []
        for range in ranges {
            hashes.append(
                try MerkleHash.root(leaves[Int(range.lowerBound)..<Int(range.upperBound)]))
        }
        return hashes
    }

    // MARK: Verification

    /// Whether `leaf` is the leaf at `index` of the tree of `size` leaves that has this root.
    public static func isIncluded(
        _ leaf: [UInt8], index: UInt64, size: UInt64, path: [[UInt8]], root: [UInt8]
    ) throws(ProofError) -> Bool {
        guard index < size else { return false }
        var (first, last) = (index, size - 1)
        var hash = leaf
        for sibling in path {
            guard last > 0 else { return false }
            if first & 1 == 1 || first == last {
                hash = try MerkleHash.node(sibling, hash)
                while first & 1 == 0, first != 0 { (first, last) = (first >> 1, last >> 1) }
            } else {
                hash = try MerkleHash.node(hash, sibling)
            }
            (first, last) = (first >> 1, last >> 1)
        }
        return last == 0 && hash == root
    }

    /// Whether the tree of `old` leaves is the beginning of the one of `new`, by their roots.
    public static func isConsistent(
        from old: UInt64, root oldRoot: [UInt8], to new: UInt64, root newRoot: [UInt8],
        path: [[UInt8]]
    ) throws(ProofError) -> Bool {
        guard old <= new else { return false }
        if old == new { return path.isEmpty && oldRoot == newRoot }
        if old == 0 {
            let emptyRoot = try SHA256.hash([])
            return path.isEmpty && oldRoot == emptyRoot
        }
        // A power of two is a subtree of its own, whose root the verifier has.
        let hashes = old.nonzeroBitCount == 1 ? [oldRoot] + path : path
        guard let start = hashes.first else { return false }
        var (first, last) = (old - 1, new - 1)
        while first & 1 == 1 { (first, last) = (first >> 1, last >> 1) }
        var (oldHash, newHash) = (start, start)
        for hash in hashes.dropFirst() {
            guard last > 0 else { return false }
            if first & 1 == 1 || first == last {
                oldHash = try MerkleHash.node(hash, oldHash)
                newHash = try MerkleHash.node(hash, newHash)
                while first & 1 == 0, first != 0 { (first, last) = (first >> 1, last >> 1) }
            } else {
                newHash = try MerkleHash.node(newHash, hash)
            }
            (first, last) = (first >> 1, last >> 1)
        }
        return last == 0 && oldHash == oldRoot && newHash == newRoot
    }

    // MARK: Shape of the tree

    /// A tree's left part is the largest power of two that is smaller than the whole.
    private static func split(_ range: Range<UInt64>) -> (Range<UInt64>, Range<UInt64>) {
        let width = range.upperBound - range.lowerBound
        let middle = range.lowerBound + largestPower(notOver: width - 1)
        return (range.lowerBound..<middle, middle..<range.upperBound)
    }

    private static func largestPower(notOver value: UInt64) -> UInt64 {
        1 << (63 - UInt64(value.leadingZeroBitCount))
    }
}

/// A perfect subtree: 2^level leaves, from leaf index · 2^level on.
public struct MerkleNode: Sendable, Hashable {
    public let level: Int
    public let index: UInt64

    public init(level: Int, index: UInt64) {
        self.level = level
        self.index = index
    }

    /// The last leaf of the subtree: the one that completes it.
    public var lastLeaf: UInt64 { ((index + 1) << UInt64(level)) - 1 }
}
