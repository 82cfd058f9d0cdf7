/// Records refused requests with the municipality whose data they asked for, whoever asked: the
/// municipality then sees who tried.
///
/// The database resolves what the request named and answers nothing, so that neither the caller nor the
/// daemon learns from it whether there is such a client.
public struct RefusalLog: Sendable {
    private let database: Database

    /// - Parameter database: connections of `icds_sharing`.
    public init(database: Database) {
        self.database = database
    }

    /// - Throws: `IsolationError.notARefusal`; `DatabaseError.insufficientPrivilege` where the
    ///   municipality is not active, so that it has no log that could be written.
    public func record(
        _ entry: AuditEntry, in tenant: TenantSchema, deadline: ContinuousClock.Instant? = nil
    ) async throws {
        guard case .refused = entry.outcome else { throw IsolationError.notARefusal }
        _ = try await database.run(
            [entry.refusalStep], in: Scope(role: tenant.sharingRole, schema: tenant),
            options: WorkOptions(deadline: deadline))
    }
}
