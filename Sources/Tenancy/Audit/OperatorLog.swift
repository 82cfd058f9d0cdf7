package import AuditProof

/// The operator's log of checkpoints, in the registry: reading it, and making proofs from it.
package struct OperatorLog: Sendable {
    /// A checkpoint as it was stored.
    package struct Stored: Sendable, Equatable {
        package let entry: CheckpointEntry
        package let note: String
    }

    private static let timeLimit: Duration = .seconds(10)

    private let database: Database
    private let role: String

    /// - Parameters:
    ///   - database: connections of a login that may take `role`.
    ///   - role: one that reads the registry.
    package init(database: Database, role: String = "icds_registry_reader") {
        self.database = database
        self.role = role
    }

    /// Nil before the first.
    package func newest() async throws -> Stored? {
        try await run(WorkStep(CheckpointStatements.newest)).first.map(Self.stored)
    }

    package func checkpoint(_ number: UInt64) async throws -> Stored? {
        guard let number = Int64(exactly: number) else { return nil }
        return try await run(WorkStep(CheckpointStatements.numbered, [.int(number)])).first
            .map(Self.stored)
    }

    /// Notes after a number, at most so many.
    package func notes(
        after number: UInt64, limit: Int
    ) async throws -> [(number: UInt64, note: String)] {
        let step = WorkStep(
            CheckpointStatements.after, [.int(Int64(clamping: number)), .int(Int64(limit))])
        return try await run(step).rows.map {
            (UInt64(clamping: try $0.value("number", as: Int64.self)), try $0.value("note"))
        }
    }

    /// All heads that a checkpoint speaks of, in their order.
    package func heads(at number: UInt64) async throws -> [LogHead] {
        let step = WorkStep(CheckpointStatements.heads, [.int(Int64(clamping: number))])
        return try await run(step).rows.map { row in
            LogHead(
                schema: try row.value("schema_name"),
                sealNumber: UInt64(clamping: try row.value("seal_number", as: Int64.self)),
                treeSize: UInt64(clamping: try row.value("tree_size", as: Int64.self)),
                root: try row.value("root"), sealHash: try row.value("seal_hash"))
        }
    }

    /// The newest checkpoint that speaks of at most `treeSize` rows of a log; nil where none speaks of
    /// it.
    package func newestNumber(
        for tenant: TenantSchema, within treeSize: UInt64
    ) async throws -> UInt64? {
        let step = WorkStep(
            CheckpointStatements.newestWithin,
            [.text(tenant.name), .int(Int64(clamping: treeSize))])
        let number: Int64? = try await run(step).only().optional("number")
        return number.map { UInt64(clamping: $0) }
    }

    /// What a checkpoint says of a tenant's log; nil where there is no such checkpoint.
    package func proof(
        for tenant: TenantSchema, at number: UInt64
    ) async throws -> HeadProof? {
        guard let stored = try await checkpoint(number) else { return nil }
        let heads = try await heads(at: number)
        guard let place = HeadTree.place(of: tenant.name) else { return nil }
        return HeadProof(
            note: try SignedNote(text: stored.note), entry: stored.entry,
            entryPath: try await entryPath(number),
            head: heads.first { $0.schema == tenant.name },
            headPath: try MerkleProof.inclusion(of: Int(place), in: try HeadTree.leaves(heads)))
    }

    /// From the last entry of the log with so many to its root.
    func entryPath(_ number: UInt64) async throws -> [[UInt8]] {
        try await hashes(over: MerkleProof.inclusionRanges(index: number - 1, size: number))
    }

    /// That the log of `new` entries continues that of `old`.
    package func consistency(from old: UInt64, to new: UInt64) async throws -> [[UInt8]] {
        try await hashes(over: MerkleProof.consistencyRanges(from: old, to: new))
    }

    /// The tree with so many entries, ready to grow.
    func frontier(size: UInt64) async throws -> MerkleFrontier {
        let nodes = MerkleProof.nodes(of: 0..<size)
        let found = try await hashes(of: nodes)
        return try MerkleFrontier(size: size, subtrees: found)
    }

    private func hashes(over ranges: [Range<UInt64>]) async throws -> [[UInt8]] {
        let nodes = ranges.map(MerkleProof.nodes)
        var found = try await hashes(of: nodes.flatMap { $0 })[...]
        var hashes: [[UInt8]] = []
        for range in nodes {
            hashes.append(try MerkleProof.hash(of: Array(found.prefix(range.count))))
            found = found.dropFirst(range.count)
        }
        return hashes
    }

    /// - Throws: `ProofError.malformed` where the log lacks one.
    private func hashes(of nodes: [MerkleNode]) async throws -> [[UInt8]] {
        guard !nodes.isEmpty else { return [] }
        let numbers = Set(nodes.map { Int64(clamping: $0.lastLeaf + 1) }).sorted()
        let rows = try await run(WorkStep(CheckpointStatements.nodes, [.intArray(numbers)])).rows
        var byNumber: [Int64: [UInt8]] = [:]
        for row in rows { byNumber[try row.value("number")] = try row.value("nodes") }
        return try nodes.map { node in
            let start = node.level * SHA256.byteCount
            guard let bytes = byNumber[Int64(clamping: node.lastLeaf + 1)],
                bytes.count >= start + SHA256.byteCount
            else { throw ProofError.malformed(what: "operator's log") }
            return Array(bytes[start..<start + SHA256.byteCount])
        }
    }

    private func run(_ step: WorkStep) async throws -> SQLResult {
        try await database.run(
            [step], in: Scope(role: role),
            options: WorkOptions(readOnly: true, deadline: .now + Self.timeLimit))[0]
    }

    private static func stored(_ row: SQLRow) throws -> Stored {
        Stored(
            entry: CheckpointEntry(
                number: UInt64(clamping: try row.value("number", as: Int64.self)),
                time: try row.value("at", as: SQLTimestamp.self).microsecondsSince2000,
                headsRoot: try row.value("heads_root")),
            note: try row.value("note"))
    }
}
