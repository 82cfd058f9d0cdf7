/// Changes of the registry that the operator may make only in this form, version 1.
///
/// Activating and suspending change a row and who may use a schema; the two must never part. The
/// operator's login holds neither right: it may execute these functions, which run with the owner's
/// rights, validate what they are given, and do both. The alternative, a second connection as
/// `icds_migrator` on the request path, would put the right to create roles behind every call.
enum RegistryFunctions {
    static let statements = [operatorsRemain, setStatus, revokeCertificate]

    /// Whether an operator could still get in without this organisation or certificate.
    static let operatorsRemain = Statement(
        "registry.v1.operators-remain",
        #"""
        CREATE FUNCTION registry.operators_remain(
            without_code text, without_fingerprint bytea) RETURNS boolean
        LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
        AS $body$
        SELECT EXISTS (
            SELECT
            FROM registry.system_certificate AS c
            JOIN registry.organisation AS o
                ON o.kind = c.organisation_kind AND o.code = c.organisation_code
            WHERE o.kind = 'operator'
                AND o.status = 'active'
                AND c.status = 'active'
                AND c.not_after > clock_timestamp()
                AND o.code IS DISTINCT FROM without_code
                AND c.fingerprint IS DISTINCT FROM without_fingerprint)
        $body$
        """#, prepared: false)

    /// Answers 'changed', 'unchanged', 'not_found', 'not_provisioned' or 'last_operator'. The lock
    /// makes two operators who suspend each other come one after the other, and keeps changes of role
    /// memberships apart, which PostgreSQL does not like done twice at once.
    static let setStatus = Statement(
        "registry.v1.set-organisation-status",
        #"""
        CREATE FUNCTION registry.set_organisation_status(
            p_kind text, p_code text, p_status text) RETURNS text
        LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
        AS $body$
        DECLARE
            found_row registry.organisation%ROWTYPE;
            tenant_role text;
        BEGIN
            IF p_status IS NULL OR p_status NOT IN ('active', 'suspended') THEN
                RAISE EXCEPTION 'no such status' USING ERRCODE = 'invalid_parameter_value';
            END IF;
            PERFORM pg_advisory_xact_lock(hashtextextended('icds organisation status', 0));
            SELECT * INTO found_row
            FROM registry.organisation WHERE kind = p_kind AND code = p_code FOR UPDATE;
            IF NOT FOUND THEN
                RETURN 'not_found';
            END IF;
            IF p_kind = 'municipality' AND p_status = 'active' AND found_row.schema_version = 0 THEN
                RETURN 'not_provisioned';
            END IF;
            IF p_kind = 'operator' AND p_status = 'suspended' AND found_row.status = 'active'
                AND NOT registry.operators_remain(p_code, NULL)
            THEN
                RETURN 'last_operator';
            END IF;
            IF p_kind = 'municipality' AND found_row.schema_version > 0 THEN
                IF found_row.code !~ '^[0-9]{3}$' THEN
                    RAISE EXCEPTION 'not a code' USING ERRCODE = 'invalid_parameter_value';
                END IF;
                tenant_role := 'm' || found_row.code;
                IF p_status = 'active' THEN
                    EXECUTE format('GRANT %I TO icds_api', tenant_role);
                    EXECUTE format('GRANT %I TO icds_sharing', tenant_role || '_sharing');
                ELSE
                    EXECUTE format('REVOKE %I FROM icds_api', tenant_role);
                    EXECUTE format('REVOKE %I FROM icds_sharing', tenant_role || '_sharing');
                END IF;
            END IF;
            IF found_row.status = p_status THEN
                RETURN 'unchanged';
            END IF;
            UPDATE registry.organisation
            SET status = p_status, status_time = clock_timestamp()
            WHERE kind = p_kind AND code = p_code;
            RETURN 'changed';
        END
        $body$
        """#, prepared: false)

    /// Answers 'changed', 'unchanged', 'not_found' or 'last_operator'. There is no way back.
    static let revokeCertificate = Statement(
        "registry.v1.revoke-certificate",
        #"""
        CREATE FUNCTION registry.revoke_certificate(
            p_fingerprint bytea, p_reason text) RETURNS text
        LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
        AS $body$
        DECLARE
            found_row registry.system_certificate%ROWTYPE;
        BEGIN
            PERFORM pg_advisory_xact_lock(hashtextextended('icds organisation status', 0));
            SELECT * INTO found_row
            FROM registry.system_certificate WHERE fingerprint = p_fingerprint FOR UPDATE;
            IF NOT FOUND THEN
                RETURN 'not_found';
            END IF;
            IF found_row.status = 'revoked' THEN
                RETURN 'unchanged';
            END IF;
            IF found_row.organisation_kind = 'operator'
                AND registry.operators_remain(NULL, NULL)
                AND NOT registry.operators_remain(NULL, p_fingerprint)
            THEN
                RETURN 'last_operator';
            END IF;
            UPDATE registry.system_certificate
            SET status = 'revoked', revoke_time = clock_timestamp(), revoke_reason = p_reason
            WHERE fingerprint = p_fingerprint;
            RETURN 'changed';
        END
        $body$
        """#, prepared: false)
}
