/// The only way to a municipality's tables for the municipality's own work: role `mNNN`, through the
/// pool of `icds_api`, and never without an audit row in the same transaction.
///
/// A suspended or unknown tenant gives `DatabaseError.insufficientPrivilege`: the database itself
/// refuses the role.
public struct TenantStore: Sendable {
    private let database: Database

    /// - Parameter database: connections of `icds_api`.
    public init(database: Database) {
        self.database = database
    }

    /// Runs statements and writes the audit row, in one pipeline and one transaction. The row comes
    /// last, so that it finds a client that the statements have just made.
    ///
    /// - Returns: the results of `steps`, in their order.
    public func run(
        _ steps: [WorkStep], in tenant: TenantSchema, audit entry: AuditEntry,
        options: WorkOptions = WorkOptions()
    ) async throws -> [SQLResult] {
        let results = try await database.run(
            steps + [entry.insertStep], in: Self.scope(tenant), options: Self.writable(options))
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
        try await database.transaction(
            in: Self.scope(tenant), options: Self.writable(options)
        ) { transaction in
            let audited = try await body(transaction)
            _ = try await transaction.run([audited.entry.insertStep])
            return audited.value
        }
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
