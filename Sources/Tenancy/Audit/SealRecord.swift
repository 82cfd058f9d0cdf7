package import AuditProof

/// A seal as its table has it: the seal, and the subtrees from which the tree grows on.
package struct SealRecord: Sendable, Equatable {
    package var seal: Seal
    package var frontier: MerkleFrontier

    /// - Throws: `ProofError.malformed` where the frontier does not fit the tree's size.
    init(_ row: SQLRow) throws {
        var seal = Seal()
        seal.number = UInt64(clamping: try row.value("number", as: Int64.self))
        seal.first = try Self.position(row, "first")
        seal.last = try Self.position(row, "last")
        seal.rowCount = UInt64(clamping: try row.value("row_count", as: Int64.self))
        seal.treeSize = UInt64(clamping: try row.value("tree_size", as: Int64.self))
        seal.root = try row.value("root")
        seal.previous = try row.value("previous")
        seal.systemIdentifier = UInt64(
            bitPattern: try row.value("system_identifier", as: Int64.self))
        seal.timeline = UInt32(bitPattern: try row.value("timeline", as: Int32.self))
        seal.time = try row.value("at", as: SQLTimestamp.self).microsecondsSince2000
        seal.keyIdentifier = try row.value("key_id")
        seal.signature = try row.value("signature")
        self.seal = seal
        frontier = try MerkleFrontier(size: seal.treeSize, bytes: try row.value("frontier"))
    }

    init(seal: Seal, frontier: MerkleFrontier) {
        self.seal = seal
        self.frontier = frontier
    }

    /// In the order of the columns of `SealStatements.insert`.
    var parameters: [SQLValue] {
        [
            .int(Int64(clamping: seal.number)), .int(Int64(seal.first.era)),
            .text(String(seal.first.transaction)), .int(seal.first.sequence),
            .int(Int64(seal.last.era)), .text(String(seal.last.transaction)),
            .int(seal.last.sequence), .int(Int64(clamping: seal.rowCount)),
            .int(Int64(clamping: seal.treeSize)), .bytes(seal.root), .bytes(frontier.bytes),
            .bytes(seal.previous), .int(Int64(bitPattern: seal.systemIdentifier)),
            .int(Int64(Int32(bitPattern: seal.timeline))),
            .timestamp(SQLTimestamp(microsecondsSince2000: seal.time)),
            .bytes(seal.keyIdentifier), .bytes(seal.signature),
        ]
    }

    private static func position(_ row: SQLRow, _ end: String) throws -> LogPosition {
        LogPosition(
            era: try row.value("\(end)_era"),
            transaction: UInt64(clamping: try row.value("\(end)_xid", as: Int64.self)),
            sequence: try row.value("\(end)_seq"))
    }
}

extension SQLTimestamp {
    /// As leaves, seals and checkpoints count.
    package var microsecondsSince2000: Int64 {
        microsecondsSinceEpoch - Self.postgresEpochMicroseconds
    }

    package init(microsecondsSince2000: Int64) {
        self.init(microsecondsSinceEpoch: microsecondsSince2000 + Self.postgresEpochMicroseconds)
    }
}
