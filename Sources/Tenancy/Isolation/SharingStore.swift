/// The only way to a municipality's data for a county: role `mNNN_sharing`, through the pool of
/// `icds_sharing`, which sees the shareable views and nothing else.
///
/// The county is set for the transaction, and the views go by it. The default is one snapshot for the
/// whole transaction, so that the decision is made on the data that it releases. What PostgreSQL breaks
/// off because two transactions stood in each other's way is made again within its deadline.
public struct SharingStore: Sendable {
    private let database: Database
    private let auditKeys: AuditKeyring
    private let signal: ChangeSignal

    /// - Parameters:
    ///   - database: connections of `icds_sharing`.
    ///   - auditKeys: the keys that seal what the log's rows say of people, for the same login.
    ///   - signal: is told of every change, for those who watch for them.
    public init(
        database: Database, auditKeys: AuditKeyring, signal: ChangeSignal = ChangeSignal()
    ) {
        self.database = database
        self.auditKeys = auditKeys
        self.signal = signal
    }

    /// Runs `body` for a county, writes the audit row that it returns, and commits. Where `body`
    /// throws, or the row cannot be written, nothing is kept, and what was read must not be sent.
    ///
    /// - Throws: `IsolationError.actorMismatch` where the entry names another actor than `county`;
    ///   `DatabaseError.insufficientPrivilege` where the municipality is suspended or unknown.
    public func transaction<Value: Sendable>(
        in tenant: TenantSchema, for county: CountyCode,
        options: WorkOptions = WorkOptions(isolation: .repeatableRead),
        _ body: (Transaction) async throws -> Audited<Value>
    ) async throws -> Value {
        let work = try await work(tenant, county, options)
        return try await ConflictRetry.run(until: options.deadline) {
            try await database.transaction(
                in: work.keyed.scope, options: work.keyed.options
            ) { transaction in
                let audited = try await body(transaction)
                _ = try await transaction.run([try work.auditStep(audited.entry)])
                return audited.value
            }
        }
    }

    /// As `transaction`, for work that has an effect: done once for a claim, as
    /// `TenantStore.change` does it.
    public func change<Value: Sendable>(
        in tenant: TenantSchema, for county: CountyCode, once claim: IdempotencyClaim?,
        options: WorkOptions = WorkOptions(), answer: (Value) throws -> [UInt8],
        repeated entry: (FirstAnswer) throws -> AuditEntry,
        _ body: (Transaction) async throws -> Audited<Value>
    ) async throws -> ChangeOutcome<Value> {
        let outcome = try await work(tenant, county, options).transaction(
            claim, answer: answer, repeated: entry, body)
        signal.changed(tenant)
        return outcome
    }

    private func work(
        _ tenant: TenantSchema, _ county: CountyCode, _ options: WorkOptions
    ) async throws -> AuditedWork {
        var options = options
        options.readOnly = false
        let key = try await auditKeys.current(tenant)
        let scope = Scope(
            role: tenant.sharingRole, schema: tenant, settings: [("icds.county", county.text)],
            organisation: county.text)
        return AuditedWork(
            keyed: KeyedWork(database: database, scope: scope, options: options),
            auditStep: { entry in
                guard entry.actor.kind == .county, entry.actor.code == county.text else {
                    throw IsolationError.actorMismatch
                }
                return try entry.disclosureStep(key)
            })
    }
}
