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
    public static var registryVersion: Int { RegistrySchema.latestVersion }
    /// The version of the tenants' schemas that this program works with.
    public static var tenantVersion: Int { TenantTemplate.latestVersion }

    private let administrator: Database

    public init(administrator: Database) {
        self.administrator = administrator
    }

    /// - Throws: `SchemaError.newerThanProgram` where a later program has been here; `DatabaseError`.
    ///
    /// Not optimized, since the optimizer of Swift 6.3.1 crashes while it splits this coroutine; it
    /// runs once a start.
    @_optimize(none)
    @discardableResult
    public func run() async throws -> Outcome {
        try await administrator.transaction(in: Scope(role: nil)) { transaction in
            _ = try await transaction.run(BootstrapRoles.statements.map { WorkStep($0) })
        }
        let installed = try await administrator.transaction(
            in: Scope(role: "icds_owner"), Self.upgradeRegistry)
        let latest = RegistrySchema.latestVersion
        return Outcome(version: latest, changed: installed < latest)
    }

    /// Gives the version that was there before.
    @_optimize(none)
    private static func upgradeRegistry(_ transaction: Transaction) async throws -> Int {
        let installed = try await installedVersion(transaction)
        let latest = RegistrySchema.latestVersion
        guard installed <= latest else {
            throw SchemaError.newerThanProgram(installed: installed, known: latest)
        }
        let steps = Self.steps(from: installed)
        if !steps.isEmpty { _ = try await transaction.run(steps) }
        return installed
    }

    /// Every statement of the versions after `installed`, each version with its record.
    private static func steps(from installed: Int) -> [WorkStep] {
        RegistrySchema.scripts.filter { $0.version > installed }.flatMap { script in
            script.statements.map { WorkStep($0) }
                + [WorkStep(RegistrySchema.recordVersion, [.int(Int64(script.version))])]
        }
    }

    /// 0 where there is no registry schema yet.
    private static func installedVersion(_ transaction: Transaction) async throws -> Int {
        let presence = try await transaction.run([
            WorkStep(RegistrySchema.lock), WorkStep(RegistrySchema.readVersion),
        ])
        let isThere: Bool = try presence[1].only().value("is_there")
        guard isThere else { return 0 }
        let versions = try await transaction.run([WorkStep(RegistrySchema.readInstalledVersion)])
        return try versions[0].only().value("version")
    }
}

/// Why a schema cannot be worked on.
public enum SchemaError: Error, Sendable, Equatable {
    /// A later version of this program made it.
    case newerThanProgram(installed: Int, known: Int)
}
