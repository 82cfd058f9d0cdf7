internal import AuditProof

/// Makes checkpoints of the operator's log from the heads of the tenants' logs.
struct CheckpointMaker: Sendable {
    let database: Database
    let key: SigningKey
    let identity: OperatorIdentity

    var log: OperatorLog { OperatorLog(database: database, role: "icds_sealing") }

    /// Adds a checkpoint where a head has changed since the last. What is there already is looked at first:
    /// a signature over it would vouch for whatever somebody has put there.
    ///
    /// - Parameters:
    ///   - heads: of the logs that there are. One that a checkpoint spoke of and that is gone stays in
    ///     as it was.
    ///   - time: the database's.
    /// - Returns: the newest checkpoint; nil where there is none.
    /// - Throws: `SealingError.checkpointForged`, `DatabaseError`, `ProofError`.
    func add(heads: [LogHead], at time: SQLTimestamp) async throws -> Checkpoint? {
        let newest = try await log.newest()
        let size = newest?.entry.number ?? 0
        let before = try await log.heads(at: size)
        var frontier = MerkleFrontier()
        var last: Checkpoint?
        if let newest {
            last = try identity.verified(newest)
            frontier = try await checkedFrontier(newest, before)
        }
        var byName = Dictionary(
            before.map { ($0.schema, $0) }, uniquingKeysWith: { first, _ in first })
        let changed = heads.filter { byName[$0.schema] != $0 }
        guard !changed.isEmpty else { return last }
        for head in changed { byName[head.schema] = head }
        let entry = CheckpointEntry(
            number: size + 1, time: time.microsecondsSince2000,
            headsRoot: try HeadTree.root(Array(byName.values)))
        let nodes = try frontier.append(try entry.leaf())
        let next = Checkpoint(
            origin: identity.origin, size: entry.number, root: try frontier.root())
        try await store(entry, nodes, try next.signed(by: key).text, changed, time)
        return next
    }

    /// The tree of the operator's log, where it is the one that the newest checkpoint signs and its entry is
    /// over these heads.
    private func checkedFrontier(
        _ newest: OperatorLog.Stored, _ heads: [LogHead]
    ) async throws -> MerkleFrontier {
        let entry = newest.entry
        do {
            let signed = try identity.verified(newest)
            let frontier = try await log.frontier(size: entry.number)
            let isEntryThere = try MerkleProof.isIncluded(
                try entry.leaf(), index: entry.number - 1, size: entry.number,
                path: try await log.entryPath(entry.number), root: signed.root)
            if isEntryThere, try frontier.root() == signed.root,
                try HeadTree.root(heads) == entry.headsRoot
            {
                return frontier
            }
        } catch ProofError.malformed {
            // Hashes are missing, or there are two heads of one log: as below.
        }
        throw SealingError.checkpointForged(number: entry.number)
    }

    private func store(
        _ entry: CheckpointEntry, _ nodes: [[UInt8]], _ note: String, _ changed: [LogHead],
        _ time: SQLTimestamp
    ) async throws {
        let number = SQLValue.int(Int64(clamping: entry.number))
        let insert = WorkStep(
            CheckpointStatements.insert,
            [
                number, .timestamp(time), .bytes(entry.headsRoot),
                .bytes(nodes.flatMap { $0 }), .text(note),
            ])
        let heads = changed.map { head in
            WorkStep(
                CheckpointStatements.insertHead,
                [
                    .text(head.schema), number, .int(Int64(clamping: head.sealNumber)),
                    .int(Int64(clamping: head.treeSize)), .bytes(head.root),
                    .bytes(head.sealHash),
                ])
        }
        _ = try await database.run(
            [insert] + heads, in: Scope(role: "icds_sealing"),
            options: WorkOptions(deadline: .now + .seconds(30)))
    }
}
