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

    /// The same registry, whose changes are logged as asked for by `actor` in a call.
    ///
    /// - Parameters:
    ///   - actor: the URI of the caller's certificate.
    ///   - callReference: as in the daemon's log.
    public func acting(for actor: String, callReference: String) -> Registry {
        var scope = scope
        scope.settings = [("icds.actor", actor), ("icds.call_reference", callReference)]
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

    /// Lets an organisation's systems in. For a municipality the database opens its schema to the
    /// daemon's logins in the same transaction.
    ///
    /// - Parameter asPilot: municipalities that do not have the system in use yet: as a pilot.
    /// - Returns: whether that changed anything.
    /// - Throws: `RegistryError.organisationNotFound`, `.notProvisioned`, `.organisationEnded`; for
    ///   pilots `.notAMunicipality`, `.alreadyInUse`.
    @discardableResult
    public func activate(
        _ key: OrganisationKey, asPilot: Bool = false, options: WorkOptions = WorkOptions()
    ) async throws -> Bool {
        try await setStatus(key, to: asPilot ? .piloting : .active, options)
    }

    /// Shuts an organisation's systems out. For a municipality the database closes its schema to the
    /// daemon's logins in the same transaction: work that has not begun is refused by PostgreSQL.
    ///
    /// - Returns: whether that changed anything.
    /// - Throws: `RegistryError.organisationNotFound`, `.lastOperator`, `.organisationEnded`.
    @discardableResult
    public func suspend(
        _ key: OrganisationKey, options: WorkOptions = WorkOptions()
    ) async throws -> Bool {
        try await setStatus(key, to: .suspended, options)
    }

    private func setStatus(
        _ key: OrganisationKey, to status: RegisteredOrganisation.Status, _ options: WorkOptions
    ) async throws -> Bool {
        let step = WorkStep(
            OrganisationStatements.setStatus,
            [.text(key.kind.rawValue), .text(key.code), .text(status.rawValue)])
        return try await change(step, notFound: .organisationNotFound, options)
    }

    /// Runs one of the functions that answer with an outcome.
    func change(
        _ step: WorkStep, notFound: RegistryError, _ options: WorkOptions
    ) async throws -> Bool {
        let results = try await database.run([step], in: scope, options: options)
        let outcome: String = try results[0].only().value("outcome")
        switch outcome {
        case "changed":
            await afterChange()
            return true
        case "unchanged": return false
        case "not_found": throw notFound
        case "not_provisioned": throw RegistryError.notProvisioned
        case "ended": throw RegistryError.organisationEnded
        case "not_a_municipality": throw RegistryError.notAMunicipality
        case "already_in_use": throw RegistryError.alreadyInUse
        case "last_operator": throw RegistryError.lastOperator
        default: throw DatabaseError(.unexpectedResult, "an outcome that is not known")
        }
    }

    func noteChange() async { await afterChange() }
}
