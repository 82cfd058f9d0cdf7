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
    @discardableResult
    public func run() async throws -> Outcome {
        try await administrator.transaction(in: Scope(role: nil)) { transaction in
            _ = try await transaction.run(BootstrapRoles.statements.map { WorkStep($0) })
        }
        return try await administrator.transaction(
            in: Scope(role: "icds_owner")
        ) { transaction in
            try await Self.upgradeRegistry(transaction)
        }
    }

    private static func upgradeRegistry(_ transaction: Transaction) async throws -> Outcome {
        let isThere: Bool = try await transaction.run([
            WorkStep(RegistrySchema.lock), WorkStep(RegistrySchema.readVersion),
        ])[1].only().value("is_there")
        var installed = 0
        if isThere {
            installed = try await transaction.run([WorkStep(RegistrySchema.readInstalledVersion)])[
                0
            ]
            .only().value("version")
        }
        let latest = RegistrySchema.latestVersion
        guard installed <= latest else {
            throw SchemaError.newerThanProgram(installed: installed, known: latest)
        }
        for script in RegistrySchema.scripts where script.version > installed {
            _ = try await transaction.run(
                script.statements.map { WorkStep($0) }
                    + [WorkStep(RegistrySchema.recordVersion, [.int(Int64(script.version))])])
        }
        return Outcome(version: latest, changed: installed < latest)
    }
}

/// Why a schema cannot be worked on.
public enum SchemaError: Error, Sendable, Equatable {
    /// A later version of this program made it.
    case newerThanProgram(installed: Int, known: Int)
}
