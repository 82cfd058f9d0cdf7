import Testing

@testable import AuditProof

/// The tree, against the test vectors of Certificate Transparency's reference implementation and against
/// RFC 6962's own recursive definitions.
@Suite struct MerkleTests {
    static let entries: [[UInt8]] = [
        "", "00", "10", "2021", "3031", "40414243", "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    ].map { Self.bytes($0) }

    static let roots = [
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
        "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
        "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    ].map { Self.bytes($0) }

    static func bytes(_ hexadecimal: String) -> [UInt8] {
        var bytes: [UInt8] = []
        var rest = hexadecimal[...]
        while let byte = UInt8(rest.prefix(2), radix: 16) {
            bytes.append(byte)
            rest = rest.dropFirst(2)
        }
        return bytes
    }

    @Test(arguments: 0...8) func rootsAreThePublishedOnes(count: Int) throws {
        let leaves = try Self.entries.prefix(count).map { try MerkleHash.leaf($0) }
        #expect(try MerkleHash.root(leaves) == Self.roots[count])
    }

    // MARK: RFC 6962, section 2.1, word by word

    private static func leaf(_ number: Int) throws -> [UInt8] {
        try MerkleHash.leaf(Array("entry \(number)".utf8))
    }

    private static func largestPowerBelow(_ count: Int) -> Int {
        var power = 1
        while power * 2 < count { power *= 2 }
        return power
    }

    private static func head(_ leaves: ArraySlice<[UInt8]>) throws -> [UInt8] {
        guard leaves.count > 1 else { return leaves.first ?? [] }
        let middle = leaves.startIndex + largestPowerBelow(leaves.count)
        return try MerkleHash.node(head(leaves[..<middle]), head(leaves[middle...]))
    }

    private static func path(_ index: Int, _ leaves: ArraySlice<[UInt8]>) throws -> [[UInt8]] {
        guard leaves.count > 1 else { return [] }
        let power = largestPowerBelow(leaves.count)
        let middle = leaves.startIndex + power
        return index < power
            ? try path(index, leaves[..<middle]) + [head(leaves[middle...])]
            : try path(index - power, leaves[middle...]) + [head(leaves[..<middle])]
    }

    private static func subproof(
        _ old: Int, _ leaves: ArraySlice<[UInt8]>, _ isWhole: Bool
    ) throws -> [[UInt8]] {
        if old == leaves.count { return isWhole ? [] : [try head(leaves)] }
        let power = largestPowerBelow(leaves.count)
        let middle = leaves.startIndex + power
        return old <= power
            ? try subproof(old, leaves[..<middle], isWhole) + [head(leaves[middle...])]
            : try subproof(old - power, leaves[middle...], false) + [head(leaves[..<middle])]
    }

    @Test func everyProofOfSmallTreesIsTheDefinitionsAndVerifies() throws {
        for size in 1...33 {
            let leaves = try (0..<size).map { try Self.leaf($0) }
            let root = try MerkleHash.root(leaves)
            #expect(try root == Self.head(leaves[...]))
            for index in 0..<size {
                let path = try MerkleProof.inclusion(of: index, in: leaves)
                #expect(try path == Self.path(index, leaves[...]))
                #expect(try isIncluded(leaves[index], index, size, path, root))
            }
            for old in 1...size {
                let path = try MerkleProof.consistency(from: old, in: leaves)
                #expect(try path == Self.subproof(old, leaves[...], true))
                let oldRoot = try MerkleHash.root(leaves.prefix(old))
                #expect(try isConsistent(old, oldRoot, size, root, path))
            }
        }
    }

    @Test func wrongProofsDoNotVerify() throws {
        let leaves = try (0..<13).map { try Self.leaf($0) }
        let root = try MerkleHash.root(leaves)
        let path = try MerkleProof.inclusion(of: 5, in: leaves)
        #expect(try !isIncluded(leaves[6], 5, 13, path, root))
        #expect(try !isIncluded(leaves[5], 4, 13, path, root))
        #expect(try !isIncluded(leaves[5], 5, 13, Array(path.dropLast()), root))
        #expect(try !isIncluded(leaves[5], 5, 13, path + [root], root))
        #expect(try !isIncluded(leaves[5], 13, 13, path, root))
        var changed = path
        changed[1][0] ^= 1
        #expect(try !isIncluded(leaves[5], 5, 13, changed, root))

        let oldRoot = try MerkleHash.root(leaves.prefix(6))
        let proof = try MerkleProof.consistency(from: 6, in: leaves)
        #expect(try !isConsistent(7, oldRoot, 13, root, proof))
        #expect(try !isConsistent(6, root, 13, root, proof))
        #expect(try !isConsistent(6, oldRoot, 13, oldRoot, proof))
        #expect(try !isConsistent(6, oldRoot, 13, root, Array(proof.dropFirst())))
        #expect(try !isConsistent(6, oldRoot, 13, root, []))
        #expect(try !isConsistent(13, root, 6, oldRoot, proof))
    }

    private func isIncluded(
        _ leaf: [UInt8], _ index: Int, _ size: Int, _ path: [[UInt8]], _ root: [UInt8]
    ) throws -> Bool {
        try MerkleProof.isIncluded(
            leaf, index: UInt64(index), size: UInt64(size), path: path, root: root)
    }

    private func isConsistent(
        _ old: Int, _ oldRoot: [UInt8], _ size: Int, _ root: [UInt8], _ path: [[UInt8]]
    ) throws -> Bool {
        try MerkleProof.isConsistent(
            from: UInt64(old), root: oldRoot, to: UInt64(size), root: root, path: path)
    }

    // MARK: Growing

    /// A log keeps, with each leaf, the subtrees that it completes; from these every proof can be made.
    @Test func proofsCanBeMadeFromTheSubtreesThatEachLeafCompletes() throws {
        let size = 29
        let leaves = try (0..<size).map { try Self.leaf($0) }
        var frontier = MerkleFrontier()
        var completed: [[[UInt8]]] = []
        for leaf in leaves { completed.append(try frontier.append(leaf)) }
        func hash(_ range: Range<UInt64>) throws -> [UInt8] {
            let nodes = MerkleProof.nodes(of: range).map { completed[Int($0.lastLeaf)][$0.level] }
            return try MerkleProof.hash(of: nodes)
        }
        for index in 0..<size {
            let ranges = MerkleProof.inclusionRanges(index: UInt64(index), size: UInt64(size))
            #expect(
                try ranges.map(hash) == MerkleProof.inclusion(of: index, in: leaves))
        }
        for old in 1..<size {
            let ranges = MerkleProof.consistencyRanges(from: UInt64(old), to: UInt64(size))
            #expect(try ranges.map(hash) == MerkleProof.consistency(from: old, in: leaves))
        }
    }

    @Test func aFrontierThatIsReadAgainGrowsOn() throws {
        var frontier = MerkleFrontier()
        for number in 0..<11 { try frontier.append(try Self.leaf(number)) }
        var read = try MerkleFrontier(size: 11, bytes: frontier.bytes)
        #expect(read == frontier)
        try frontier.append(try Self.leaf(11))
        try read.append(try Self.leaf(11))
        #expect(try read.root() == frontier.root())
        #expect(throws: ProofError.malformed(what: "frontier")) {
            try MerkleFrontier(size: 12, bytes: frontier.bytes + [0])
        }
    }
}
