/// How far a tenant's log was sealed when a checkpoint was made: a leaf of that checkpoint's tree of
/// heads.
public struct LogHead: Sendable, Hashable {
    public var schema: String
    public var sealNumber: UInt64
    public var treeSize: UInt64
    /// Root of the tenant's tree.
    public var root: [UInt8]
    /// Hash of the seal.
    public var sealHash: [UInt8]

    public init(
        schema: String, sealNumber: UInt64, treeSize: UInt64, root: [UInt8], sealHash: [UInt8]
    ) {
        self.schema = schema
        self.sealNumber = sealNumber
        self.treeSize = treeSize
        self.root = root
        self.sealHash = sealHash
    }

    public func leaf() throws(ProofError) -> [UInt8] {
        var bytes = CanonicalBytes(leaf: "icds-head-1")
        bytes.text(schema)
        bytes.number(sealNumber)
        bytes.number(treeSize)
        bytes.fixed(root)
        bytes.fixed(sealHash)
        return try SHA256.hash(bytes.bytes)
    }
}

/// An entry of the operator's log: the heads of all tenants at one moment. Each checkpoint adds one.
public struct CheckpointEntry: Sendable, Hashable {
    /// 1 and on: the size of the operator's log with this entry.
    public var number: UInt64
    /// Microseconds since 2000-01-01T00:00:00Z.
    public var time: Int64
    public var headCount: UInt32
    /// Root of the Merkle tree over the heads, ordered by the bytes of their schemas' names.
    public var headsRoot: [UInt8]

    public init(number: UInt64, time: Int64, headCount: UInt32, headsRoot: [UInt8]) {
        self.number = number
        self.time = time
        self.headCount = headCount
        self.headsRoot = headsRoot
    }

    public func leaf() throws(ProofError) -> [UInt8] {
        var bytes = CanonicalBytes(leaf: "icds-checkpoint-1")
        bytes.number(number)
        bytes.number(time)
        bytes.number(headCount)
        bytes.fixed(headsRoot)
        return try SHA256.hash(bytes.bytes)
    }
}

/// Shows that a checkpoint commits to a tenant's head.
public struct HeadProof: Sendable, Equatable {
    public var note: SignedNote
    public var entry: CheckpointEntry
    /// From the entry, the last of the operator's log, to the checkpoint's root.
    public var entryPath: [[UInt8]]
    public var head: LogHead
    /// Place among the heads.
    public var headIndex: UInt64
    /// From the head to the entry's root of heads.
    public var headPath: [[UInt8]]

    public init(
        note: SignedNote, entry: CheckpointEntry, entryPath: [[UInt8]], head: LogHead,
        headIndex: UInt64, headPath: [[UInt8]]
    ) {
        self.note = note
        self.entry = entry
        self.entryPath = entryPath
        self.head = head
        self.headIndex = headIndex
        self.headPath = headPath
    }

    /// Whether head and entry are what the checkpoint says.
    public func isValid(for checkpoint: Checkpoint) throws(ProofError) -> Bool {
        guard entry.number == checkpoint.size, entry.number > 0 else { return false }
        let isEntryIncluded = try MerkleProof.isIncluded(
            try entry.leaf(), index: entry.number - 1, size: checkpoint.size, path: entryPath,
            root: checkpoint.root)
        guard isEntryIncluded else { return false }
        return try MerkleProof.isIncluded(
            try head.leaf(), index: headIndex, size: UInt64(entry.headCount), path: headPath,
            root: entry.headsRoot)
    }
}
