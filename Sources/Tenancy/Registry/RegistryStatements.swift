/// Statements of the operator's work on organisations. `registry.organisation`'s primary key (kind,
/// code) serves all of them; the county comes by the primary key of `registry.membership`.
enum OrganisationStatements {
    static let get = Statement(
        "registry.get-organisation",
        #"""
        SELECT o.kind, o.code, o.name_fi, o.name_sv, o.name_en, o.status, o.valid_from, o.valid_to,
            o.schema_version, o.in_use_time, o.successor_code,
            (SELECT m.area_code FROM registry.membership AS m
                WHERE o.kind = 'municipality' AND m.municipality_code = o.code
                    AND m.area_kind = 'county'
                    AND (now() AT TIME ZONE 'Europe/Helsinki')::date
                        BETWEEN m.valid_from AND coalesce(m.valid_to, 'infinity')) AS county_code
        FROM registry.organisation AS o
        WHERE o.kind = $1 AND o.code = $2
        """#)

    /// One page by key; an empty kind or status means any.
    static let list = Statement(
        "registry.list-organisations",
        #"""
        SELECT o.kind, o.code, o.name_fi, o.name_sv, o.name_en, o.status, o.valid_from, o.valid_to,
            o.schema_version, o.in_use_time, o.successor_code,
            (SELECT m.area_code FROM registry.membership AS m
                WHERE o.kind = 'municipality' AND m.municipality_code = o.code
                    AND m.area_kind = 'county'
                    AND (now() AT TIME ZONE 'Europe/Helsinki')::date
                        BETWEEN m.valid_from AND coalesce(m.valid_to, 'infinity')) AS county_code
        FROM registry.organisation AS o
        WHERE ($1::text IS NULL OR o.kind = $1::text)
            AND ($2::text IS NULL OR o.status = $2::text)
            AND ($3::text IS NULL OR (o.kind, o.code) > ($3::text, $4::text))
        ORDER BY o.kind, o.code
        LIMIT $5::integer
        """#)

    /// What the answers mean is said beside the function.
    static let setStatus = Statement(
        "registry.set-organisation-status",
        #"""
        SELECT registry.set_organisation_status($1, $2, $3) AS outcome
        """#)

    /// For organisations that no national register lists: operators and agencies.
    static let add = Statement(
        "registry.add-organisation",
        #"""
        INSERT INTO registry.organisation AS o
            (kind, code, name_fi, name_sv, name_en, valid_from)
        VALUES ($1, $2, $3, $4, $5, $6::date)
        ON CONFLICT (kind, code) DO UPDATE
        SET name_fi = excluded.name_fi, name_sv = excluded.name_sv, name_en = excluded.name_en
        WHERE (o.name_fi, o.name_sv, o.name_en)
            IS DISTINCT FROM (excluded.name_fi, excluded.name_sv, excluded.name_en)
        """#)
}

/// Statements of the operator's work on systems. `registry.system_certificate` is found by its primary
/// key, the fingerprint, and listed by `system_certificate_organisation_idx`.
enum SystemStatements {
    /// Does nothing where the certificate is known, or the organisation is not.
    static let register = Statement(
        "registry.register-system",
        #"""
        INSERT INTO registry.system_certificate (
            fingerprint, uri, organisation_kind, organisation_code, system_name, serial,
            not_before, not_after)
        SELECT $1::bytea, $2, o.kind, o.code, $5, $6, $7::timestamptz, $8::timestamptz
        FROM registry.organisation AS o
        WHERE o.kind = $3 AND o.code = $4
        ON CONFLICT (fingerprint) DO NOTHING
        """#)

    static let get = Statement(
        "registry.get-system",
        #"""
        SELECT fingerprint, uri, organisation_kind, organisation_code, system_name, serial,
            not_before, not_after, status, register_time, revoke_time, revoke_reason
        FROM registry.system_certificate
        WHERE fingerprint = $1
        """#)

    /// One page by organisation, system and fingerprint; an absent kind or code means any.
    static let list = Statement(
        "registry.list-systems",
        #"""
        SELECT fingerprint, uri, organisation_kind, organisation_code, system_name, serial,
            not_before, not_after, status, register_time, revoke_time, revoke_reason
        FROM registry.system_certificate
        WHERE ($1::text IS NULL OR organisation_kind = $1::text)
            AND ($2::text IS NULL OR organisation_code = $2::text)
            AND ($3::text IS NULL
                OR (organisation_kind, organisation_code, system_name, fingerprint)
                    > ($3::text, $4::text, $5::text, $6::bytea))
        ORDER BY organisation_kind, organisation_code, system_name, fingerprint
        LIMIT $7::integer
        """#)

    /// 'changed', 'unchanged', 'not_found' or 'last_operator'.
    static let revoke = Statement(
        "registry.revoke-system",
        #"""
        SELECT registry.revoke_certificate($1::bytea, $2) AS outcome
        """#)
}
