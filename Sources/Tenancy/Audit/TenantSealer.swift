internal import AuditProof

/// Seals one tenant's log: reads the leaves after the last seal, grows the tree by them, and signs.
struct TenantSealer: Sendable {
    /// A log's last seal, as far as somebody knows it.
    struct Known: Sendable, Equatable {
        let number: UInt64
        let hash: [UInt8]
    }

    /// A seal that takes longer is given up: the leader has to show meanwhile that it is alive, before the
    /// server ends its transaction as idle.
    private static let timeLimit: Duration = .seconds(20)

    let database: Database
    let key: SigningKey
    let formerKeys: [VerifyingKey]
    let systemIdentifier: UInt64
    let timeline: UInt32
    /// Rows of a seal at the most: what comes after gets the next.
    var rowsMax = 10_000

    /// Seals all rows that can be sealed now.
    ///
    /// - Parameters:
    ///   - known: the last seal that was there, if somebody knows.
    ///   - progress: called after each seal.
    /// - Returns: the last seal that is there, nil where there is none; and how many rows were sealed.
    /// - Throws: `SealingError`, `DatabaseError`, `ProofError`.
    func seal(
        _ tenant: TenantSchema, known: Known?, progress: () async throws -> Void = {}
    ) async throws -> (last: SealRecord?, rowCount: Int) {
        var rowCount = 0
        var known = known
        while true {
            let (last, sealed) = try await sealOnce(tenant, known: known)
            rowCount += sealed
            if let last {
                known = Known(
                    number: last.seal.number, hash: try last.seal.hash(schema: tenant.name))
            }
            if sealed > 0 { try await progress() }
            if sealed < rowsMax { return (last, rowCount) }
        }
    }

    private func sealOnce(
        _ tenant: TenantSchema, known: Known?
    ) async throws -> (SealRecord?, Int) {
        try await database.transaction(
            in: Scope(role: "icds_sealing", schema: tenant),
            options: WorkOptions(deadline: .now + Self.timeLimit)
        ) { transaction in
            let found = try await transaction.run([WorkStep(SealStatements.last)])[0].only()
            let era: Int32 = try found.value("era")
            let hasSeal = try found.optional("number", as: Int64.self) != nil
            let last = hasSeal ? try SealRecord(found) : nil
            try check(last, known, era, tenant)
            let position = last?.seal.last ?? .start
            let rows = try await transaction.run([
                WorkStep(
                    SealStatements.leaves,
                    position.parameters + [.int(Int64(era)), .int(Int64(rowsMax))])
            ])[0].rows
            guard !rows.isEmpty else { return (last, 0) }
            let now = try found.value("now", as: SQLTimestamp.self).microsecondsSince2000
            let record = try next(after: last, rows, now, tenant)
            _ = try await transaction.run([WorkStep(SealStatements.insert, record.parameters)])
            return (record, rows.count)
        }
    }

    /// A sealer that went on from a seal that is not its own would sign what somebody else made up.
    private func check(
        _ last: SealRecord?, _ known: Known?, _ era: Int32, _ tenant: TenantSchema
    ) throws {
        guard let last else {
            if let known, era == 1 {
                throw SealingError.sealsMissing(known: known.number, found: 0)
            }
            return
        }
        let seal = last.seal
        let isSigned = try seal.isSigned(
            byOneOf: [key.publicKey] + formerKeys, schema: tenant.name)
        guard isSigned, try last.frontier.root() == seal.root else {
            throw SealingError.lastSealForged(number: seal.number)
        }
        if let known {
            let hash = try seal.hash(schema: tenant.name)
            let isOther = seal.number == known.number && hash != known.hash
            // A log that its owner has put back as it was earlier goes on in a new era: what it lost is
            // missing against every checkpoint that was made before.
            guard era > seal.last.era || seal.number >= known.number && !isOther else {
                throw SealingError.sealsMissing(known: known.number, found: seal.number)
            }
        }
        guard seal.systemIdentifier == systemIdentifier || era > seal.last.era else {
            throw SealingError.eraNotBegun
        }
    }

    private func next(
        after last: SealRecord?, _ rows: some Collection<SQLRow>, _ now: Int64,
        _ tenant: TenantSchema
    ) throws -> SealRecord {
        var frontier = last?.frontier ?? MerkleFrontier()
        var first: LogPosition?
        var position = LogPosition.start
        for row in rows {
            position = LogPosition(
                era: try row.value("era"),
                transaction: UInt64(clamping: try row.value("xid", as: Int64.self)),
                sequence: try row.value("seq"))
            first = first ?? position
            try frontier.append(try row.value("leaf"))
        }
        var seal = Seal()
        seal.number = (last?.seal.number ?? 0) + 1
        seal.first = first ?? position
        seal.last = position
        seal.rowCount = UInt64(rows.count)
        seal.treeSize = frontier.size
        seal.root = try frontier.root()
        seal.previous = try last.map { try $0.seal.hash(schema: tenant.name) } ?? Seal.none
        seal.systemIdentifier = systemIdentifier
        seal.timeline = timeline
        seal.time = now
        try seal.sign(with: key, schema: tenant.name)
        return SealRecord(seal: seal, frontier: frontier)
    }
}
