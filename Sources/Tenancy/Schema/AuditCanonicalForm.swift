/// The bytes of an audit row that its leaf hash covers, version 1; `docs/audit.md` gives them byte by
/// byte.
///
/// One function for all tenants: PL/pgSQL keeps a compiled copy of each function in each connection,
/// and 308 copies would cost more memory than the rows that they hash. It is never changed: another
/// form is another function, and a column of its own.
enum AuditCanonicalForm {
    static let statements = [function, grant]

    /// `'\x01' || length || bytes` is NULL where the value is, so that `coalesce` gives the single
    /// byte of an absent value. Declared IMMUTABLE since a generated column asks for it; `convert_to`
    /// and `array_to_string` are only STABLE because they depend on an encoding and on output
    /// functions, which are fixed here: UTF-8 and smallint.
    static let function = Statement(
        "registry.v1.audit-canonical",
        #"""
        CREATE FUNCTION icds.audit_canonical_v1(
            tenant text, seq bigint, xid xid8, at timestamptz, actor_kind text, actor_code text,
            actor_system text, user_id text, method text, outcome smallint, refusal_reason text,
            purpose smallint, stated_reason text, rule text, statute_version text,
            legal_basis text, decision_id uuid, decision jsonb, client_id uuid,
            client_count integer, released smallint[], call_reference text, nonce bytea)
        RETURNS bytea
        LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
        AS $body$
        DECLARE
            absent CONSTANT bytea := '\x00';
            present CONSTANT bytea := '\x01';
            decision_text CONSTANT text := decision::text;
            released_text CONSTANT text := array_to_string(released, ',');
        BEGIN
            RETURN '\x00'::bytea || 'icds-audit-1'::bytea
                || coalesce(present || int4send(octet_length(tenant))
                    || convert_to(tenant, 'UTF8'), absent)
                || coalesce(present || int8send(seq), absent)
                || coalesce(present || xid8send(xid), absent)
                || coalesce(present || timestamptz_send(at), absent)
                || coalesce(present || int4send(octet_length(actor_kind))
                    || convert_to(actor_kind, 'UTF8'), absent)
                || coalesce(present || int4send(octet_length(actor_code))
                    || convert_to(actor_code, 'UTF8'), absent)
                || coalesce(present || int4send(octet_length(actor_system))
                    || convert_to(actor_system, 'UTF8'), absent)
                || coalesce(present || int4send(octet_length(user_id))
                    || convert_to(user_id, 'UTF8'), absent)
                || coalesce(present || int4send(octet_length(method))
                    || convert_to(method, 'UTF8'), absent)
                || coalesce(present || int2send(outcome), absent)
                || coalesce(present || int4send(octet_length(refusal_reason))
                    || convert_to(refusal_reason, 'UTF8'), absent)
                || coalesce(present || int2send(purpose), absent)
                || coalesce(present || int4send(octet_length(stated_reason))
                    || convert_to(stated_reason, 'UTF8'), absent)
                || coalesce(present || int4send(octet_length(rule))
                    || convert_to(rule, 'UTF8'), absent)
                || coalesce(present || int4send(octet_length(statute_version))
                    || convert_to(statute_version, 'UTF8'), absent)
                || coalesce(present || int4send(octet_length(legal_basis))
                    || convert_to(legal_basis, 'UTF8'), absent)
                || coalesce(present || uuid_send(decision_id), absent)
                || coalesce(present || int4send(octet_length(decision_text))
                    || convert_to(decision_text, 'UTF8'), absent)
                || coalesce(present || uuid_send(client_id), absent)
                || coalesce(present || int4send(client_count), absent)
                || coalesce(present || int4send(octet_length(released_text))
                    || convert_to(released_text, 'UTF8'), absent)
                || coalesce(present || int4send(octet_length(call_reference))
                    || convert_to(call_reference, 'UTF8'), absent)
                || coalesce(present || int4send(octet_length(nonce)) || nonce, absent);
        END
        $body$
        """#, prepared: false)

    /// It reads nothing and may be anybody's; granting it tenant by tenant would have parallel
    /// provisioning change one row of the catalogue at a time.
    static let grant = Statement(
        "registry.v1.grant-audit-canonical",
        #"""
        GRANT EXECUTE ON FUNCTION icds.audit_canonical_v1(
            text, bigint, xid8, timestamptz, text, text, text, text, text, smallint, text, smallint,
            text, text, text, text, uuid, jsonb, uuid, integer, smallint[], text, bytea) TO PUBLIC
        """#, prepared: false)
}
