/// What the sharing role may do beyond reading its views, version 1. Each function runs with the
/// owner's rights and pins its search path, with `pg_temp` last, so that no object of the caller's can
/// stand in for one of the function's.
enum TenantFunctions {
    static let statements = [resolve, accept, recordDisclosure, recordRefusal]

    /// The client that a request named in any of four ways, or NULL. For the two functions below; no
    /// role may execute it.
    static let resolve = Statement(
        "tenant.v1.resolve-client",
        #"""
        CREATE FUNCTION {schema}.resolve_client(
            p_client_id uuid, p_identity_code_index bytea, p_assessment_id uuid,
            p_case_reference text) RETURNS uuid
        LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
        AS $body$
        SELECT coalesce(
            (SELECT c.client_id FROM {schema}.client AS c WHERE c.client_id = p_client_id),
            (SELECT c.client_id FROM {schema}.client AS c
                WHERE c.identity_code_index = p_identity_code_index),
            (SELECT a.client_id FROM {schema}.assessment AS a
                WHERE a.assessment_id = p_assessment_id),
            (SELECT a.client_id FROM {schema}.participation AS p
                JOIN {schema}.assessment AS a ON a.assessment_id = p.assessment_id
                WHERE p.case_reference = p_case_reference))
        $body$
        """#, prepared: false)

    /// The county accepts its invitation: the one thing that it changes. No row is returned where there
    /// is no such reference, where it is another county's, and where it has ended; a second acceptance
    /// returns the first.
    static let accept = Statement(
        "tenant.v1.accept-participation",
        #"""
        CREATE FUNCTION {schema}.accept_participation(p_case_reference text, p_accepted_by text)
        RETURNS TABLE (
            county_code text, case_reference text, invite_time timestamptz,
            accept_time timestamptz, end_time timestamptz)
        LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
        AS $body$
        UPDATE {schema}.participation AS p
        SET accept_time = coalesce(p.accept_time, clock_timestamp()),
            accepted_by = coalesce(p.accepted_by, p_accepted_by)
        FROM {schema}.assessment AS a
        WHERE p.case_reference = p_case_reference
            AND p.county_code = nullif(current_setting('icds.county', true), '')
            AND p.end_time IS NULL
            AND a.assessment_id = p.assessment_id
            AND a.status = 1
        RETURNING p.county_code, p.case_reference, p.invite_time, p.accept_time, p.end_time
        $body$
        """#, prepared: false)

    /// A row for what a county got or was refused by a decision. Who the county is comes from the
    /// setting that the views go by, so that the row and the data cannot name different ones.
    static let recordDisclosure = Statement(
        "tenant.v1.record-disclosure",
        #"""
        CREATE FUNCTION {schema}.record_disclosure(
            p_actor_system text, p_user_id text, p_method text, p_outcome smallint,
            p_refusal_reason text, p_purpose smallint, p_stated_reason text, p_rule text,
            p_statute_version text, p_legal_basis text, p_decision_id uuid, p_decision jsonb,
            p_client_id uuid, p_identity_code_index bytea, p_assessment_id uuid,
            p_case_reference text, p_released smallint[], p_call_reference text) RETURNS void
        LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
        AS $body$
        INSERT INTO {schema}.audit (
            actor_kind, actor_code, actor_system, user_id, method, outcome, refusal_reason,
            purpose, stated_reason, rule, statute_version, legal_basis, decision_id, decision,
            client_id, client_count, released, call_reference)
        SELECT 'county', nullif(current_setting('icds.county', true), ''), p_actor_system,
            p_user_id, p_method, p_outcome, p_refusal_reason, p_purpose, p_stated_reason, p_rule,
            p_statute_version, p_legal_basis, p_decision_id, p_decision,
            r.client_id, CASE WHEN r.client_id IS NULL THEN 0 ELSE 1 END, p_released,
            p_call_reference
        FROM (SELECT {schema}.resolve_client(
            p_client_id, p_identity_code_index, p_assessment_id, p_case_reference)
            AS client_id) AS r
        $body$
        """#, prepared: false)

    /// A row for a request that was refused before any decision, of whatever organisation: the tenant
    /// whose data it asked for keeps it. It always says refused and releases nothing, and the caller
    /// learns nothing from it: the client is resolved inside, the answer is empty.
    static let recordRefusal = Statement(
        "tenant.v1.record-refusal",
        #"""
        CREATE FUNCTION {schema}.record_refusal(
            p_actor_kind text, p_actor_code text, p_actor_system text, p_user_id text,
            p_method text, p_refusal_reason text, p_purpose smallint, p_stated_reason text,
            p_client_id uuid, p_identity_code_index bytea, p_assessment_id uuid,
            p_case_reference text, p_call_reference text) RETURNS void
        LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
        AS $body$
        INSERT INTO {schema}.audit (
            actor_kind, actor_code, actor_system, user_id, method, outcome, refusal_reason,
            purpose, stated_reason, client_id, client_count, call_reference)
        SELECT p_actor_kind, p_actor_code, p_actor_system, p_user_id, p_method, 2,
            p_refusal_reason, p_purpose, p_stated_reason,
            r.client_id, CASE WHEN r.client_id IS NULL THEN 0 ELSE 1 END, p_call_reference
        FROM (SELECT {schema}.resolve_client(
            p_client_id, p_identity_code_index, p_assessment_id, p_case_reference)
            AS client_id) AS r
        $body$
        """#, prepared: false)
}
