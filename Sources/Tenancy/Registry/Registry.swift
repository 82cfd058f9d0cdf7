/// The register of organisations and their systems: the operator's work, over connections of
/// `icds_operator`.
///
/// Status and certificates' revocation change only through functions of the database, which do what
/// belongs together: the row, the roles' memberships, the guard of the last operator.
public struct Registry: Sendable {
    let database: Database
    private let afterChange: @Sendable () async -> Void
    /// Role of the work, and what its rows in the log of changes say of who asked for it.
    let scope: Scope

    /// - Parameters:
    ///   - database: connections of `icds_operator`.
    ///   - afterChange: called after each change that was kept, before the call returns; the daemon has
    ///     its `RegistryCache` read again, so that its own changes count at once.
    public init(
        database: Database, afterChange: @escaping @Sendable () async -> Void = {}
    ) {
        self.init(database, afterChange, Scope(role: "icds_registry_writer"))
    }

    private init(
        _ database: Database, _ afterChange: @escaping @Sendable () async -> Void, _ scope: Scope
    ) {
        self.database = database
        self.afterChange = afterChange
        self.scope = scope
    }

    /// The same registry, whose changes are logged as asked for by `caller`.
    public func acting(for caller: RegistryCaller) -> Registry {
        var scope = scope
        scope.settings = caller.settings
        return Registry(database, afterChange, scope)
    }

    // MARK: Organisations

    public func organisation(
        _ key: OrganisationKey, options: WorkOptions = WorkOptions()
    ) async throws -> RegisteredOrganisation? {
        let step = WorkStep(
            OrganisationStatements.get, [.text(key.kind.rawValue), .text(key.code)])
        let results = try await database.run([step], in: scope, options: options)
        return try results[0].first.map { try RegisteredOrganisation($0) }
    }

    /// One page, by kind and code, at most `countMax`, after `cursor`.
    public func organisations(
        kind: RegisteredOrganisation.Kind? = nil, status: RegisteredOrganisation.Status? = nil,
        after cursor: OrganisationKey? = nil, countMax: Int, options: WorkOptions = WorkOptions()
    ) async throws -> [RegisteredOrganisation] {
        let step = WorkStep(
            OrganisationStatements.list,
            [
                .text(kind?.rawValue), .text(status?.rawValue), .text(cursor?.kind.rawValue),
                .text(cursor?.code), .int(Int64(countMax)),
            ])
        let results = try await database.run([step], in: scope, options: options)
        return try results[0].rows.map { try RegisteredOrganisation($0) }
    }

    /// Adds an organisation that no national register lists (an operator, an agency), or changes its
    /// name.
    public func addOrganisation(
        _ key: OrganisationKey, name: RegisteredName, validFrom: String,
        options: WorkOptions = WorkOptions()
    ) async throws {
        let step = WorkStep(
            OrganisationStatements.add,
            [
                .text(key.kind.rawValue), .text(key.code), .text(name.fi), .text(name.sv),
                .text(name.en), .date(validFrom),
            ])
        _ = try await database.run([step], in: scope, options: options)
        await afterChange()
    }

    // MARK: Changes

    /// Makes changes in one transaction: once for a key, whose first answer is given again otherwise. A
    /// body that throws has changed nothing and leaves the key free.
    ///
    /// - Parameter body: may be run more than once; whatever it does its transaction undoes.
    /// - Throws: `IsolationError.idempotencyKeyReused`; what `body` throws; `DatabaseError`.
    public func change<Value: Sendable>(
        once keyed: KeyedAnswer<Value>?, options: WorkOptions = WorkOptions(),
        _ body: (RegistryChanges) async throws -> Value
    ) async throws -> ChangeOutcome<Value> {
        let work = KeyedWork(database: database, scope: scope, options: options)
        let outcome = try await work.transaction(once: keyed) { transaction in
            try await body(RegistryChanges(transaction: transaction))
        }
        // What was done before may have been done by a call whose end nobody here has seen.
        await afterChange()
        return outcome
    }

    /// The same without a key.
    public func change<Value: Sendable>(
        options: WorkOptions = WorkOptions(), _ body: (RegistryChanges) async throws -> Value
    ) async throws -> Value {
        try await change(once: nil, options: options, body).made()
    }
}
