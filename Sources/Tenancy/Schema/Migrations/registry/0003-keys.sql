-- The registry, version 3: the rotation of the tenants' keys. Run as icds_owner, once. docs/keys.md says
-- what is done and in which order.

-- ==================================================================================================
-- What the operator has ordered, and how far it is.

-- One row a municipality, of its last order. Where a rotation stands is said by the tenant's own
-- `tenant_key`, which travels with its content; this is what is to be done and what a person sees. Any
-- daemon goes on with it. `failure` is a kind of error, never a row's data. `last_generation` is the
-- highest that was ever made here, so that a number does not come again after a restore.
-- name: registry.v3.key-rotation
CREATE TABLE registry.key_rotation (
    municipality_code text PRIMARY KEY CHECK (municipality_code ~ '^[0-9]{3}$'),
    kind text NOT NULL CHECK (kind IN ('master', 'data')),
    state text NOT NULL CHECK (state IN ('ordered', 'building', 'clearing', 'done')),
    actor text NOT NULL CHECK (length(actor) BETWEEN 1 AND 200),
    order_time timestamptz NOT NULL DEFAULT clock_timestamp(),
    row_count bigint NOT NULL DEFAULT 0 CHECK (row_count >= 0),
    done_count bigint NOT NULL DEFAULT 0 CHECK (done_count >= 0),
    finish_time timestamptz,
    failure text CHECK (length(failure) BETWEEN 1 AND 200),
    failure_time timestamptz,
    last_generation smallint NOT NULL DEFAULT 0 CHECK (last_generation BETWEEN 0 AND 255),
    CONSTRAINT key_rotation_finished CHECK ((state = 'done') = (finish_time IS NOT NULL)),
    CONSTRAINT key_rotation_failed CHECK ((failure IS NULL) = (failure_time IS NULL))
);

-- Has daemons look when an order comes and when a generation takes another's place; not at each batch.
-- name: registry.v3.key-rotation-bump
CREATE TRIGGER bump_change_counter
AFTER INSERT OR UPDATE OF state ON registry.key_rotation
FOR EACH STATEMENT EXECUTE FUNCTION registry.bump_change_counter();

-- Each order is a row of the registry's log; how far it is, is none.
-- name: registry.v3.key-rotation-log
CREATE TRIGGER log_change AFTER INSERT OR DELETE OR UPDATE OF order_time ON registry.key_rotation
FOR EACH ROW EXECUTE FUNCTION registry.log_change();

-- name: registry.v3.key-rotation-log-truncate
CREATE TRIGGER log_truncate AFTER TRUNCATE ON registry.key_rotation
FOR EACH STATEMENT EXECUTE FUNCTION registry.log_change();

-- Orders a rotation: of the municipalities named, or of all that have keys. 'master' wraps their keys
-- anew under the daemon's master key, 'data' makes a new generation of them as well. Answers for each
-- with 'ordered', 'under_way', 'not_found', 'not_provisioned' or 'ended'. What is ordered and has not
-- begun becomes the larger of the two.
-- name: registry.v3.order-key-rotation
CREATE FUNCTION registry.order_key_rotation(p_codes text[], p_kind text, p_actor text)
RETURNS TABLE (code text, outcome text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $body$
DECLARE
    wanted record;
BEGIN
    IF p_kind IS NULL OR p_kind NOT IN ('master', 'data') THEN
        RAISE EXCEPTION 'no such kind' USING ERRCODE = 'invalid_parameter_value';
    END IF;
    FOR wanted IN
        SELECT n.code AS code, o.status AS status, o.schema_version AS version,
            r.state AS state, r.kind AS kind
        FROM unnest(coalesce(p_codes, (
            SELECT array_agg(a.code) FROM registry.organisation AS a
            WHERE a.kind = 'municipality' AND a.schema_version > 0
                AND (p_kind = 'master' OR a.status <> 'ended')))) AS n (code)
        LEFT JOIN registry.organisation AS o ON o.kind = 'municipality' AND o.code = n.code
        LEFT JOIN registry.key_rotation AS r ON r.municipality_code = n.code
        ORDER BY n.code
    LOOP
        code := wanted.code;
        outcome := CASE
            WHEN wanted.status IS NULL THEN 'not_found'
            WHEN wanted.version = 0 AND wanted.status <> 'ended' THEN 'not_provisioned'
            WHEN wanted.version = 0 OR p_kind = 'data' AND wanted.status = 'ended' THEN 'ended'
            WHEN wanted.state IN ('building', 'clearing') THEN 'under_way'
            WHEN wanted.state = 'ordered' AND (p_kind = 'master' OR wanted.kind = 'data')
            THEN 'under_way'
            ELSE 'ordered'
        END;
        IF outcome = 'ordered' THEN
            INSERT INTO registry.key_rotation AS r (municipality_code, kind, state, actor)
            VALUES (wanted.code, p_kind, 'ordered', p_actor)
            ON CONFLICT (municipality_code) DO UPDATE
            SET kind = excluded.kind, state = excluded.state, actor = excluded.actor,
                order_time = clock_timestamp(), row_count = 0, done_count = 0,
                finish_time = NULL, failure = NULL, failure_time = NULL
            WHERE r.state IN ('ordered', 'done');
            IF NOT FOUND THEN
                outcome := 'under_way';
            END IF;
        END IF;
        RETURN NEXT;
    END LOOP;
END
$body$;

-- The keys of all tenants that have any, without what is wrapped: by whom each is wrapped, and for how
-- many kept answers a retired one is still needed. The owner's.
-- name: registry.v3.all-tenant-keys
CREATE FUNCTION icds.all_tenant_keys()
RETURNS TABLE (
    code text, generation smallint, state text, master_key_id text, create_time timestamptz,
    answer_count bigint)
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $body$
DECLARE
    tenant record;
BEGIN
    FOR tenant IN
        SELECT o.code, icds.tenant_schema_name(o.code) AS schema_name
        FROM registry.organisation AS o
        WHERE o.kind = 'municipality' AND o.schema_version > 0
        ORDER BY o.code
    LOOP
        IF to_regclass(tenant.schema_name || '.idempotency') IS NULL THEN
            RETURN QUERY EXECUTE format(
                'SELECT $1, k.generation, k.state, k.master_key_id, k.create_time, 0::bigint '
                'FROM %I.tenant_key AS k ORDER BY k.generation', tenant.schema_name)
                USING tenant.code;
        ELSE
            RETURN QUERY EXECUTE format(
                'SELECT $1, k.generation, k.state, k.master_key_id, k.create_time, '
                    'CASE k.state WHEN ''retired'' THEN (SELECT count(*) '
                    'FROM %1$I.idempotency AS i WHERE i.key_generation = k.generation) '
                    'ELSE 0 END '
                'FROM %1$I.tenant_key AS k ORDER BY k.generation', tenant.schema_name)
                USING tenant.code;
        END IF;
    END LOOP;
END
$body$;

-- ==================================================================================================
-- Who may do what with them.

-- name: registry.v3.grant-key-rotation
DO $body$
BEGIN
    GRANT SELECT ON registry.key_rotation TO icds_registry_reader, icds_registry_writer;
    GRANT EXECUTE ON FUNCTION registry.order_key_rotation(text[], text, text)
        TO icds_registry_writer;
END
$body$;
