/// The registry: organisations, areas, systems, sharing rules. Run as `icds_owner`, each version
/// once.
enum RegistrySchema {
    static let scripts = [
        SchemaScript(
            version: 1,
            statements: RegistryTables.statements + AuditCanonicalForm.statements
                + RegistryFunctions.statements + RegistryTriggers.statements
                + RegistryGrants.statements + SharingRuleSeed.statements)
    ]

    static var latestVersion: Int { scripts.map(\.version).max() ?? 0 }

    /// One upgrade at a time.
    static let lock = Statement(
        "registry.lock",
        #"""
        SELECT pg_advisory_xact_lock(hashtextextended('icds registry schema', 0))
        """#, prepared: false)

    /// One row for the whole database, so that this is the first thing that bootstrapping asks.
    static let readVersion = Statement(
        "registry.read-version",
        #"""
        SELECT to_regclass('registry.schema_version') IS NOT NULL AS is_there
        """#, prepared: false)

    static let readInstalledVersion = Statement(
        "registry.read-installed-version",
        #"""
        SELECT coalesce(max(version), 0)::bigint AS version FROM registry.schema_version
        """#, prepared: false)

    static let recordVersion = Statement(
        "registry.record-version",
        #"""
        INSERT INTO registry.schema_version (version) VALUES ($1::integer)
        """#, prepared: false)
}
