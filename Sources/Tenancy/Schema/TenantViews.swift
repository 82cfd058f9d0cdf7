/// What a county can see at all, version 1. The daemon names the county in the transaction-local
/// setting `icds.county`; without it, the views are empty.
///
/// All are security barriers: a condition that a caller adds is not evaluated on rows that the view
/// leaves out.
enum TenantViews {
    static let statements = [participation, client, assessment, source, lookup]

    /// The ground: an accepted part, which has not ended, in an assessment under way.
    static let participation = Statement(
        "tenant.v1.shareable-participation",
        #"""
        CREATE VIEW {schema}.shareable_participation WITH (security_barrier) AS
        SELECT p.participation_id, p.assessment_id, a.client_id, p.county_code, p.case_reference,
            p.invite_time, p.accept_time
        FROM {schema}.participation AS p
        JOIN {schema}.assessment AS a ON a.assessment_id = p.assessment_id
        WHERE p.county_code = nullif(current_setting('icds.county', true), '')
            AND p.accept_time IS NOT NULL
            AND p.end_time IS NULL
            AND a.status = 1
        """#, prepared: false)

    /// Groups 1 to 5 and 8 of section 73 for clients on that ground. Services (7), placement (9) and
    /// reimbursements (10) are not here, and contact details are absent under a non-disclosure order
    /// (Act 661/2009 sections 36 and 37).
    static let client = Statement(
        "tenant.v1.shareable-client",
        #"""
        CREATE VIEW {schema}.shareable_client WITH (security_barrier) AS
        SELECT c.client_id, c.status, c.non_disclosure_order, c.identity_code_ciphertext,
            c.birth_date, c.given_names, c.family_name,
            CASE WHEN c.non_disclosure_order THEN NULL ELSE c.telephone END AS telephone,
            CASE WHEN c.non_disclosure_order THEN NULL ELSE c.email END AS email,
            CASE WHEN c.non_disclosure_order THEN NULL ELSE c.street_address END
                AS street_address,
            CASE WHEN c.non_disclosure_order THEN NULL ELSE c.postal_code END AS postal_code,
            CASE WHEN c.non_disclosure_order THEN NULL ELSE c.city END AS city,
            c.citizenships, c.residence_titles, c.service_language, c.background, c.health
        FROM {schema}.client AS c
        WHERE c.status = 1
            AND EXISTS (
                SELECT FROM {schema}.shareable_participation AS p
                WHERE p.client_id = c.client_id)
        """#, prepared: false)

    /// The assessment part of group 6: the assessment that the county takes part in.
    static let assessment = Statement(
        "tenant.v1.shareable-assessment",
        #"""
        CREATE VIEW {schema}.shareable_assessment WITH (security_barrier) AS
        SELECT a.assessment_id, a.client_id, a.status, a.trigger, a.content, a.version,
            a.start_time, a.recorded_by
        FROM {schema}.assessment AS a
        JOIN {schema}.shareable_participation AS p ON p.assessment_id = a.assessment_id
        """#, prepared: false)

    static let source = Statement(
        "tenant.v1.shareable-source",
        #"""
        CREATE VIEW {schema}.shareable_source WITH (security_barrier) AS
        SELECT s.client_id, s.category, s.kind, s.source_name, s.recorded_by, s.record_time
        FROM {schema}.client_source AS s
        WHERE s.category IN (1, 2, 3, 4, 5, 6, 8)
            AND EXISTS (
                SELECT FROM {schema}.shareable_client AS c WHERE c.client_id = s.client_id)
        """#, prepared: false)

    /// Facts for a decision: every part that this county was ever asked to take, by what a county can
    /// name it with. Keys, states and times, nothing of the person; the index is a keyed hash. A client
    /// in whose assessments the county was never asked to take part is not here, the same as one who
    /// does not exist. A part that ended before the assessment did was ended by the municipality, and
    /// its county learns nothing of what came after.
    static let lookup = Statement(
        "tenant.v1.sharing-lookup",
        #"""
        CREATE VIEW {schema}.sharing_lookup WITH (security_barrier) AS
        SELECT p.participation_id, p.case_reference, c.identity_code_index, a.client_id,
            a.assessment_id, p.county_code, c.status AS client_status,
            a.status AS assessment_status, a.start_time, p.invite_time, p.accept_time, p.end_time,
            (p.end_time IS NOT NULL
                AND (a.complete_time IS NULL OR p.end_time < a.complete_time))
                AS is_ended_by_municipality
        FROM {schema}.participation AS p
        JOIN {schema}.assessment AS a ON a.assessment_id = p.assessment_id
        JOIN {schema}.client AS c ON c.client_id = a.client_id
        WHERE p.county_code = nullif(current_setting('icds.county', true), '')
        """#, prepared: false)
}
