/// Shows what a checkpoint says of a tenant's log: its head, or that it had none yet.
public struct HeadProof: Sendable, Equatable {
    public var note: SignedNote
    public var entry: CheckpointEntry
    /// From the entry, the last of the operator's log, to the checkpoint's root.
    public var entryPath: [[UInt8]]
    /// Nil where the log had no seal when the checkpoint was made.
    public var head: LogHead?
    /// From the log's place to the entry's root of heads.
    public var headPath: [[UInt8]]

    public init(
        note: SignedNote, entry: CheckpointEntry, entryPath: [[UInt8]], head: LogHead?,
        headPath: [[UInt8]]
    ) {
        self.note = note
        self.entry = entry
        self.entryPath = entryPath
        self.head = head
        self.headPath = headPath
    }

    /// Whether this is what the checkpoint says of the log of `schema`. The head must stand at the log's own
    /// place, so that the same checkpoint cannot say two things of it.
    public func isValid(
        for checkpoint: Checkpoint, of schema: String
    ) throws(ProofError) -> Bool {
        guard entry.number == checkpoint.size, entry.number > 0,
            let place = HeadTree.place(of: schema), head.map({ $0.schema == schema }) ?? true
        else { return false }
        let isEntryIncluded = try MerkleProof.isIncluded(
            try entry.leaf(), index: entry.number - 1, size: checkpoint.size, path: entryPath,
            root: checkpoint.root)
        guard isEntryIncluded else { return false }
        let leaf = if let head { try head.leaf() } else { try HeadTree.emptyLeaf() }
        return try MerkleProof.isIncluded(
            leaf, index: place, size: HeadTree.placeCount, path: headPath, root: entry.headsRoot)
    }
}
