/// The tenant's log of use and disclosure, version 1 (Act 906/2019 section 17; fields as in Act
/// 703/2023 section 10). `docs/audit.md` explains each column.
enum TenantAudit {
    static let statements = [table, byClient]

    /// Sequence, transaction, time, nonce and leaf come from the database alone: nobody may name them
    /// in an INSERT. There is no foreign key to the client, since the log outlives the client's data
    /// (section 77).
    static let table = Statement(
        "tenant.v1.audit",
        #"""
        CREATE TABLE {schema}.audit (
            seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
            at timestamptz NOT NULL DEFAULT clock_timestamp(),
            actor_kind text NOT NULL CHECK (
                actor_kind IN ('municipality', 'county', 'operator', 'agency')),
            actor_code text NOT NULL CHECK (length(actor_code) BETWEEN 1 AND 32),
            actor_system text NOT NULL CHECK (length(actor_system) <= 64),
            user_id text CHECK (length(user_id) <= 64),
            method text NOT NULL CHECK (length(method) BETWEEN 1 AND 200),
            outcome smallint NOT NULL CHECK (outcome IN (1, 2)),
            refusal_reason text CHECK (length(refusal_reason) BETWEEN 1 AND 64),
            purpose smallint NOT NULL CHECK (purpose >= 0),
            stated_reason text CHECK (length(stated_reason) <= 500),
            rule text CHECK (length(rule) BETWEEN 1 AND 32),
            statute_version text CHECK (length(statute_version) <= 200),
            legal_basis text CHECK (length(legal_basis) <= 200),
            decision_id uuid,
            decision jsonb CHECK (octet_length(decision::text) <= 65536),
            client_id uuid,
            client_count integer NOT NULL CHECK (client_count >= 0),
            released smallint[] NOT NULL DEFAULT '{}' CHECK (
                cardinality(released) <= 10
                AND released <@ ARRAY[1, 2, 3, 4, 5, 6, 7, 8, 9, 10]::smallint[]),
            call_reference text NOT NULL CHECK (length(call_reference) <= 64),
            nonce bytea NOT NULL DEFAULT uuid_send(gen_random_uuid())
                CHECK (octet_length(nonce) = 16),
            leaf bytea NOT NULL GENERATED ALWAYS AS (sha256(icds.audit_canonical_v1(
                btrim('{schema}', '"'), seq, xid, at, actor_kind, actor_code, actor_system, user_id,
                method, outcome, refusal_reason, purpose, stated_reason, rule, statute_version,
                legal_basis, decision_id, decision, client_id, client_count, released,
                call_reference, nonce))) STORED,
            CONSTRAINT audit_refusal CHECK ((outcome = 2) = (refusal_reason IS NOT NULL)),
            CONSTRAINT audit_release CHECK (outcome = 1 OR released = '{}'),
            CONSTRAINT audit_decision CHECK ((decision_id IS NULL) = (decision IS NULL))
        )
        """#, prepared: false)

    /// The accesses to one client's data, newest first. The listing of all goes by the primary key.
    static let byClient = Statement(
        "tenant.v1.audit-by-client",
        #"""
        CREATE INDEX audit_client_idx ON {schema}.audit (client_id, seq DESC)
            WHERE client_id IS NOT NULL
        """#, prepared: false)
}
