import AuditProof

/// Moves the clients of a municipality to the one that it was merged into, and closes what is left of
/// it as an archive: its log, with the keys and seals that prove it.
///
/// The one work that touches two tenants. It is one transaction, since a client must be with one of
/// them at every moment; it runs as the migrator, and none of the logins that serve requests could.
public struct TenantMerger: Sendable {
    /// What a merger did, or would do.
    public struct Report: Sendable, Equatable {
        /// A client that came, and the one that was there with the same identity code.
        public struct Duplicate: Sendable, Equatable {
            public let movedID: String
            public let keptID: String
        }

        public var movedCount = 0
        public var duplicates: [Duplicate] = []
        /// Nil for a dry run, which leaves nothing.
        public var event: RecordedTenantEvent?

        var details: String {
            "{\"moved\": \(movedCount), \"duplicates\": \(duplicates.count)}"
        }
    }

    private static let batchRowsMax = 200

    private let transfer: TenantTransfer

    /// - Parameter migrator: connections of `icds_migrator`.
    public init(migrator: Database, masterKeys: MasterKeys) {
        transfer = TenantTransfer(migrator: migrator, masterKeys: masterKeys)
    }

    /// - Parameters:
    ///   - source: the municipality that ends; it must be suspended.
    ///   - target: the one that receives; it may be in use.
    ///   - lastDay: of the one that ends, "YYYY-MM-DD".
    ///   - order: who asked in which call, for the registry's log, and the call for both municipalities'.
    ///   - actor: the operator's organisation and system, for both municipalities' logs.
    ///   - isDryRun: does everything and takes it back, and the key with it.
    ///   - keyed: the key of the call and what is kept as its answer: without the duplicates, which
    ///     `duplicates` reads again.
    /// - Throws: `RegistryError.organisationNotFound`, `.organisationEnded`; `TenantWorkError`;
    ///   `IsolationError.idempotencyKeyReused`; `CryptoError`; `DatabaseError`.
    public func merge(
        _ source: TenantSchema, into target: TenantSchema, lastDay: String, order: TenantOrder,
        actor: AuditActor, isDryRun: Bool,
        once keyed: KeyedAnswer<Report>? = nil, deadline: ContinuousClock.Instant? = nil
    ) async throws -> ChangeOutcome<Report> {
        guard source != target else { throw TenantWorkError.sameTenant }
        do {
            return try await transfer.keyedWork(source, order, deadline).transaction(once: keyed) {
                transaction in
                try await check(source, target, transaction)
                try await transfer.closeTables(source, transaction)
                var report = try await move(
                    source, target, actor: actor, order.caller.callReference ?? "", transaction)
                guard !isDryRun else { throw DryRun(report: report) }
                let results = try await transaction.run([
                    WorkStep(
                        Self.archive,
                        [.text(source.code), .text(target.code), .date(lastDay)]),
                    order.event(
                        .merged, source, contentDigest: nil,
                        details: "{\"into\": \"\(target.code)\", \"report\": \(report.details)}"),
                ])
                report.event = try RecordedTenantEvent(try results[1].only())
                return report
            }
        } catch let done as DryRun {
            return .made(done.report)
        }
    }

    /// The duplicates of a merger that was done, at most `countMax` of them, as its report has them. None
    /// where `target` has been merged into another one or erased since.
    public func duplicates(
        of source: TenantSchema, in target: TenantSchema, countMax: Int,
        deadline: ContinuousClock.Instant? = nil
    ) async throws -> [Report.Duplicate] {
        let step = WorkStep(Self.duplicates, [.text(source.code), .int(Int64(countMax))])
        let options = WorkOptions(readOnly: true, deadline: deadline)
        do {
            let results = try await transfer.migrator.run(
                [step], in: transfer.scope(target), options: options)
            return try results[0].rows.map { row in
                Report.Duplicate(
                    movedID: try row.value("client_id"), keptID: try row.value("duplicate_of"))
            }
        } catch let error as DatabaseError where error.sqlState == Self.undefinedTable {
            return []
        }
    }

    /// Of a table that went with its schema.
    private static let undefinedTable = "42P01"

    /// Thrown to have everything taken back.
    private struct DryRun: Error {
        let report: Report
    }

    private func check(
        _ source: TenantSchema, _ target: TenantSchema, _ transaction: Transaction
    ) async throws {
        // Always in the same order, so that two mergers do not wait for each other.
        for tenant in [source, target].sorted(by: { $0.code < $1.code }) {
            let state = try await transfer.lockedState(tenant, transaction)
            guard state.status != .ended else { throw RegistryError.organisationEnded }
            guard state.hasSchema else { throw TenantWorkError.noSchema }
            guard tenant == target || !state.status.isLetIn else {
                throw TenantWorkError.notSuspended
            }
            guard state.version == transfer.scripts.latestVersion else {
                throw TenantWorkError.notCurrent
            }
        }
    }

    private func move(
        _ source: TenantSchema, _ target: TenantSchema, actor: AuditActor, _ callReference: String,
        _ transaction: Transaction
    ) async throws -> Report {
        let sourceKeys = try await keys(of: source, transaction)
        let targetKeys = try await keys(of: target, transaction)
        var report = Report()
        var last = "00000000-0000-0000-0000-000000000000"
        while true {
            let page = try await transaction.run(
                Self.clients, [.uuid(last), .int(Int64(Self.batchRowsMax))])
            var batch = Batch()
            for row in page.rows {
                let id: String = try row.value("client_id")
                let sealed: [UInt8]? = try row.optional("identity_code_ciphertext")
                try batch.add(id, sealed, sourceKeys, targetKeys)
                last = id
            }
            if batch.ids.isEmpty { return report }
            let moved = try await transaction.run(
                Self.move,
                [
                    .text(source.code), .text(target.code), .textArray(batch.ids),
                    .textArray(batch.sealed), .textArray(batch.indexes),
                    .textArray(batch.indexesEven), .text(actor.code), .text(actor.system),
                    .text(callReference),
                ])
            for row in moved.rows {
                report.movedCount += 1
                guard let kept: String = try row.optional("duplicate_id") else { continue }
                report.duplicates.append(
                    Report.Duplicate(movedID: try row.value("moved_id"), keptID: kept))
            }
        }
    }

    /// Clients that are moved at once, with their identity codes sealed anew.
    private struct Batch {
        var ids: [String] = []
        var sealed: [String] = []
        var indexes: [String] = []
        var indexesEven: [String] = []

        mutating func add(
            _ id: String, _ ciphertext: [UInt8]?, _ source: TenantKeys, _ target: TenantKeys
        ) throws {
            ids.append(id)
            guard let ciphertext else {
                sealed.append("")
                indexes.append("")
                indexesEven.append("")
                return
            }
            let code = try source.open(identityCode: ciphertext, clientID: id)
            let columns = try target.columns(identityCode: code)
            sealed.append(Hex.encode(try target.seal(identityCode: code, clientID: id)))
            indexes.append(Hex.encode(columns.odd ?? []))
            indexesEven.append(Hex.encode(columns.even ?? []))
        }
    }

    private func keys(
        of tenant: TenantSchema, _ transaction: Transaction
    ) async throws -> TenantKeys {
        try await StoredTenantKey.unwrapped(
            try await transaction.run(Self.keys, [.text(tenant.code)]), of: tenant,
            by: transfer.masterKeys)
    }

    /// By the primary key.
    private static let clients = Statement(
        "merge.clients",
        #"""
        SELECT client_id, identity_code_ciphertext FROM {schema}.client
        WHERE client_id > $1::uuid
        ORDER BY client_id
        LIMIT $2::integer
        """#, prepared: false)

    private static let duplicates = Statement(
        "merge.duplicates",
        #"""
        SELECT client_id, duplicate_of FROM {schema}.moved_client
        WHERE from_municipality = $1 AND duplicate_of IS NOT NULL
        ORDER BY client_id
        LIMIT $2::integer
        """#, prepared: false)

    private static let keys = Statement(
        "merge.keys", #"SELECT * FROM icds.tenant_keys($1)"#, prepared: false)

    private static let move = Statement(
        "merge.move",
        #"""
        SELECT moved_id, duplicate_id
        FROM icds.move_clients($1, $2, $3::text[]::uuid[], $4, $5, $6, $7, $8, $9)
        """#, prepared: false)

    private static let archive = Statement(
        "merge.archive", #"SELECT icds.archive_tenant($1, $2, $3::date)"#, prepared: false)
}
