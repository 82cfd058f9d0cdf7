import Tenancy

/// SQL of assessments and the counties' parts in them. All go by primary keys, by
/// `participation_open_key` or by `participation_assessment_idx`.
enum AssessmentStatements {
    static let insert = Statement(
        "assessments.insert",
        """
        INSERT INTO {schema}.assessment (assessment_id, client_id, trigger, content, recorded_by)
        SELECT $1, c.client_id, $3, $4, $5
        FROM {schema}.client AS c
        WHERE c.client_id = $2
        RETURNING assessment_id, client_id, status, trigger, content, version, start_time,
            complete_time, recorded_by
        """)

    static let get = Statement(
        "assessments.get",
        """
        SELECT assessment_id, client_id, status, trigger, content, version, start_time,
            complete_time, recorded_by
        FROM {schema}.assessment
        WHERE assessment_id = $1
        """)

    static let getForUpdate = Statement(
        "assessments.get-for-update",
        """
        SELECT assessment_id, client_id, status, trigger, content, version, start_time,
            complete_time, recorded_by
        FROM {schema}.assessment
        WHERE assessment_id = $1
        FOR NO KEY UPDATE
        """)

    /// The part that has not ended, else the one that was invited last.
    static let participation = Statement(
        "assessments.participation",
        """
        SELECT county_code, case_reference, invite_time, accept_time, end_time
        FROM {schema}.participation
        WHERE assessment_id = $1
        ORDER BY (end_time IS NULL) DESC, invite_time DESC
        LIMIT 1
        """)

    static let invite = Statement(
        "assessments.invite",
        """
        INSERT INTO {schema}.participation (assessment_id, county_code, case_reference, invited_by)
        VALUES ($1, $2, $3, $4)
        RETURNING county_code, case_reference, invite_time, accept_time, end_time
        """)

    /// Ends the part that has not ended. `now()`, the moment of the transaction, and not the clock:
    /// a part that ends by completion has the very time of the completion, which is how the two ends
    /// are told apart.
    static let endParticipation = Statement(
        "assessments.end-participation",
        """
        UPDATE {schema}.participation
        SET end_time = now(), ended_by = $2
        WHERE assessment_id = $1 AND end_time IS NULL
        RETURNING county_code, case_reference, invite_time, accept_time, end_time
        """)

    static let complete = Statement(
        "assessments.complete",
        """
        UPDATE {schema}.assessment
        SET status = 2, content = $3, recorded_by = $4, complete_time = now(),
            version = version + 1
        WHERE assessment_id = $1 AND version = $2 AND status = 1
        RETURNING assessment_id, client_id, status, trigger, content, version, start_time,
            complete_time, recorded_by
        """)

    /// The county's acceptance: the one thing that it changes, through a function of the tenant's.
    static let accept = Statement(
        "assessments.accept",
        """
        SELECT county_code, case_reference, invite_time, accept_time, end_time
        FROM {schema}.accept_participation($1, $2)
        """)
}
