-- The registry, version 2: what exporting, restoring, ending and merging tenants need. Run as
-- icds_owner, once.

-- ==================================================================================================
-- What was done with whole tenants.

-- One row for each export, restore, erasure and merger, for good. Each row's digest covers the one
-- before, so that a row that is changed or taken away from the middle shows to whoever computes them
-- anew; whoever asked for the work is handed its digest, so that the end cannot be cut off unnoticed by
-- them either.
-- details holds codes, counts and digests, nothing of a person.
-- name: registry.v2.tenant-event
CREATE TABLE registry.tenant_event (
    seq bigint PRIMARY KEY,
    at timestamptz NOT NULL DEFAULT clock_timestamp(),
    municipality_code text NOT NULL CHECK (municipality_code ~ '^[0-9]{3}$'),
    kind text NOT NULL CHECK (kind IN (
        'exported', 'restored', 'discarded', 'erased', 'merged', 'rewrapped', 'rotated',
        'destroyed')),
    actor text NOT NULL CHECK (length(actor) BETWEEN 1 AND 200),
    reason text NOT NULL DEFAULT '' CHECK (length(reason) <= 500),
    content_digest text CHECK (content_digest ~ '^[0-9a-f]{64}$'),
    details jsonb NOT NULL DEFAULT '{}' CHECK (octet_length(details::text) <= 65536),
    previous_digest text NOT NULL CHECK (previous_digest ~ '^[0-9a-f]{64}$'),
    digest text NOT NULL CHECK (digest ~ '^[0-9a-f]{64}$')
);

-- Numbers rows without a gap and chains them, one after the other. The digest is SHA-256 over these
-- lines, each ended by a line feed: previous digest, number, microseconds since 1970, code, kind,
-- actor, content digest, and the text of details and reason as JSON.
-- name: registry.v2.chain-tenant-event
CREATE FUNCTION registry.chain_tenant_event() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $body$
DECLARE
    last_row registry.tenant_event%ROWTYPE;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('icds tenant event', 0));
    SELECT * INTO last_row FROM registry.tenant_event ORDER BY seq DESC LIMIT 1;
    NEW.seq := coalesce(last_row.seq, 0) + 1;
    NEW.previous_digest := coalesce(last_row.digest, repeat('0', 64));
    NEW.digest := encode(sha256(convert_to(
        NEW.previous_digest || E'\n' || NEW.seq || E'\n'
        || (extract(epoch FROM NEW.at) * 1000000)::bigint || E'\n'
        || NEW.municipality_code || E'\n' || NEW.kind || E'\n' || NEW.actor || E'\n'
        || coalesce(NEW.content_digest, '') || E'\n' || NEW.details::text || E'\n'
        || to_jsonb(NEW.reason)::text || E'\n', 'UTF8')), 'hex');
    RETURN NEW;
END
$body$;

-- name: registry.v2.chain-tenant-event-trigger
CREATE TRIGGER chain BEFORE INSERT ON registry.tenant_event
FOR EACH ROW EXECUTE FUNCTION registry.chain_tenant_event();

-- The operator reads the rows; they are written by the migrator alone.
-- name: registry.v2.grant-tenant-event
GRANT SELECT ON registry.tenant_event TO icds_registry_reader, icds_registry_writer;

-- ==================================================================================================
-- Reading and loading a whole tenant. These run with the rights of the owner, who alone may execute
-- them. They put names of the catalogue, quoted, into their statements, and take a schema's name only
-- where it is a tenant's.

-- name: registry.v2.tenant-schema-name
CREATE FUNCTION icds.tenant_schema_name(p_code text) RETURNS text
LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, pg_temp
AS $body$
BEGIN
    IF p_code IS NULL OR p_code !~ '^[0-9]{3}$' THEN
        RAISE EXCEPTION 'not a code' USING ERRCODE = 'invalid_parameter_value';
    END IF;
    RETURN 'm' || p_code;
END
$body$;

-- The tables of a tenant in the order in which they can be loaded: what a foreign key leads to comes
-- first. Columns that the database computes by itself are left out. Keys are ordered by bytes, so that
-- the order of rows does not depend on a locale.
-- name: registry.v2.tenant-tables
CREATE FUNCTION icds.tenant_tables(p_code text)
RETURNS TABLE (table_name text, column_names text[], key_order text)
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $body$
WITH RECURSIVE tables AS (
    SELECT c.oid, c.relname
    FROM pg_class AS c
    WHERE c.relnamespace = to_regnamespace(icds.tenant_schema_name(p_code))
        AND c.relkind IN ('r', 'p') AND NOT c.relispartition
),
edges AS (
    SELECT DISTINCT k.conrelid, k.confrelid
    FROM pg_constraint AS k
    JOIN tables AS t ON t.oid = k.conrelid
    WHERE k.contype = 'f' AND k.conrelid <> k.confrelid
),
levels AS (
    SELECT t.oid, 0 AS level FROM tables AS t
    UNION
    SELECT e.conrelid, l.level + 1
    FROM levels AS l JOIN edges AS e ON e.confrelid = l.oid
    WHERE l.level < 100
)
SELECT t.relname::text,
    (SELECT array_agg(a.attname::text ORDER BY a.attnum)
        FROM pg_attribute AS a
        WHERE a.attrelid = t.oid AND a.attnum > 0 AND NOT a.attisdropped
            AND a.attgenerated = ''),
    (SELECT string_agg(
            quote_ident(a.attname)
                || CASE WHEN a.attcollation = 0 THEN '' ELSE ' COLLATE "C"' END,
            ', ' ORDER BY k.position)
        FROM pg_index AS i
        CROSS JOIN LATERAL unnest(i.indkey::smallint[]) WITH ORDINALITY AS k (attnum, position)
        JOIN pg_attribute AS a ON a.attrelid = t.oid AND a.attnum = k.attnum
        WHERE i.indrelid = t.oid AND i.indisprimary)
FROM tables AS t
ORDER BY (SELECT max(l.level) FROM levels AS l WHERE l.oid = t.oid), t.relname COLLATE "C"
$body$;

-- Opens the cursor icds_rows on the rows of a table, each as a JSON object, by its primary key.
-- name: registry.v2.open-tenant-rows
CREATE FUNCTION icds.open_tenant_rows(p_code text, p_table text) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $body$
DECLARE
    found_table record;
    opened refcursor := 'icds_rows';
BEGIN
    SELECT * INTO STRICT found_table
    FROM icds.tenant_tables(p_code) AS t WHERE t.table_name = p_table;
    IF found_table.key_order IS NULL THEN
        RAISE EXCEPTION 'table % has no primary key', p_table;
    END IF;
    OPEN opened NO SCROLL FOR EXECUTE format(
        'SELECT to_jsonb(r)::text AS line FROM (SELECT %s FROM %I.%I ORDER BY %s) AS r',
        (SELECT string_agg(quote_ident(c.name), ', ' ORDER BY c.position)
            FROM unnest(found_table.column_names) WITH ORDINALITY AS c (name, position)),
        icds.tenant_schema_name(p_code), p_table, found_table.key_order);
END
$body$;

-- Inserts rows as open_tenant_rows gives them, as a JSON array; gives their number.
-- name: registry.v2.load-tenant-rows
CREATE FUNCTION icds.load_tenant_rows(p_code text, p_table text, p_rows jsonb) RETURNS bigint
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $body$
DECLARE
    columns text;
    loaded bigint;
BEGIN
    SELECT string_agg(quote_ident(c.name), ', ' ORDER BY c.position) INTO STRICT columns
    FROM icds.tenant_tables(p_code) AS t,
        unnest(t.column_names) WITH ORDINALITY AS c (name, position)
    WHERE t.table_name = p_table;
    EXECUTE format(
        'INSERT INTO %1$I.%2$I (%3$s) OVERRIDING SYSTEM VALUE '
        'SELECT %3$s FROM jsonb_populate_recordset(NULL::%1$I.%2$I, $1)',
        icds.tenant_schema_name(p_code), p_table, columns) USING p_rows;
    GET DIAGNOSTICS loaded = ROW_COUNT;
    RETURN loaded;
END
$body$;

-- Takes away the rows that scripts put into a schema that is to be loaded.
-- name: registry.v2.empty-tenant
CREATE FUNCTION icds.empty_tenant(p_code text) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $body$
DECLARE
    emptied text;
BEGIN
    SELECT string_agg(format('%I.%I', icds.tenant_schema_name(p_code), t.table_name), ', ')
    INTO STRICT emptied
    FROM icds.tenant_tables(p_code) AS t;
    EXECUTE 'TRUNCATE ' || emptied;
END
$body$;

-- Where rows of the change feed have numbers of transactions that this cluster has not given out yet,
-- they are another cluster's: the feed becomes another one, and with it every cursor ends.
-- name: registry.v2.renew-foreign-feed
CREATE FUNCTION icds.renew_foreign_feed(p_code text) RETURNS boolean
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $body$
DECLARE
    schema_name CONSTANT text := icds.tenant_schema_name(p_code);
    renewed bigint;
BEGIN
    IF to_regclass(schema_name || '.outbox_state') IS NULL THEN
        RETURN false;
    END IF;
    EXECUTE format(
        'UPDATE %1$I.outbox_state SET feed_id = gen_random_uuid() '
        'WHERE EXISTS (SELECT FROM %1$I.outbox AS o WHERE o.xid >= pg_current_xact_id())',
        schema_name);
    GET DIAGNOSTICS renewed = ROW_COUNT;
    RETURN renewed > 0;
END
$body$;

-- Triggers tell of changes; a row that is loaded or archived is none.
-- name: registry.v2.set-tenant-triggers
CREATE FUNCTION icds.set_tenant_triggers(p_code text, p_enabled boolean) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $body$
DECLARE
    found_name text;
BEGIN
    FOR found_name IN SELECT t.table_name FROM icds.tenant_tables(p_code) AS t LOOP
        EXECUTE format(
            'ALTER TABLE %I.%I %s TRIGGER USER', icds.tenant_schema_name(p_code), found_name,
            CASE WHEN p_enabled THEN 'ENABLE' ELSE 'DISABLE' END);
    END LOOP;
END
$body$;

-- Where the sequences of a tenant stand: the next number is the last one, or one more where that was
-- given out.
-- name: registry.v2.tenant-sequences
CREATE FUNCTION icds.tenant_sequences(p_code text)
RETURNS TABLE (sequence_name text, last_value bigint, is_called boolean)
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $body$
BEGIN
    FOR sequence_name IN
        SELECT c.relname::text
        FROM pg_class AS c
        WHERE c.relnamespace = to_regnamespace(icds.tenant_schema_name(p_code))
            AND c.relkind = 'S'
        ORDER BY c.relname COLLATE "C"
    LOOP
        EXECUTE format(
            'SELECT s.last_value, s.is_called FROM %I.%I AS s',
            icds.tenant_schema_name(p_code), sequence_name)
        INTO last_value, is_called;
        RETURN NEXT;
    END LOOP;
END
$body$;

-- name: registry.v2.set-tenant-sequence
CREATE FUNCTION icds.set_tenant_sequence(
    p_code text, p_sequence text, p_last_value bigint, p_is_called boolean) RETURNS void
LANGUAGE sql SET search_path = pg_catalog, pg_temp
AS $body$
SELECT setval(
    format('%I.%I', icds.tenant_schema_name(p_code), p_sequence)::regclass,
    p_last_value, p_is_called)
$body$;

-- Keeps everybody from writing into a tenant's tables until the transaction ends, and waits for those who
-- are writing: what they commit is there for who reads afterwards, and what comes later finds what this
-- transaction has made. Whether a tenant may be worked on is only settled after it. The log can still be
-- read, and its seals written, so that sealing goes on.
-- name: registry.v2.close-tenant-tables
CREATE FUNCTION icds.close_tenant_tables(p_code text) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $body$
DECLARE
    found_name text;
BEGIN
    FOR found_name IN
        SELECT t.table_name FROM icds.tenant_tables(p_code) AS t WHERE t.table_name <> 'seal'
    LOOP
        EXECUTE format(
            'LOCK TABLE %I.%I IN %s MODE', icds.tenant_schema_name(p_code), found_name,
            CASE found_name WHEN 'audit' THEN 'SHARE ROW EXCLUSIVE' ELSE 'ACCESS EXCLUSIVE' END);
    END LOOP;
END
$body$;

-- Sets a schema aside, so that another can take its place: renamed, and closed to the tenant's roles.
-- name: registry.v2.set-tenant-aside
CREATE FUNCTION icds.set_tenant_aside(p_code text) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $body$
DECLARE
    schema_name CONSTANT text := icds.tenant_schema_name(p_code);
BEGIN
    EXECUTE format(
        'REVOKE ALL ON SCHEMA %I FROM %I, %I', schema_name, schema_name,
        schema_name || '_sharing');
    EXECUTE format('ALTER SCHEMA %I RENAME TO %I', schema_name, schema_name || '_replaced');
END
$body$;

-- False where nothing was set aside.
-- name: registry.v2.discard-replaced
CREATE FUNCTION icds.discard_replaced(p_code text) RETURNS boolean
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $body$
DECLARE
    schema_name CONSTANT text := icds.tenant_schema_name(p_code) || '_replaced';
BEGIN
    IF to_regnamespace(schema_name) IS NULL THEN
        RETURN false;
    END IF;
    EXECUTE format('DROP SCHEMA %I CASCADE', schema_name);
    RETURN true;
END
$body$;

-- ==================================================================================================
-- The end of a tenant.

-- Takes away everything of a municipality but its place in the register: schema, keys, roles. A role
-- that another database of the cluster uses as well stays, as nobody's.
-- name: registry.v2.erase-tenant
CREATE FUNCTION icds.erase_tenant(p_code text) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $body$
DECLARE
    schema_name CONSTANT text := icds.tenant_schema_name(p_code);
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('icds organisation status', 0));
    EXECUTE format('REVOKE %I FROM icds_api', schema_name);
    EXECUTE format('REVOKE %I FROM icds_sharing', schema_name || '_sharing');
    EXECUTE format('DROP SCHEMA %I CASCADE', schema_name);
    PERFORM icds.discard_replaced(p_code);
    PERFORM icds_admin.drop_tenant_roles(p_code);
    UPDATE registry.system_certificate
    SET status = 'revoked', revoke_time = clock_timestamp(),
        revoke_reason = 'the organisation has ended'
    WHERE organisation_kind = 'municipality' AND organisation_code = p_code
        AND status = 'active';
    DELETE FROM registry.tenant_schema WHERE municipality_code = p_code;
    UPDATE registry.organisation
    SET status = 'ended', status_time = clock_timestamp(), schema_version = 0
    WHERE kind = 'municipality' AND code = p_code;
END
$body$;

-- ==================================================================================================
-- Mergers of municipalities.

-- name: registry.v2.tenant-keys
CREATE FUNCTION icds.tenant_keys(p_code text)
RETURNS TABLE (
    generation smallint, state text, master_key_id text, wrapped_key bytea,
    create_time timestamptz)
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $body$
BEGIN
    RETURN QUERY EXECUTE format(
        'SELECT k.generation, k.state, k.master_key_id, k.wrapped_key, k.create_time '
        'FROM %I.tenant_key AS k ORDER BY 1', icds.tenant_schema_name(p_code));
END
$body$;

-- Moves some clients of one municipality to another, with all that refers to them. Identity codes come
-- sealed anew, with their indexes in the receiving municipality by an odd and by an even generation of
-- its key, as hexadecimal digits; empty where there is none. Where the receiving one has a client of the same code, the client that comes is kept beside
-- it without the code, and an order of non-disclosure of either holds for both. Each move is a row in
-- both logs. Gives each client with the one that it duplicates.
-- name: registry.v2.move-clients
CREATE FUNCTION icds.move_clients(
    p_from text, p_into text, p_ids uuid[], p_sealed text[], p_indexes text[],
    p_indexes_even text[], p_actor_code text, p_actor_system text, p_call_reference text)
RETURNS TABLE (moved_id uuid, duplicate_id uuid)
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $body$
DECLARE
    source CONSTANT text := icds.tenant_schema_name(p_from);
    target CONSTANT text := icds.tenant_schema_name(p_into);
    columns text;
    found_table record;
    log_schema text;
BEGIN
    SELECT string_agg(quote_ident(c.name), ', ' ORDER BY c.position) INTO STRICT columns
    FROM icds.tenant_tables(p_into) AS t,
        unnest(t.column_names) WITH ORDINALITY AS c (name, position)
    WHERE t.table_name = 'client' AND c.name NOT IN (
        'non_disclosure_order', 'identity_code_ciphertext', 'identity_code_index',
        'identity_code_index_even');
    EXECUTE format(
        'INSERT INTO %2$I.client (%3$s, non_disclosure_order, identity_code_ciphertext, '
            'identity_code_index, identity_code_index_even) '
        'SELECT %3$s, c.non_disclosure_order OR coalesce(k.known_order, false), '
            'CASE WHEN k.known_id IS NULL THEN decode(nullif(n.sealed, ''''), ''hex'') END, '
            'CASE WHEN k.known_id IS NULL THEN decode(nullif(n.odd, ''''), ''hex'') END, '
            'CASE WHEN k.known_id IS NULL THEN decode(nullif(n.even, ''''), ''hex'') END '
        'FROM unnest($1, $2, $3, $4) AS n (id, sealed, odd, even) '
        'JOIN %1$I.client AS c ON c.client_id = n.id '
        'LEFT JOIN LATERAL (SELECT x.client_id AS known_id, '
            'x.non_disclosure_order AS known_order FROM %2$I.client AS x '
            'WHERE x.identity_code_index = decode(nullif(n.odd, ''''), ''hex'') '
            'OR x.identity_code_index_even = decode(nullif(n.even, ''''), ''hex'')) AS k ON true',
        source, target, columns) USING p_ids, p_sealed, p_indexes, p_indexes_even;
    EXECUTE format(
        'INSERT INTO %2$I.moved_client (client_id, from_municipality, duplicate_of) '
        'SELECT n.id, $3, coalesce(k.client_id, o.duplicate_of) '
        'FROM unnest($1, $2, $4) AS n (id, odd, even) '
        'LEFT JOIN %2$I.client AS k ON k.client_id <> n.id '
            'AND (k.identity_code_index = decode(nullif(n.odd, ''''), ''hex'') '
            'OR k.identity_code_index_even = decode(nullif(n.even, ''''), ''hex'')) '
        'LEFT JOIN %1$I.moved_client AS o ON o.client_id = n.id',
        source, target) USING p_ids, p_indexes, p_from, p_indexes_even;
    EXECUTE format(
        'UPDATE %2$I.client AS k SET non_disclosure_order = true, version = k.version + 1, '
            'update_time = clock_timestamp() '
        'FROM %2$I.moved_client AS m JOIN %1$I.client AS c ON c.client_id = m.client_id '
        'WHERE m.client_id = ANY ($1) AND m.duplicate_of = k.client_id '
            'AND c.non_disclosure_order AND NOT k.non_disclosure_order',
        source, target) USING p_ids;
    FOR found_table IN
        SELECT t.table_name,
            (SELECT string_agg('r.' || quote_ident(c.name), ', ' ORDER BY c.position)
                FROM unnest(t.column_names) WITH ORDINALITY AS c (name, position)) AS selected,
            (SELECT string_agg(quote_ident(c.name), ', ' ORDER BY c.position)
                FROM unnest(t.column_names) WITH ORDINALITY AS c (name, position)) AS inserted,
            CASE t.table_name
                WHEN 'participation' THEN format(
                    'r.assessment_id IN (SELECT a.assessment_id FROM %I.assessment AS a '
                        'WHERE a.client_id = ANY ($1))', source)
                ELSE 'r.client_id = ANY ($1)'
            END AS condition
        FROM icds.tenant_tables(p_into) WITH ORDINALITY AS t
        WHERE t.table_name IN ('client_source', 'assessment', 'participation')
        ORDER BY t.ordinality
    LOOP
        EXECUTE format(
            'INSERT INTO %I.%I (%s) SELECT %s FROM %I.%I AS r WHERE %s',
            target, found_table.table_name, found_table.inserted, found_table.selected,
            source, found_table.table_name, found_table.condition) USING p_ids;
    END LOOP;
    FOREACH log_schema IN ARRAY ARRAY[source, target] LOOP
        EXECUTE format(
            'INSERT INTO %I.audit (actor_kind, actor_code, actor_system, method, outcome, '
                'purpose, client_id, client_count, call_reference) '
            'SELECT ''operator'', $2, $3, ''icds.v1.TenantService/MergeTenants'', 1, 0, '
                'n.id, 1, $4 FROM unnest($1) AS n (id)', log_schema)
            USING p_ids, p_actor_code, p_actor_system, p_call_reference;
    END LOOP;
    RETURN QUERY EXECUTE format(
        'SELECT m.client_id, m.duplicate_of FROM %I.moved_client AS m '
        'WHERE m.client_id = ANY ($1) ORDER BY m.client_id', target) USING p_ids;
END
$body$;

-- name: registry.v2.refuse-change
CREATE FUNCTION icds.refuse_change() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $body$
BEGIN
    RAISE EXCEPTION 'the log is closed' USING ERRCODE = 'read_only_sql_transaction';
END
$body$;

-- Leaves of a municipality that was merged into another what proves its past: the log, its keys and its
-- seals. Its other tables are emptied, its roles lose every right, and no row of the log is added,
-- changed or removed any more. The register says until when it was, and what it became.
-- name: registry.v2.archive-tenant
CREATE FUNCTION icds.archive_tenant(p_code text, p_successor text, p_last_day date) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $body$
DECLARE
    schema_name CONSTANT text := icds.tenant_schema_name(p_code);
    sharing_name CONSTANT text := schema_name || '_sharing';
    emptied text;
BEGIN
    SELECT string_agg(format('%I.%I', schema_name, t.table_name), ', ') INTO STRICT emptied
    FROM icds.tenant_tables(p_code) AS t
    WHERE t.table_name NOT IN ('schema_version', 'tenant_key', 'audit', 'audit_key', 'seal');
    EXECUTE 'TRUNCATE ' || emptied;
    EXECUTE format(
        'CREATE TRIGGER closed BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON %I.audit '
        'FOR EACH STATEMENT EXECUTE FUNCTION icds.refuse_change()', schema_name);
    PERFORM pg_advisory_xact_lock(hashtextextended('icds organisation status', 0));
    EXECUTE format('REVOKE %I FROM icds_api', schema_name);
    EXECUTE format('REVOKE %I FROM icds_sharing', sharing_name);
    EXECUTE format(
        'REVOKE ALL ON ALL TABLES IN SCHEMA %I FROM %I, %I', schema_name, schema_name,
        sharing_name);
    EXECUTE format(
        'REVOKE ALL ON ALL FUNCTIONS IN SCHEMA %I FROM %I, %I', schema_name, schema_name,
        sharing_name);
    EXECUTE format(
        'REVOKE ALL ON SCHEMA %I FROM %I, %I', schema_name, schema_name, sharing_name);
    UPDATE registry.system_certificate
    SET status = 'revoked', revoke_time = clock_timestamp(),
        revoke_reason = 'the organisation has ended'
    WHERE organisation_kind = 'municipality' AND organisation_code = p_code
        AND status = 'active';
    UPDATE registry.municipality SET valid_to = p_last_day
    WHERE code = p_code AND valid_from <= p_last_day
        AND coalesce(valid_to > p_last_day, true);
    UPDATE registry.membership SET valid_to = p_last_day
    WHERE municipality_code = p_code AND valid_from <= p_last_day
        AND coalesce(valid_to > p_last_day, true);
    UPDATE registry.organisation
    SET status = 'ended', status_time = clock_timestamp(), successor_code = p_successor,
        valid_to = p_last_day
    WHERE kind = 'municipality' AND code = p_code;
END
$body$;
