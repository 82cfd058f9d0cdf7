import Tenancy

/// SQL of the sharing service. It sees the municipality's records through views only, whose rows are
/// those of the county named in `icds.county` (docs/sharing.md, "What holds it").
enum SharingStatements {
    /// The moment and the day of the decision, in Finland.
    static let moment = Statement(
        "sharing.moment",
        """
        SELECT now() AS decide_time, (now() AT TIME ZONE 'Europe/Helsinki')::date AS today
        """)

    /// The county's part by the case reference that it was handed
    /// (`participation_case_reference_key`). The order is looked up for the one client: a join would
    /// make the whole view first, since a security barrier takes in constants and parameters only.
    static let partByCaseReference = Statement(
        "sharing.part-by-case-reference",
        """
        SELECT l.participation_id, l.client_id, l.assessment_id, l.county_code, l.client_status,
            l.assessment_status, l.accept_time, l.end_time, l.is_ended_by_municipality,
            (SELECT c.non_disclosure_order FROM {schema}.shareable_client AS c
                WHERE c.client_id = l.client_id) AS non_disclosure_order
        FROM {schema}.sharing_lookup AS l
        WHERE l.case_reference = $1
        """)

    /// The county's part by the blind index of the identity code by an odd generation of the key
    /// (`client_identity_code_index_key`): the one that is under way, else the latest. A condition on both
    /// columns at once would not be sure to use either index.
    static let partByIdentityCode = Statement(
        "sharing.part-by-identity-code",
        """
        SELECT l.participation_id, l.client_id, l.assessment_id, l.county_code, l.client_status,
            l.assessment_status, l.accept_time, l.end_time, l.is_ended_by_municipality,
            (SELECT c.non_disclosure_order FROM {schema}.shareable_client AS c
                WHERE c.client_id = l.client_id) AS non_disclosure_order
        FROM {schema}.sharing_lookup AS l
        WHERE l.identity_code_index = $1
        ORDER BY (l.accept_time IS NOT NULL AND l.end_time IS NULL AND l.assessment_status = 1) DESC,
            l.accept_time DESC NULLS LAST, l.invite_time DESC
        LIMIT 1
        """)

    /// The same by an even generation (`client_identity_code_index_even_key`).
    static let partByIdentityCodeEven = Statement(
        "sharing.part-by-identity-code-even",
        """
        SELECT l.participation_id, l.client_id, l.assessment_id, l.county_code, l.client_status,
            l.assessment_status, l.accept_time, l.end_time, l.is_ended_by_municipality,
            (SELECT c.non_disclosure_order FROM {schema}.shareable_client AS c
                WHERE c.client_id = l.client_id) AS non_disclosure_order
        FROM {schema}.sharing_lookup AS l
        WHERE l.identity_code_index_even = $1
        ORDER BY (l.accept_time IS NOT NULL AND l.end_time IS NULL AND l.assessment_status = 1) DESC,
            l.accept_time DESC NULLS LAST, l.invite_time DESC
        LIMIT 1
        """)

    /// `$2` are the groups released: what belongs to no other group is not even read.
    static let releasedClient = Statement(
        "sharing.released-client",
        """
        SELECT client_id, status, non_disclosure_order,
            CASE WHEN 1 = ANY ($2::smallint[]) THEN identity_code_ciphertext END
                AS identity_code_ciphertext,
            CASE WHEN 2 = ANY ($2::smallint[]) THEN birth_date END AS birth_date,
            CASE WHEN 2 = ANY ($2::smallint[]) THEN given_names END AS given_names,
            CASE WHEN 2 = ANY ($2::smallint[]) THEN family_name END AS family_name,
            CASE WHEN 2 = ANY ($2::smallint[]) THEN telephone END AS telephone,
            CASE WHEN 2 = ANY ($2::smallint[]) THEN email END AS email,
            CASE WHEN 2 = ANY ($2::smallint[]) THEN street_address END AS street_address,
            CASE WHEN 2 = ANY ($2::smallint[]) THEN postal_code END AS postal_code,
            CASE WHEN 2 = ANY ($2::smallint[]) THEN city END AS city,
            CASE WHEN 3 = ANY ($2::smallint[]) THEN citizenships END AS citizenships,
            CASE WHEN 3 = ANY ($2::smallint[]) THEN residence_titles END AS residence_titles,
            CASE WHEN 4 = ANY ($2::smallint[]) THEN service_language END AS service_language,
            CASE WHEN 5 = ANY ($2::smallint[]) THEN background END AS background,
            CASE WHEN 8 = ANY ($2::smallint[]) THEN health END AS health
        FROM {schema}.shareable_client
        WHERE client_id = $1
        """)

    static let releasedAssessment = Statement(
        "sharing.released-assessment",
        """
        SELECT a.assessment_id, a.client_id, a.status, a.trigger, a.content, a.version,
            a.start_time, a.recorded_by, p.county_code, p.case_reference, p.invite_time,
            p.accept_time
        FROM {schema}.shareable_assessment AS a
        JOIN {schema}.shareable_participation AS p ON p.assessment_id = a.assessment_id
        WHERE a.assessment_id = $1 AND 6 = ANY ($2::smallint[])
        """)

    static let releasedSources = Statement(
        "sharing.released-sources",
        """
        SELECT category, kind, source_name, recorded_by, record_time
        FROM {schema}.shareable_source
        WHERE client_id = $1 AND category = ANY ($2::smallint[])
        ORDER BY category
        """)
}
