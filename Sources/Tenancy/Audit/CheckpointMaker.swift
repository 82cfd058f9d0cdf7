internal import AuditProof

/// Makes checkpoints of the operator's log from the heads of the tenants' logs.
struct CheckpointMaker: Sendable {
    let database: Database
    let key: SigningKey
    let origin: String

    var log: OperatorLog { OperatorLog(database: database, role: "icds_sealing") }

    /// Adds a checkpoint where a head has changed since the last.
    ///
    /// - Parameters:
    ///   - heads: of the logs that there are. One that a checkpoint spoke of and that is gone stays in
    ///     as it was.
    ///   - time: the database's.
    func add(heads: [LogHead], at time: SQLTimestamp) async throws {
        let newest = try await log.newest()
        let size = newest?.entry.number ?? 0
        let before = try await log.heads(at: size)
        var byName = Dictionary(
            before.map { ($0.schema, $0) }, uniquingKeysWith: { first, _ in first })
        let changed = heads.filter { byName[$0.schema] != $0 }
        guard !changed.isEmpty else { return }
        for head in changed { byName[head.schema] = head }
        let all = byName.values.sorted { $0.schema.utf8.lexicographicallyPrecedes($1.schema.utf8) }
        let entry = CheckpointEntry(
            number: size + 1, time: time.microsecondsSince2000, headCount: UInt32(all.count),
            headsRoot: try MerkleHash.root(try all.map { try $0.leaf() }))
        var frontier = try await log.frontier(size: size)
        let nodes = try frontier.append(try entry.leaf())
        let note = try Checkpoint(origin: origin, size: entry.number, root: try frontier.root())
            .signed(by: key)
        try await store(entry, nodes, note.text, changed, time)
    }

    private func store(
        _ entry: CheckpointEntry, _ nodes: [[UInt8]], _ note: String, _ changed: [LogHead],
        _ time: SQLTimestamp
    ) async throws {
        let number = SQLValue.int(Int64(clamping: entry.number))
        let insert = WorkStep(
            CheckpointStatements.insert,
            [
                number, .timestamp(time), .int(Int64(entry.headCount)), .bytes(entry.headsRoot),
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
