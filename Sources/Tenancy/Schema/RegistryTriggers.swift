/// What the registry keeps true by itself, version 1.
enum RegistryTriggers {
    static let statements = [firstValue, bump, bumpTriggers, noOverlap, noOverlapTriggers]

    static let firstValue = Statement(
        "registry.v1.change-counter-row",
        #"""
        INSERT INTO registry.change_counter (value) VALUES (1)
        """#, prepared: false)

    /// Runs with the owner's rights, so that nobody needs the right to set the counter.
    static let bump = Statement(
        "registry.v1.bump-change-counter",
        #"""
        CREATE FUNCTION registry.bump_change_counter() RETURNS trigger
        LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
        AS $body$
        BEGIN
            UPDATE registry.change_counter SET value = value + 1;
            RETURN NULL;
        END
        $body$
        """#, prepared: false)

    static let bumpTriggers = Statement(
        "registry.v1.bump-triggers",
        #"""
        DO $body$
        DECLARE
            table_name text;
        BEGIN
            FOREACH table_name IN ARRAY ARRAY[
                'municipality', 'area', 'membership', 'organisation', 'system_certificate',
                'sharing_rule']
            LOOP
                EXECUTE format(
                    'CREATE TRIGGER bump_change_counter '
                    'AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON registry.%I '
                    'FOR EACH STATEMENT EXECUTE FUNCTION registry.bump_change_counter()',
                    table_name);
            END LOOP;
        END
        $body$
        """#, prepared: false)

    /// Two rows of one thing may not be valid on the same day. (An exclusion constraint would say it
    /// shorter and need an extension.) The argument is the list of columns that name the thing.
    /// Loads take a lock, so that two of them cannot each miss the other's rows.
    static let noOverlap = Statement(
        "registry.v1.refuse-overlap",
        #"""
        CREATE FUNCTION registry.refuse_overlap() RETURNS trigger
        LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
        AS $body$
        DECLARE
            overlapping text;
        BEGIN
            EXECUTE format(
                'SELECT k FROM (SELECT concat_ws('' '', %1$s) AS k, valid_from, '
                'lag(coalesce(valid_to, ''infinity'')) OVER (PARTITION BY %1$s ORDER BY valid_from) '
                'AS last_day FROM registry.%2$I) AS r WHERE last_day >= valid_from LIMIT 1',
                TG_ARGV[0], TG_TABLE_NAME)
            INTO overlapping;
            IF overlapping IS NOT NULL THEN
                RAISE EXCEPTION 'rows of % are valid on the same day', overlapping
                    USING ERRCODE = 'check_violation', CONSTRAINT = TG_TABLE_NAME || '_overlap';
            END IF;
            RETURN NULL;
        END
        $body$
        """#, prepared: false)

    static let noOverlapTriggers = Statement(
        "registry.v1.refuse-overlap-triggers",
        #"""
        DO $body$
        DECLARE
            guard record;
        BEGIN
            FOR guard IN
                SELECT * FROM (VALUES
                    ('municipality', 'code'),
                    ('area', 'kind, code'),
                    ('membership', 'municipality_code, area_kind'),
                    ('sharing_rule', 'rule')) AS g (table_name, columns)
            LOOP
                EXECUTE format(
                    'CREATE TRIGGER refuse_overlap AFTER INSERT OR UPDATE ON registry.%I '
                    'FOR EACH STATEMENT EXECUTE FUNCTION registry.refuse_overlap(%L)',
                    guard.table_name, guard.columns);
            END LOOP;
        END
        $body$
        """#, prepared: false)
}
