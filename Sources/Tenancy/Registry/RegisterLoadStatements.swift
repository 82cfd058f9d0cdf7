/// Statements of a load of the national register. Each kind of row comes as parallel arrays, one
/// statement a kind; a row that is there unchanged is left alone, so that the row count is that of the
/// changes.
enum RegisterLoadStatements {
    /// Loads come one after the other, so that no two of them each miss the other's rows.
    static let lock = Statement(
        "register-load.lock",
        #"""
        SELECT pg_advisory_xact_lock(hashtextextended('icds register load', 0))
        """#)

    /// Rows of organisations are locked before the change counter, as every other change does it: a
    /// load that took the counter first and then a row would wait for a change of status that waits
    /// for the counter.
    static let lockOrganisations = Statement(
        "register-load.lock-organisations",
        #"""
        SELECT count(*) AS organisations
        FROM (SELECT FROM registry.organisation ORDER BY kind, code FOR NO KEY UPDATE) AS locked
        """#)

    static let municipalities = Statement(
        "register-load.municipalities",
        #"""
        INSERT INTO registry.municipality AS m (
            code, valid_from, valid_to, name_fi, name_sv, name_en, language_status, source)
        SELECT r.code, r.valid_from, nullif(r.valid_to, '')::date, r.name_fi, r.name_sv,
            r.name_en, r.language_status, $8
        FROM unnest(
            $1::text[], $2::text[]::date[], $3::text[], $4::text[], $5::text[], $6::text[],
            $7::smallint[])
            AS r (code, valid_from, valid_to, name_fi, name_sv, name_en, language_status)
        ON CONFLICT (code, valid_from) DO UPDATE
        SET valid_to = excluded.valid_to, name_fi = excluded.name_fi, name_sv = excluded.name_sv,
            name_en = excluded.name_en, language_status = excluded.language_status,
            source = excluded.source
        WHERE (m.valid_to, m.name_fi, m.name_sv, m.name_en, m.language_status)
            IS DISTINCT FROM (excluded.valid_to, excluded.name_fi, excluded.name_sv,
                excluded.name_en, excluded.language_status)
        """#)

    static let areas = Statement(
        "register-load.areas",
        #"""
        INSERT INTO registry.area AS a (
            kind, code, valid_from, valid_to, name_fi, name_sv, name_en, source)
        SELECT r.kind, r.code, r.valid_from, nullif(r.valid_to, '')::date, r.name_fi, r.name_sv,
            r.name_en, $8
        FROM unnest(
            $1::text[], $2::text[], $3::text[]::date[], $4::text[], $5::text[], $6::text[],
            $7::text[])
            AS r (kind, code, valid_from, valid_to, name_fi, name_sv, name_en)
        ON CONFLICT (kind, code, valid_from) DO UPDATE
        SET valid_to = excluded.valid_to, name_fi = excluded.name_fi, name_sv = excluded.name_sv,
            name_en = excluded.name_en, source = excluded.source
        WHERE (a.valid_to, a.name_fi, a.name_sv, a.name_en)
            IS DISTINCT FROM (excluded.valid_to, excluded.name_fi, excluded.name_sv,
                excluded.name_en)
        """#)

    static let memberships = Statement(
        "register-load.memberships",
        #"""
        INSERT INTO registry.membership AS m (
            municipality_code, area_kind, area_code, valid_from, valid_to, source)
        SELECT r.municipality_code, r.area_kind, r.area_code, r.valid_from,
            nullif(r.valid_to, '')::date, $6
        FROM unnest($1::text[], $2::text[], $3::text[], $4::text[]::date[], $5::text[])
            AS r (municipality_code, area_kind, area_code, valid_from, valid_to)
        ON CONFLICT (municipality_code, area_kind, valid_from) DO UPDATE
        SET area_code = excluded.area_code, valid_to = excluded.valid_to, source = excluded.source
        WHERE (m.area_code, m.valid_to) IS DISTINCT FROM (excluded.area_code, excluded.valid_to)
        """#)

    /// Memberships without a municipality or area that is there at any time of theirs.
    static let dangling = Statement(
        "register-load.dangling",
        #"""
        SELECT m.municipality_code || ' ' || m.area_kind || ' ' || m.area_code AS membership
        FROM registry.membership AS m
        WHERE NOT EXISTS (
                SELECT FROM registry.municipality AS k WHERE k.code = m.municipality_code)
            OR NOT EXISTS (
                SELECT FROM registry.area AS a
                WHERE a.kind = m.area_kind AND a.code = m.area_code)
        ORDER BY membership
        LIMIT 20
        """#)

    /// Each municipality and county is an organisation, named as in its latest row.
    static let organisations = Statement(
        "register-load.organisations",
        #"""
        INSERT INTO registry.organisation AS o (
            kind, code, name_fi, name_sv, name_en, valid_from, valid_to)
        SELECT DISTINCT ON (r.kind, r.code) r.kind, r.code, r.name_fi, r.name_sv, r.name_en,
            min(r.valid_from) OVER (PARTITION BY r.kind, r.code), r.valid_to
        FROM (
            SELECT 'municipality' AS kind, code, name_fi, name_sv, name_en, valid_from, valid_to
            FROM registry.municipality
            UNION ALL
            SELECT kind, code, name_fi, name_sv, name_en, valid_from, valid_to
            FROM registry.area WHERE kind = 'county') AS r
        ORDER BY r.kind, r.code, r.valid_from DESC
        ON CONFLICT (kind, code) DO UPDATE
        SET name_fi = excluded.name_fi, name_sv = excluded.name_sv, name_en = excluded.name_en,
            valid_from = excluded.valid_from, valid_to = excluded.valid_to
        WHERE (o.name_fi, o.name_sv, o.name_en, o.valid_from, o.valid_to)
            IS DISTINCT FROM (excluded.name_fi, excluded.name_sv, excluded.name_en,
                excluded.valid_from, excluded.valid_to)
        """#)

    static let counts = Statement(
        "register-load.counts",
        #"""
        SELECT
            count(*) FILTER (WHERE kind = 'municipality') AS municipalities,
            count(*) FILTER (WHERE kind = 'county') AS counties
        FROM registry.organisation
        WHERE (now() AT TIME ZONE 'Europe/Helsinki')::date
            BETWEEN valid_from AND coalesce(valid_to, 'infinity')
        """#)
}
