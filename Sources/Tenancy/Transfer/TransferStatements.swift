/// Statements of work on whole tenants. What they call is explained in the registry's scripts; the
/// functions go by the catalogue, and rows by primary keys.
enum TransferStatements {
    static let tables = Statement(
        "transfer.tables",
        #"""
        SELECT table_name, column_names FROM icds.tenant_tables($1)
        """#, prepared: false)

    static let openRows = Statement(
        "transfer.open-rows", #"SELECT icds.open_tenant_rows($1, $2)"#, prepared: false)

    /// A row may be some megabytes large: one at a time tells, and several where they are small.
    static let fetchRow = Statement(
        "transfer.fetch-row", #"FETCH FORWARD 1 FROM icds_rows"#, prepared: false)

    static let fetchRows = Statement(
        "transfer.fetch-rows", #"FETCH FORWARD 16 FROM icds_rows"#, prepared: false)

    static let closeRows = Statement(
        "transfer.close-rows", #"CLOSE icds_rows"#, prepared: false)

    static let sequences = Statement(
        "transfer.sequences",
        #"""
        SELECT sequence_name, last_value, is_called FROM icds.tenant_sequences($1)
        """#, prepared: false)

    static let setSequence = Statement(
        "transfer.set-sequence", #"SELECT icds.set_tenant_sequence($1, $2, $3, $4)"#,
        prepared: false)

    static let loadRows = Statement(
        "transfer.load-rows", #"SELECT icds.load_tenant_rows($1, $2, $3) AS loaded"#,
        prepared: false)

    static let setTriggers = Statement(
        "transfer.set-triggers", #"SELECT icds.set_tenant_triggers($1, $2)"#, prepared: false)

    static let empty = Statement(
        "transfer.empty", #"SELECT icds.empty_tenant($1)"#, prepared: false)

    static let renewForeignFeed = Statement(
        "transfer.renew-foreign-feed", #"SELECT icds.renew_foreign_feed($1)"#, prepared: false)

    static let closeTables = Statement(
        "transfer.close-tables", #"SELECT icds.close_tenant_tables($1)"#, prepared: false)

    static let setAside = Statement(
        "transfer.set-aside", #"SELECT icds.set_tenant_aside($1)"#, prepared: false)

    static let discardReplaced = Statement(
        "transfer.discard-replaced", #"SELECT icds.discard_replaced($1) AS discarded"#,
        prepared: false)

    static let erase = Statement(
        "transfer.erase", #"SELECT icds.erase_tenant($1)"#, prepared: false)

    /// Where the municipality stands, and what schemas of it there are.
    static let readState = Statement(
        "transfer.read-state",
        #"""
        SELECT o.status, o.schema_version,
            to_regnamespace('m' || o.code) IS NOT NULL AS has_schema,
            to_regnamespace('m' || o.code || '_replaced') IS NOT NULL AS has_replaced
        FROM registry.organisation AS o
        WHERE o.kind = 'municipality' AND o.code = $1
        """#, prepared: false)

    /// The end of the log: its last row, and the leaf of that.
    static let auditEnd = Statement(
        "transfer.audit-end",
        #"""
        SELECT a.seq, encode(a.leaf, 'hex') AS leaf FROM {schema}.audit AS a
        ORDER BY a.era DESC, a.xid DESC, a.seq DESC LIMIT 1
        """#, prepared: false)

    /// What is written from now on comes after all that was brought along, also where transactions are
    /// numbered anew (docs/audit.md).
    static let beginAuditEra = Statement(
        "transfer.begin-audit-era",
        #"""
        SELECT {schema}.begin_audit_era()
        """#, prepared: false)

    static let addEvent = Statement(
        "transfer.add-event",
        #"""
        INSERT INTO registry.tenant_event (
            municipality_code, kind, actor, reason, content_digest, details)
        VALUES ($1, $2, $3, $4, $5, $6::jsonb)
        RETURNING seq, at, municipality_code, kind, actor, reason, content_digest,
            details::text AS details, previous_digest, digest
        """#, prepared: false)
}
