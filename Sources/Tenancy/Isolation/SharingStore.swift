/// The only way to a municipality's data for a county: role `mNNN_sharing`, through the pool of
/// `icds_sharing`, which sees the shareable views and nothing else.
///
/// The county is set for the transaction, and the views go by it. The default is one snapshot for the
/// whole transaction, so that the decision is made on the data that it releases.
public struct SharingStore: Sendable {
    private let database: Database

    /// - Parameter database: connections of `icds_sharing`.
    public init(database: Database) {
        self.database = database
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
        var options = options
        options.readOnly = false
        let scope = Scope(
            role: tenant.sharingRole, schema: tenant, settings: [("icds.county", county.text)],
            organisation: county.text)
        return try await database.transaction(in: scope, options: options) { transaction in
            let audited = try await body(transaction)
            let actor = audited.entry.actor
            guard actor.kind == .county, actor.code == county.text else {
                throw IsolationError.actorMismatch
            }
            _ = try await transaction.run([audited.entry.disclosureStep])
            return audited.value
        }
    }
}
