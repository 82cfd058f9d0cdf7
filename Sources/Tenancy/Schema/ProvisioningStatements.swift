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
            EXISTS (SELECT FROM pg_namespace AS n WHERE n.nspname = $2) AS has_schema,
            coalesce(t.version = o.schema_version AND t.failure IS NULL, false) AS is_recorded
        FROM registry.organisation AS o
        LEFT JOIN registry.tenant_schema AS t ON t.municipality_code = o.code
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

    static let recordState = Statement(
        "provision.record-state",
        #"""
        INSERT INTO registry.tenant_schema AS t
            (municipality_code, version, script_digest, migrate_time)
        VALUES ($1, $2::integer, $3, clock_timestamp())
        ON CONFLICT (municipality_code) DO UPDATE
        SET version = excluded.version, script_digest = excluded.script_digest,
            migrate_time = CASE t.version
                WHEN excluded.version THEN t.migrate_time ELSE excluded.migrate_time
            END,
            failure = NULL, failure_time = NULL
        """#, prepared: false)

    /// Nothing where the registry has no such municipality.
    static let recordFailure = Statement(
        "provision.record-failure",
        #"""
        INSERT INTO registry.tenant_schema (municipality_code, failure, failure_time)
        SELECT o.code, $2, clock_timestamp()
        FROM registry.organisation AS o
        WHERE o.kind = 'municipality' AND o.code = $1 AND o.status <> 'ended'
        ON CONFLICT (municipality_code) DO UPDATE
        SET failure = excluded.failure, failure_time = excluded.failure_time
        """#, prepared: false)

    /// Some hundred rows; what a table takes on the disk is asked of the file system.
    static let listBehind = Statement(
        "provision.list-behind",
        #"""
        SELECT o.code
        FROM registry.organisation AS o
        WHERE o.kind = 'municipality' AND o.status <> 'ended'
            AND o.schema_version > 0 AND o.schema_version < $1::integer
        ORDER BY o.status = 'piloting' DESC,
            coalesce(pg_total_relation_size(to_regclass('m' || o.code || '.client')), 0), o.code
        """#, prepared: false)

    /// By the registry's primary key.
    static let listWithoutSchema = Statement(
        "provision.list-without-schema",
        #"""
        SELECT o.code
        FROM registry.organisation AS o
        WHERE o.kind = 'municipality' AND o.code = ANY ($1)
            AND o.status <> 'ended' AND o.schema_version = 0
        ORDER BY o.code
        """#, prepared: false)

    /// A municipality that is let in or suspended stays so.
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
