/// Work on whole tenants: export, restore, erasure. Over connections of `icds_migrator`.
public struct TenantTransfer: Sendable {
    let migrator: Database
    let masterKeys: MasterKeys
    let scripts: [SchemaScript]

    /// - Parameter migrator: connections of `icds_migrator`.
    public init(migrator: Database, masterKeys: MasterKeys) {
        self.init(migrator: migrator, masterKeys: masterKeys, scripts: SchemaScripts.tenant)
    }

    init(migrator: Database, masterKeys: MasterKeys, scripts: [SchemaScript]) {
        self.migrator = migrator
        self.masterKeys = masterKeys
        self.scripts = scripts
    }

    /// What an export holds.
    public struct ExportSummary: Sendable, Equatable {
        public let rowCount: Int
        public let rowsByTable: [String: Int]
        /// SHA-256 of the content, lower-case hexadecimal: the same content gives the same digest, in
        /// whatever file.
        public let contentDigest: String
        public let event: RecordedTenantEvent
    }

    /// - Parameter caller: for the log of the registry's changes; nil for work that only reads.
    func scope(_ tenant: TenantSchema, for caller: RegistryCaller? = nil) -> Scope {
        Scope(
            role: "icds_owner", schema: tenant,
            settings: TenantContent.settings + [LockPatience.standard.setting]
                + (caller?.settings ?? []))
    }

    /// The municipality's state, with the lock under which its schema is worked on.
    func lockedState(
        _ tenant: TenantSchema, _ transaction: Transaction
    ) async throws -> LockedState {
        let results = try await transaction.run([
            WorkStep(ProvisioningStatements.lock, [.int(Int64(tenant.code) ?? 0)]),
            WorkStep(TransferStatements.readState, [.text(tenant.code)]),
        ])
        guard let row = results[1].first else { throw RegistryError.organisationNotFound }
        return LockedState(
            status: try row.enumeration("status"), version: try row.value("schema_version"),
            hasSchema: try row.value("has_schema"), hasReplaced: try row.value("has_replaced"))
    }

    /// Lets nobody write any more, and looks once more whether the municipality is still suspended: an
    /// operator may have let it in since `lockedState`, and a request may have been under way.
    ///
    /// - Throws: `TenantWorkError.notSuspended`; `DatabaseError.locked` where others hold its tables.
    func closeTables(_ tenant: TenantSchema, _ transaction: Transaction) async throws {
        let results = try await transaction.run([
            WorkStep(TransferStatements.closeTables, [.text(tenant.code)]),
            WorkStep(TransferStatements.readState, [.text(tenant.code)]),
        ])
        let status: RegisteredOrganisation.Status = try results[1].only().enumeration("status")
        guard !status.isLetIn else { throw TenantWorkError.notSuspended }
    }

    struct LockedState {
        let status: RegisteredOrganisation.Status
        let version: Int
        let hasSchema: Bool
        /// Whether a schema that a restore replaced is still there.
        let hasReplaced: Bool
    }

    /// Writes the tenant's whole content, as it is at one moment, into an encrypted file. The tenant
    /// may be in use meanwhile.
    ///
    /// - Parameter emit: gets the bytes of the file, a few rows' at most at once.
    /// - Throws: `RegistryError.organisationNotFound`; `TenantWorkError.noSchema`; `CryptoError`;
    ///   `DatabaseError`; what `emit` throws.
    public func export(
        _ tenant: TenantSchema, order: TenantOrder, deadline: ContinuousClock.Instant? = nil,
        _ emit: ([UInt8]) async throws -> Void
    ) async throws -> ExportSummary {
        var sealer = try ExportSealer(tenant, masterKeys)
        try await emit(sealer.header)
        let options = WorkOptions(isolation: .repeatableRead, readOnly: true, deadline: deadline)
        let transaction = { (transaction: Transaction) async throws -> TenantContent.Summary in
            let state = [WorkStep(TransferStatements.readState, [.text(tenant.code)])]
            guard let row = try await transaction.run(state)[0].first else {
                throw RegistryError.organisationNotFound
            }
            guard try row.value("has_schema") as Bool else { throw TenantWorkError.noSchema }
            return try await TenantContent(tenant: tenant).read(transaction) { bytes in
                let sealed = try sealer.write(bytes)
                if !sealed.isEmpty { try await emit(sealed) }
            }
        }
        let summary = try await migrator.transaction(
            in: scope(tenant), options: options, transaction)
        let event = order.event(
            .exported, tenant, contentDigest: summary.digest, details: summary.details)
        // Before the last chunk, without which the file is none: who has it has left a trace.
        let results = try await migrator.run(
            [event], in: Scope(role: "icds_owner"), options: WorkOptions(deadline: deadline))
        try await emit(sealer.finish())
        return ExportSummary(
            rowCount: summary.rowCount, rowsByTable: summary.rowsByTable,
            contentDigest: summary.digest, event: try RecordedTenantEvent(try results[0].only()))
    }

    /// Erases a tenant for good: schema, keys, roles, and what a restore had replaced. What remains is
    /// the register's entry, and the event, whose digest is the receipt.
    ///
    /// - Parameters:
    ///   - contentDigest: of the export that was made last. Where the content is another one, nothing is
    ///     done: what was not exported is not erased.
    ///   - keyed: the key of the call and what is kept as its answer.
    /// - Throws: `RegistryError.organisationNotFound`, `.organisationEnded`; `TenantWorkError`;
    ///   `IsolationError.idempotencyKeyReused`; `DatabaseError`.
    public func erase(
        _ tenant: TenantSchema, contentDigest: String, order: TenantOrder,
        once keyed: KeyedAnswer<RecordedTenantEvent>? = nil,
        deadline: ContinuousClock.Instant? = nil
    ) async throws -> ChangeOutcome<RecordedTenantEvent> {
        try await keyedWork(tenant, order, deadline).transaction(once: keyed) { transaction in
            let state = try await lockedState(tenant, transaction)
            guard state.status != .ended else { throw RegistryError.organisationEnded }
            guard state.hasSchema else { throw TenantWorkError.noSchema }
            guard !state.status.isLetIn else { throw TenantWorkError.notSuspended }
            try await closeTables(tenant, transaction)
            let content = try await TenantContent(tenant: tenant).read(transaction) { _ in }
            guard content.digest == contentDigest else { throw TenantWorkError.exportIsStale }
            let end = try await transaction.run([WorkStep(TransferStatements.auditEnd)])[0].first
            let last: Int64? = try end?.value("seq")
            let leaf: String? = try end?.value("leaf")
            let details =
                "{\"content\": \(content.details), \"last_audit_row\": \(last ?? 0), "
                + "\"last_audit_leaf\": \"\(leaf ?? "")\"}"
            let results = try await transaction.run([
                WorkStep(TransferStatements.erase, [.text(tenant.code)]),
                order.event(.erased, tenant, contentDigest: contentDigest, details: details),
            ])
            return try RecordedTenantEvent(try results[1].only())
        }
    }

    /// Drops the schema that a restore has replaced.
    ///
    /// - Throws: `RegistryError.organisationNotFound`; `TenantWorkError.nothingReplaced`;
    ///   `IsolationError.idempotencyKeyReused`; `DatabaseError`.
    public func discardReplaced(
        _ tenant: TenantSchema, order: TenantOrder,
        once keyed: KeyedAnswer<RecordedTenantEvent>? = nil,
        deadline: ContinuousClock.Instant? = nil
    ) async throws -> ChangeOutcome<RecordedTenantEvent> {
        try await keyedWork(tenant, order, deadline).transaction(once: keyed) { transaction in
            _ = try await lockedState(tenant, transaction)
            let discard = WorkStep(TransferStatements.discardReplaced, [.text(tenant.code)])
            let isDone: Bool = try await transaction.run([discard])[0].only().value("discarded")
            guard isDone else { throw TenantWorkError.nothingReplaced }
            let event = order.event(.discarded, tenant, contentDigest: nil, details: "{}")
            return try RecordedTenantEvent(try await transaction.run([event])[0].only())
        }
    }

    /// Work on a tenant that is done once for a key of the registry's.
    func keyedWork(
        _ tenant: TenantSchema, _ order: TenantOrder, _ deadline: ContinuousClock.Instant?
    ) -> KeyedWork {
        KeyedWork(
            database: migrator, scope: scope(tenant, for: order.caller),
            options: WorkOptions(deadline: deadline))
    }
}
