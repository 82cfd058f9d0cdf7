import Tenancy

/// SQL of the log's listings, newest first: all by the primary key, one client's by
/// `audit_client_idx`.
enum AuditListStatements {
    static let all = Statement(
        "audit.list",
        """
        SELECT seq, at, actor_kind, actor_code, actor_system, user_id, method, outcome,
            refusal_reason, purpose, stated_reason, rule, legal_basis, decision_id, client_id,
            released, leaf, client_count
        FROM {schema}.audit
        WHERE seq < $1
        ORDER BY seq DESC
        LIMIT $2
        """)

    static let ofClient = Statement(
        "audit.list-of-client",
        """
        SELECT seq, at, actor_kind, actor_code, actor_system, user_id, method, outcome,
            refusal_reason, purpose, stated_reason, rule, legal_basis, decision_id, client_id,
            released, leaf, client_count
        FROM {schema}.audit
        WHERE client_id = $3 AND seq < $1
        ORDER BY seq DESC
        LIMIT $2
        """)
}
