/// Statements of the registry's upgrade that are not its scripts'. Run as `icds_owner`.
enum RegistrySchema {
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

    static let readHistory = Statement(
        "registry.read-history",
        #"""
        SELECT version::bigint AS version, script_digest
        FROM registry.schema_version
        ORDER BY version
        """#, prepared: false)

    static let recordVersion = Statement(
        "registry.record-version",
        #"""
        INSERT INTO registry.schema_version (version, script_digest) VALUES ($1::integer, $2)
        """#, prepared: false)
}
