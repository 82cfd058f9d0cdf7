/// The only way to a municipality's tables for the municipality's own work: role `mNNN`, through the
/// pool of `icds_api`, and never without an audit row in the same transaction.
///
/// A suspended or unknown tenant gives `DatabaseError.insufficientPrivilege`: the database itself
/// refuses the role. What PostgreSQL breaks off because two transactions stood in each other's way is
/// made again within its deadline, so that a body must do nothing that its transaction does not undo.
public struct TenantStore: Sendable {
    private let database: Database
    private let auditKeys: AuditKeyring
    private let signal: ChangeSignal

    /// - Parameters:
    ///   - database: connections of `icds_api`.
    ///   - auditKeys: the keys that seal what the log's rows say of people, for the same login.
    ///   - signal: is told of every change, for those who watch for them.
    public init(
        database: Database, auditKeys: AuditKeyring, signal: ChangeSignal = ChangeSignal()
    ) {
        self.database = database
        self.auditKeys = auditKeys
        self.signal = signal
    }

    /// Runs statements and writes the audit row, in one pipeline and one transaction. The row comes
    /// last, so that it finds a client that the statements have just made.
    ///
    /// - Returns: the results of `steps`, in their order.
    public func run(
        _ steps: [WorkStep], in tenant: TenantSchema, audit entry: AuditEntry,
        options: WorkOptions = WorkOptions()
    ) async throws -> [SQLResult] {
        let all = steps + [try entry.insertStep(try await auditKeys.current(tenant))]
        let scope = Self.scope(tenant)
        let options = Self.writable(options)
        let results = try await ConflictRetry.run(until: options.deadline) {
            try await database.run(all, in: scope, options: options)
        }
        return Array(results.prefix(steps.count))
    }

    /// Writes an audit row and nothing else: for a refusal of the tenant's own request.
    public func record(
        _ entry: AuditEntry, in tenant: TenantSchema, options: WorkOptions = WorkOptions()
    ) async throws {
        _ = try await run([], in: tenant, audit: entry, options: options)
    }

    /// Runs `body` in a transaction, writes the audit row that it returns, and commits. Where `body`
    /// throws, or the row cannot be written, nothing is kept.
    public func transaction<Value: Sendable>(
        in tenant: TenantSchema, options: WorkOptions = WorkOptions(),
        _ body: (Transaction) async throws -> Audited<Value>
    ) async throws -> Value {
        let key = try await auditKeys.current(tenant)
        return try await ConflictRetry.run(until: options.deadline) {
            try await database.transaction(
                in: Self.scope(tenant), options: Self.writable(options)
            ) { transaction in
                let audited = try await body(transaction)
                _ = try await transaction.run([try audited.entry.insertStep(key)])
                return audited.value
            }
        }
    }

    // MARK: Changes

    /// As `transaction`, for work that has an effect: done once for a claim, whose answer is then given
    /// again instead. A body that throws has had no effect and leaves the key free.
    ///
    /// - Parameters:
    ///   - answer: the bytes that a repetition is to get.
    ///   - entry: the audit row of a repetition.
    /// - Throws: `IsolationError.idempotencyKeyReused`, `.idempotencyKeysNotKept`.
    public func change<Value: Sendable>(
        in tenant: TenantSchema, once claim: IdempotencyClaim?,
        options: WorkOptions = WorkOptions(), answer: (Value) throws -> [UInt8],
        repeated entry: (FirstAnswer) throws -> AuditEntry,
        _ body: (Transaction) async throws -> Audited<Value>
    ) async throws -> ChangeOutcome<Value> {
        let outcome = try await work(tenant, options).transaction(
            claim, answer: answer, repeated: entry, body)
        signal.changed(tenant)
        return outcome
    }

    /// As `run`, for statements that have an effect, and whose answer is known before but for the time
    /// of the transaction.
    public func change(
        _ steps: [WorkStep], in tenant: TenantSchema, once claim: IdempotencyClaim?,
        options: WorkOptions = WorkOptions(), answer: [UInt8], audit: AuditEntry,
        repeated entry: (FirstAnswer) throws -> AuditEntry
    ) async throws -> ChangeOutcome<[SQLResult]> {
        let outcome = try await work(tenant, options).run(
            steps, claim, answer: answer, audit: audit, repeated: entry)
        signal.changed(tenant)
        return outcome
    }

    private func work(
        _ tenant: TenantSchema, _ options: WorkOptions
    ) async throws -> AuditedWork {
        let key = try await auditKeys.current(tenant)
        return AuditedWork(
            keyed: KeyedWork(
                database: database, scope: Self.scope(tenant), options: Self.writable(options)),
            auditStep: { try $0.insertStep(key) })
    }

    private static func scope(_ tenant: TenantSchema) -> Scope {
        Scope(role: tenant.role, schema: tenant)
    }

    /// Even a read writes its row.
    private static func writable(_ options: WorkOptions) -> WorkOptions {
        var options = options
        options.readOnly = false
        return options
    }
}
