/// Prepares a database: roles, rights, the registry schema. Run by an administrator (a superuser, since
/// it makes roles and takes rights from PUBLIC); may be run again at any time, by several at once.
public struct Bootstrap: Sendable {
    /// What a run did.
    public struct Outcome: Sendable, Equatable {
        /// Version of the registry schema afterwards.
        public let version: Int
        /// False where the schema was there in this version.
        public let changed: Bool
    }

    /// The version of the registry schema that this program works with.
    public static var registryVersion: Int { SchemaScripts.registry.latestVersion }
    /// The version of the tenants' schemas that this program works with.
    public static var tenantVersion: Int { SchemaScripts.tenant.latestVersion }

    private let administrator: Database
    private let scripts: [SchemaScript]

    public init(administrator: Database) {
        self.init(administrator: administrator, scripts: SchemaScripts.registry)
    }

    init(administrator: Database, scripts: [SchemaScript]) {
        self.administrator = administrator
        self.scripts = scripts
    }

    /// - Throws: `SchemaError` where another program has been here; `DatabaseError`.
    ///
    /// Not optimized, since the optimizer of Swift 6.3.1 crashes while it splits this coroutine; it
    /// runs once a start.
    @_optimize(none)
    @discardableResult
    public func run() async throws -> Outcome {
        try await administrator.transaction(in: Scope(role: nil)) { transaction in
            _ = try await transaction.run(BootstrapRoles.statements.map { WorkStep($0) })
        }
        let scripts = self.scripts
        let changed = try await administrator.transaction(in: Scope(role: "icds_owner")) {
            try await Self.upgradeRegistry($0, scripts)
        }
        return Outcome(version: scripts.latestVersion, changed: changed)
    }

    /// False where there was nothing to do.
    @_optimize(none)
    private static func upgradeRegistry(
        _ transaction: Transaction, _ scripts: [SchemaScript]
    ) async throws -> Bool {
        let missing = try await history(transaction).missing(of: scripts)
        guard !missing.isEmpty else { return false }
        _ = try await transaction.run(missing.flatMap(Self.steps(of:)))
        return true
    }

    /// A script's statements, and the record that it was run.
    private static func steps(of script: SchemaScript) -> [WorkStep] {
        let record = WorkStep(
            RegistrySchema.recordVersion, [.int(Int64(script.version)), .text(script.digest)])
        return script.statements.map { WorkStep($0) } + [record]
    }

    private static func history(_ transaction: Transaction) async throws -> SchemaHistory {
        let presence = try await transaction.run([
            WorkStep(RegistrySchema.lock), WorkStep(RegistrySchema.readVersion),
        ])
        let isThere: Bool = try presence[1].only().value("is_there")
        guard isThere else { return SchemaHistory() }
        return try SchemaHistory(
            try await transaction.run([WorkStep(RegistrySchema.readHistory)])[0])
    }
}
