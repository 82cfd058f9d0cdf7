/// Statements of rotating keys, as the owner.
enum KeyRotationStatements {
    // MARK: Orders

    /// Whoever has it works on what is ordered; for as long as its transaction is open.
    static let lead = Statement(
        "keys.lead",
        #"""
        SELECT pg_try_advisory_xact_lock(hashtextextended('icds key rotation', 0)) AS is_leader
        """#, prepared: false)

    /// Some hundred rows at most; the oldest first.
    static let pending = Statement(
        "keys.pending",
        #"""
        SELECT r.municipality_code, r.kind, r.actor
        FROM registry.key_rotation AS r
        JOIN registry.organisation AS o ON o.kind = 'municipality' AND o.code = r.municipality_code
        WHERE r.state <> 'done' AND o.schema_version > 0
            AND (r.failure_time IS NULL
                OR r.failure_time < clock_timestamp() - make_interval(secs => $1::integer))
        ORDER BY r.order_time, r.municipality_code
        """#, prepared: false)

    /// What may be destroyed by now: generations that were retired, by tenant.
    static let retired = Statement(
        "keys.retired",
        #"""
        SELECT DISTINCT k.code FROM icds.all_tenant_keys() AS k
        JOIN registry.organisation AS o ON o.kind = 'municipality' AND o.code = k.code
        WHERE k.state = 'retired' AND k.answer_count = 0 AND o.status <> 'ended'
        """#, prepared: false)

    static let keys = Statement(
        "keys.all",
        #"""
        SELECT code, generation, state, master_key_id, create_time, answer_count
        FROM icds.all_tenant_keys()
        ORDER BY code, generation
        """#, prepared: false)

    static let rotations = Statement(
        "keys.rotations",
        #"""
        SELECT municipality_code, kind, state, actor, order_time, row_count, done_count,
            finish_time, failure, failure_time
        FROM registry.key_rotation
        """#, prepared: false)

    static let fail = Statement(
        "keys.fail",
        #"""
        UPDATE registry.key_rotation SET failure = $2, failure_time = clock_timestamp()
        WHERE municipality_code = $1 AND state <> 'done'
        """#, prepared: false)

    static let begin = Statement(
        "keys.begin",
        #"""
        UPDATE registry.key_rotation
        SET state = 'building', last_generation = $2::smallint, done_count = 0, failure = NULL,
            failure_time = NULL, row_count = (SELECT count(*) FROM {schema}.client AS c
                WHERE c.identity_code_ciphertext IS NOT NULL)
        WHERE municipality_code = $1
        """#, prepared: false)

    static let clear = Statement(
        "keys.clear",
        #"""
        UPDATE registry.key_rotation SET state = 'clearing', done_count = 0
        WHERE municipality_code = $1
        """#, prepared: false)

    /// Without the column that daemons are told of.
    static let advance = Statement(
        "keys.advance",
        #"""
        UPDATE registry.key_rotation
        SET done_count = done_count + $2::bigint, failure = NULL, failure_time = NULL
        WHERE municipality_code = $1
        """#, prepared: false)

    /// No row where the order has become a larger one meanwhile: that is still to be done.
    static let finish = Statement(
        "keys.finish",
        #"""
        UPDATE registry.key_rotation
        SET state = 'done', finish_time = clock_timestamp(), failure = NULL, failure_time = NULL
        WHERE municipality_code = $1 AND kind = $2
        RETURNING row_count
        """#, prepared: false)

    // MARK: Keys

    /// The municipality, its keys' last number, and whether its schema is there.
    static let state = Statement(
        "keys.state",
        #"""
        SELECT o.status, o.schema_version, coalesce(r.last_generation, 0) AS last_generation,
            r.state AS rotation_state
        FROM registry.organisation AS o
        LEFT JOIN registry.key_rotation AS r ON r.municipality_code = o.code
        WHERE o.kind = 'municipality' AND o.code = $1
        """#, prepared: false)

    static let insert = Statement(
        "keys.insert",
        #"""
        INSERT INTO {schema}.tenant_key (generation, state, master_key_id, wrapped_key)
        VALUES ($1::smallint, 'incoming', $2, $3)
        """#, prepared: false)

    static let rewrap = Statement(
        "keys.rewrap",
        #"""
        UPDATE {schema}.tenant_key SET master_key_id = $2, wrapped_key = $3
        WHERE generation = $1::smallint
        """#, prepared: false)

    static let setState = Statement(
        "keys.set-state",
        #"""
        UPDATE {schema}.tenant_key SET state = $2 WHERE generation = $1::smallint
        """#, prepared: false)

    static let destroy = Statement(
        "keys.destroy",
        #"""
        DELETE FROM {schema}.tenant_key WHERE generation = $1::smallint AND state = 'retired'
        """#, prepared: false)

    // MARK: Clients

    /// Those who write wait until this transaction ends, and it waits for those who write. Reading goes on.
    static let lockClients = Statement(
        "keys.lock-clients",
        #"""
        LOCK TABLE {schema}.client IN SHARE ROW EXCLUSIVE MODE
        """#, prepared: false)

    /// Codes that another generation sealed, by the primary key.
    static let toBuild = Statement(
        "keys.to-build",
        #"""
        SELECT client_id, identity_code_ciphertext FROM {schema}.client
        WHERE client_id > $1::uuid AND identity_code_ciphertext IS NOT NULL
            AND get_byte(identity_code_ciphertext, 0) <> $2::integer
        ORDER BY client_id
        LIMIT $3::integer
        """#, prepared: false)

    /// Arrays of equal length: client, what was read, what it becomes, its index by an odd and by an even
    /// generation where that is the new one; bytes as hexadecimal digits. A row that has changed since it
    /// was read has been sealed by whoever changed it.
    static let build = Statement(
        "keys.build",
        #"""
        UPDATE {schema}.client AS c
        SET identity_code_ciphertext = decode(n.sealed, 'hex'),
            identity_code_index = coalesce(
                decode(nullif(n.odd, ''), 'hex'), c.identity_code_index),
            identity_code_index_even = coalesce(
                decode(nullif(n.even, ''), 'hex'), c.identity_code_index_even)
        FROM unnest($1::text[]::uuid[], $2::text[], $3::text[], $4::text[], $5::text[])
            AS n (id, read, sealed, odd, even)
        WHERE c.client_id = n.id AND c.identity_code_ciphertext = decode(n.read, 'hex')
        """#, prepared: false)

    /// Whether a code is left that the new generation has not sealed, or has no index of.
    static let remains = Statement(
        "keys.remains",
        #"""
        SELECT EXISTS (
            SELECT FROM {schema}.client AS c
            WHERE c.identity_code_ciphertext IS NOT NULL
                AND (get_byte(c.identity_code_ciphertext, 0) <> $1::integer
                    OR CASE $1::integer % 2
                        WHEN 1 THEN c.identity_code_index ELSE c.identity_code_index_even
                    END IS NULL)) AS remains
        """#, prepared: false)

    /// Takes indexes of a generation with an odd number away, by the primary key.
    static let clearOdd = Statement(
        "keys.clear-odd",
        #"""
        UPDATE {schema}.client SET identity_code_index = NULL
        WHERE client_id IN (
            SELECT client_id FROM {schema}.client
            WHERE client_id > $1::uuid AND identity_code_index IS NOT NULL
            ORDER BY client_id
            LIMIT $2::integer)
        RETURNING client_id
        """#, prepared: false)

    static let clearEven = Statement(
        "keys.clear-even",
        #"""
        UPDATE {schema}.client SET identity_code_index_even = NULL
        WHERE client_id IN (
            SELECT client_id FROM {schema}.client
            WHERE client_id > $1::uuid AND identity_code_index_even IS NOT NULL
            ORDER BY client_id
            LIMIT $2::integer)
        RETURNING client_id
        """#, prepared: false)

    // MARK: What else a generation wraps or seals

    /// A dozen a year.
    static let auditKeys = Statement(
        "keys.audit-keys",
        #"""
        SELECT month::text AS month, generation, wrapped_key FROM {schema}.audit_key
        WHERE generation <> $1::smallint
        """#, prepared: false)

    static let rewrapAuditKey = Statement(
        "keys.rewrap-audit-key",
        #"""
        UPDATE {schema}.audit_key SET generation = $2::smallint, wrapped_key = $3
        WHERE month = $1::date
        """#, prepared: false)

    /// Kept answers that a generation sealed. They are some thousand, and purged after a week.
    static let answers = Statement(
        "keys.answers",
        #"""
        SELECT EXISTS (
            SELECT FROM {schema}.idempotency AS i
            WHERE i.key_generation = $1::smallint) AS remains
        """#, prepared: false)

    static let lockAnswers = Statement(
        "keys.lock-answers",
        #"""
        LOCK TABLE {schema}.idempotency IN SHARE ROW EXCLUSIVE MODE
        """#, prepared: false)
}
