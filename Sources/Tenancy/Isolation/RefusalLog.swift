/// Records refused requests with the municipality whose data they asked for, whoever asked: the
/// municipality then sees who tried.
///
/// The database resolves what the request named and answers nothing, so that neither the caller nor the
/// daemon learns from it whether there is such a client.
public struct RefusalLog: Sendable {
    private let database: Database
    private let auditKeys: AuditKeyring

    /// - Parameters:
    ///   - database: connections of `icds_sharing`.
    ///   - auditKeys: the keys that seal what the log's rows say of people, for the same login.
    public init(database: Database, auditKeys: AuditKeyring) {
        self.database = database
        self.auditKeys = auditKeys
    }

    /// - Throws: `IsolationError.notARefusal`; `DatabaseError.insufficientPrivilege` where the
    ///   municipality is not active, so that it has no log that could be written.
    public func record(
        _ entry: AuditEntry, in tenant: TenantSchema, deadline: ContinuousClock.Instant? = nil
    ) async throws {
        guard case .refused = entry.outcome else { throw IsolationError.notARefusal }
        let row = try entry.refusalStep(try await auditKeys.current(tenant))
        _ = try await database.run(
            // At the expense of who asked: a burst about one municipality must not fill its queue.
            [row],
            in: Scope(
                role: tenant.sharingRole, schema: tenant, organisation: entry.actor.code),
            options: WorkOptions(deadline: deadline))
    }
}
