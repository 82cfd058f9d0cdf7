/// Statements of provisioning that are not the scripts'.
enum ProvisioningStatements {
    /// Two who provision one municipality come one after the other. The first number is this
    /// project's own ("ICDS"), the second the municipality's code.
    static let lock = Statement(
        "provision.lock",
        #"""
        SELECT pg_advisory_xact_lock(1229145171, $1::integer)
        """#)

    /// The registry's row and what is there, in one row; none where there is no such municipality.
    /// By the registry's primary key and the catalogue's index on names.
    static let read = Statement(
        "provision.read",
        #"""
        SELECT o.status, o.schema_version,
            EXISTS (SELECT FROM pg_namespace AS n WHERE n.nspname = $2) AS has_schema
        FROM registry.organisation AS o
        WHERE o.kind = 'municipality' AND o.code = $1
        """#)

    static let readHistory = Statement(
        "provision.read-history",
        #"""
        SELECT version::bigint AS version, script_digest
        FROM {schema}.schema_version
        ORDER BY version
        """#, prepared: false)

    static let recordVersion = Statement(
        "provision.record-version",
        #"""
        INSERT INTO {schema}.schema_version (version, script_digest) VALUES ($1::integer, $2)
        """#, prepared: false)

    static let insertKey = Statement(
        "provision.insert-key",
        #"""
        INSERT INTO {schema}.tenant_key (generation, master_key_id, wrapped_key)
        VALUES ($1::smallint, $2, $3)
        """#, prepared: false)

    /// A municipality that is active or suspended stays so.
    static let record = Statement(
        "provision.record",
        #"""
        UPDATE registry.organisation
        SET schema_version = $2::integer,
            status = CASE status WHEN 'registered' THEN 'provisioned' ELSE status END,
            status_time =
                CASE status WHEN 'registered' THEN clock_timestamp() ELSE status_time END
        WHERE kind = 'municipality' AND code = $1
        """#)
}
