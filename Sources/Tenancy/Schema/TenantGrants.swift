/// Who may do what in the tenant's schema, version 1. What is not granted here is refused.
enum TenantGrants {
    static let statements = [tenant, tenantAudit, sharing]

    /// The municipality's own work. It deletes nothing; it cannot move a row to another client; and it
    /// cannot accept an invitation, which is the county's.
    static let tenant = Statement(
        "tenant.v1.grant-tenant",
        #"""
        DO $body$
        BEGIN
            GRANT USAGE ON SCHEMA {schema} TO {schema};
            GRANT SELECT ON {schema}.schema_version, {schema}.tenant_key, {schema}.client,
                {schema}.client_source, {schema}.assessment, {schema}.participation
                TO {schema};
            GRANT INSERT (
                client_id, status, non_disclosure_order, identity_code_ciphertext,
                identity_code_index, birth_date, given_names, family_name, telephone, email,
                street_address, postal_code, city, citizenships, residence_titles,
                service_language, background, services, health, placement, reimbursements)
                ON {schema}.client TO {schema};
            GRANT UPDATE (
                status, non_disclosure_order, identity_code_ciphertext, identity_code_index,
                birth_date, given_names, family_name, telephone, email, street_address,
                postal_code, city, citizenships, residence_titles, service_language, background,
                services, health, placement, reimbursements, version, update_time)
                ON {schema}.client TO {schema};
            GRANT INSERT, UPDATE (kind, source_name, recorded_by, record_time)
                ON {schema}.client_source TO {schema};
            GRANT INSERT (assessment_id, client_id, trigger, content, recorded_by),
                UPDATE (status, content, version, complete_time, recorded_by)
                ON {schema}.assessment TO {schema};
            GRANT INSERT (assessment_id, county_code, case_reference, invited_by),
                UPDATE (end_time, ended_by)
                ON {schema}.participation TO {schema};
        END
        $body$
        """#, prepared: false)

    /// The log grows and nothing else. Sequence, transaction, time, nonce and leaf are not in the list.
    static let tenantAudit = Statement(
        "tenant.v1.grant-tenant-audit",
        #"""
        DO $body$
        BEGIN
            GRANT SELECT ON {schema}.audit TO {schema};
            GRANT INSERT (
                actor_kind, actor_code, actor_system, user_id, method, outcome, refusal_reason,
                purpose, stated_reason, rule, statute_version, legal_basis, decision_id, decision,
                client_id, client_count, released, call_reference)
                ON {schema}.audit TO {schema};
        END
        $body$
        """#, prepared: false)

    /// What is done for counties and for refusals: the views and the functions, no table but the
    /// wrapped key, without which no identity code could be looked up or released.
    static let sharing = Statement(
        "tenant.v1.grant-sharing",
        #"""
        DO $body$
        BEGIN
            GRANT USAGE ON SCHEMA {schema} TO {sharing_role};
            GRANT SELECT ON {schema}.shareable_participation, {schema}.shareable_client,
                {schema}.shareable_assessment, {schema}.shareable_source, {schema}.sharing_lookup,
                {schema}.tenant_key TO {sharing_role};
            GRANT EXECUTE ON FUNCTION {schema}.accept_participation, {schema}.record_disclosure,
                {schema}.record_refusal TO {sharing_role};
        END
        $body$
        """#, prepared: false)
}
