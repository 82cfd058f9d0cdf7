/// SQL of the sealer, in the role `icds_sealing`, and of those who read what it made.
enum SealStatements {
    /// One sealer in the whole database, for as long as the transaction lasts.
    static let lead = Statement(
        "seal.lead",
        #"""
        SELECT pg_try_advisory_xact_lock(hashtextextended('icds audit sealing', 0)) AS is_leader
        """#)

    /// Which cluster this is, how far its transactions are, and how far the sealing was when somebody
    /// last said so.
    static let state = Statement(
        "seal.state",
        #"""
        SELECT clock_timestamp() AS now,
            pg_snapshot_xmin(pg_current_snapshot()) AS xmin,
            pg_snapshot_xmax(pg_current_snapshot()) AS xmax,
            (SELECT system_identifier FROM pg_control_system()) AS system_identifier,
            ('x' || left(pg_walfile_name(pg_current_wal_insert_lsn()), 8))::bit(32)::integer
                AS timeline,
            (SELECT complete_time FROM registry.sealing) AS complete_time
        """#)

    /// Every municipality that has a schema, with the last number that its log gave out; by the
    /// catalogue's indexes on names.
    static let tenants = Statement(
        "seal.tenants",
        #"""
        SELECT o.code, coalesce(pg_sequence_last_value(c.oid), 0) AS last_number
        FROM registry.organisation AS o
        JOIN pg_catalog.pg_namespace AS n ON n.nspname = 'm' || o.code
        JOIN pg_catalog.pg_class AS c
            ON c.relnamespace = n.oid AND c.relname = 'audit_seq_seq' AND c.relkind = 'S'
        WHERE o.kind = 'municipality' AND o.schema_version > 0
        ORDER BY o.code
        """#)

    /// The last seal, and the era that new rows get. By the primary key.
    static let last = Statement(
        "seal.last",
        #"""
        SELECT clock_timestamp() AS now, e.era, s.*
        FROM (SELECT pg_get_expr(d.adbin, d.adrelid)::integer AS era
            FROM pg_catalog.pg_attrdef AS d
            JOIN pg_catalog.pg_attribute AS a ON a.attrelid = d.adrelid AND a.attnum = d.adnum
            WHERE d.adrelid = '{schema}.audit'::regclass AND a.attname = 'era') AS e
        LEFT JOIN (SELECT * FROM {schema}.seal ORDER BY number DESC LIMIT 1) AS s ON true
        """#, prepared: false)

    /// Leaves of rows that no transaction still under way can come before: those below the oldest one,
    /// and those of earlier eras, whose transactions are all over. By the primary key.
    static let leaves = Statement(
        "seal.leaves",
        #"""
        SELECT era, xid, seq, leaf
        FROM {schema}.audit
        WHERE (era, xid, seq) > ($1::integer, $2::xid8, $3::bigint)
            AND (era < $4::integer OR xid < pg_snapshot_xmin(pg_current_snapshot()))
        ORDER BY era, xid, seq
        LIMIT $5
        """#, prepared: false)

    static let insert = Statement(
        "seal.insert",
        #"""
        INSERT INTO {schema}.seal (
            number, first_era, first_xid, first_seq, last_era, last_xid, last_seq, row_count,
            tree_size, root, frontier, previous, system_identifier, timeline, at, key_id, signature)
        VALUES ($1, $2, $3::xid8, $4, $5, $6::xid8, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16,
            $17)
        """#, prepared: false)

    static let complete = Statement(
        "seal.complete",
        #"""
        UPDATE registry.sealing SET complete_time = greatest(complete_time, $1::timestamptz)
        """#)

    /// All of them: there should be none.
    static let failures = Statement(
        "seal.failures",
        #"""
        SELECT schema_name, since FROM registry.sealing_failure
        """#)

    static let insertFailure = Statement(
        "seal.insert-failure",
        #"""
        INSERT INTO registry.sealing_failure (schema_name, since) VALUES ($1, $2::timestamptz)
        ON CONFLICT DO NOTHING
        """#)

    static let deleteFailure = Statement(
        "seal.delete-failure",
        #"""
        DELETE FROM registry.sealing_failure WHERE schema_name = $1
        """#)

    static let eraseMonths = Statement(
        "seal.erase-months",
        #"""
        SELECT {schema}.erase_audit_months($1::integer) AS erased
        """#, prepared: false)
}
