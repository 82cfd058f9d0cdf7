import Tenancy

/// SQL of the log's listings, newest first: all by the primary key, one client's by
/// `audit_client_idx`. The place before which a page begins is era, transaction and number.
enum AuditListStatements {
    static let all = Statement(
        "audit.list",
        """
        SELECT era, xid, seq, at, actor_kind, actor_code, actor_system, method, outcome,
            refusal_reason, purpose, rule, legal_basis, decision_id, client_id, released, leaf,
            client_count, call_reference, personal
        FROM {schema}.audit
        WHERE (era, xid, seq) < ($1::integer, $2::xid8, $3::bigint)
        ORDER BY era DESC, xid DESC, seq DESC
        LIMIT $4
        """)

    static let ofClient = Statement(
        "audit.list-of-client",
        """
        SELECT era, xid, seq, at, actor_kind, actor_code, actor_system, method, outcome,
            refusal_reason, purpose, rule, legal_basis, decision_id, client_id, released, leaf,
            client_count, call_reference, personal
        FROM {schema}.audit
        WHERE client_id = $5 AND (era, xid, seq) < ($1::integer, $2::xid8, $3::bigint)
        ORDER BY era DESC, xid DESC, seq DESC
        LIMIT $4
        """)
}
