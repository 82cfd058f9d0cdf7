/// SQL of the months' keys, by their primary key.
enum AuditKeyStatements {
    /// The month as the database has it, when it ends, and its key where there is one yet.
    static let current = Statement(
        "audit-key.current",
        #"""
        SELECT m.month::text AS month,
            (extract(epoch FROM (m.month + interval '1 month') - (now() AT TIME ZONE 'UTC'))
                * 1000)::bigint AS milliseconds_left,
            k.generation, k.wrapped_key
        FROM (SELECT date_trunc('month', now() AT TIME ZONE 'UTC')::date AS month) AS m
        LEFT JOIN {schema}.audit_key AS k ON k.month = m.month
        """#, prepared: false)

    /// Nothing where another was faster, or where the month has just turned. The month is the column's
    /// default: nobody can name one.
    static let insert = Statement(
        "audit-key.insert",
        #"""
        INSERT INTO {schema}.audit_key (generation, wrapped_key)
        SELECT $1::smallint, $2::bytea
        WHERE date_trunc('month', now() AT TIME ZONE 'UTC')::date = $3::date
        ON CONFLICT DO NOTHING
        """#, prepared: false)

    static let all = Statement(
        "audit-key.all",
        #"""
        SELECT month::text AS month, generation, wrapped_key FROM {schema}.audit_key
        """#, prepared: false)
}
