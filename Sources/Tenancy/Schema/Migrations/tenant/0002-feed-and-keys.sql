-- The schema of a municipality, version 2: the change feed's outbox, and the keys by which a call that
-- is made again gets its first answer. docs/feed.md and proto/PROTOCOL.md say what each is for.

-- ==================================================================================================
-- Time, version 2: that of the transaction. A row's times are then known to be those of every other row
-- of the same transaction, so that an answer can be kept before they are.

-- name: tenant.v2.times
DO $body$
BEGIN
    ALTER TABLE {schema}.client
        ALTER COLUMN create_time SET DEFAULT now(), ALTER COLUMN update_time SET DEFAULT now();
    ALTER TABLE {schema}.client_source ALTER COLUMN record_time SET DEFAULT now();
END
$body$;

-- ==================================================================================================
-- The outbox, version 2. Keys, kinds and versions only: nothing in it is of a person, and it does not
-- refer to the tables, since it tells of rows that may be gone.

-- One row a change. The order is (xid, seq) and not seq alone: sequences are drawn before
-- transactions commit. Whoever reads goes no further than `pg_snapshot_xmin`, below which nothing can
-- appear any more. The primary key serves the reading and the purge.
--
-- Kinds: 1 client created, 2 changed, 3 removed; 4 assessment started, 5 changed, 6 completed;
-- 7 county invited, 8 its part accepted, 9 ended.
-- name: tenant.v2.outbox
CREATE TABLE {schema}.outbox (
    seq bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
    xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
    at timestamptz NOT NULL DEFAULT now(),
    kind smallint NOT NULL CHECK (kind BETWEEN 1 AND 9),
    client_id uuid NOT NULL,
    assessment_id uuid,
    version bigint CHECK (version > 0),
    PRIMARY KEY (xid, seq),
    CONSTRAINT outbox_assessment CHECK ((kind <= 3) = (assessment_id IS NULL))
);

-- Which feed this is, and the last row that was purged from it. A schema that is restored where
-- transactions have other numbers gets another `feed_id`, and with it every cursor ends.
-- name: tenant.v2.outbox-state
CREATE TABLE {schema}.outbox_state (
    is_only boolean PRIMARY KEY DEFAULT true CHECK (is_only),
    feed_id uuid NOT NULL DEFAULT gen_random_uuid(),
    purged_xid xid8 NOT NULL DEFAULT '0',
    purged_seq bigint NOT NULL DEFAULT 0
);

-- name: tenant.v2.outbox-state-row
INSERT INTO {schema}.outbox_state DEFAULT VALUES;

-- The functions write with the owner's rights: nobody else can add an event, or change without one.
-- name: tenant.v2.note-client
CREATE FUNCTION {schema}.note_client() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $body$
BEGIN
    INSERT INTO {schema}.outbox (kind, client_id, version)
    VALUES (
        CASE TG_OP WHEN 'INSERT' THEN 1 WHEN 'UPDATE' THEN 2 ELSE 3 END,
        coalesce(NEW.client_id, OLD.client_id), coalesce(NEW.version, OLD.version));
    RETURN NULL;
END
$body$;

-- name: tenant.v2.note-assessment
CREATE FUNCTION {schema}.note_assessment() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $body$
BEGIN
    INSERT INTO {schema}.outbox (kind, client_id, assessment_id, version)
    VALUES (
        CASE WHEN TG_OP = 'INSERT' THEN 4
            WHEN OLD.status = 1 AND NEW.status = 2 THEN 6
            ELSE 5 END,
        NEW.client_id, NEW.assessment_id, NEW.version);
    RETURN NULL;
END
$body$;

-- Accepting and ending at once would be two events; no statement does that.
-- name: tenant.v2.note-participation
CREATE FUNCTION {schema}.note_participation() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $body$
BEGIN
    INSERT INTO {schema}.outbox (kind, client_id, assessment_id)
    SELECT CASE WHEN TG_OP = 'INSERT' THEN 7
            WHEN OLD.end_time IS DISTINCT FROM NEW.end_time THEN 9
            ELSE 8 END,
        a.client_id, NEW.assessment_id
    FROM {schema}.assessment AS a
    WHERE a.assessment_id = NEW.assessment_id;
    RETURN NULL;
END
$body$;

-- A change is what raises the version: sealing a code anew, or rebuilding an index, is none.
-- name: tenant.v2.outbox-triggers
DO $body$
BEGIN
    CREATE TRIGGER note_row AFTER INSERT OR DELETE ON {schema}.client
        FOR EACH ROW EXECUTE FUNCTION {schema}.note_client();
    CREATE TRIGGER note_change AFTER UPDATE ON {schema}.client
        FOR EACH ROW WHEN (OLD.version IS DISTINCT FROM NEW.version)
        EXECUTE FUNCTION {schema}.note_client();
    CREATE TRIGGER note_row AFTER INSERT ON {schema}.assessment
        FOR EACH ROW EXECUTE FUNCTION {schema}.note_assessment();
    CREATE TRIGGER note_change AFTER UPDATE ON {schema}.assessment
        FOR EACH ROW WHEN (OLD.version IS DISTINCT FROM NEW.version)
        EXECUTE FUNCTION {schema}.note_assessment();
    CREATE TRIGGER note_row AFTER INSERT ON {schema}.participation
        FOR EACH ROW EXECUTE FUNCTION {schema}.note_participation();
    CREATE TRIGGER note_change AFTER UPDATE ON {schema}.participation
        FOR EACH ROW WHEN (
            OLD.accept_time IS DISTINCT FROM NEW.accept_time
            OR OLD.end_time IS DISTINCT FROM NEW.end_time)
        EXECUTE FUNCTION {schema}.note_participation();
END
$body$;

-- ==================================================================================================
-- Idempotency keys, version 2: one row for each call that had a key and an effect, written in the
-- transaction of the effect. `idempotency_pkey` makes a second call with the key wait for the first
-- and then fail, whereupon it is answered from the row.

-- Of the key there is the SHA-256, since callers choose keys and might put a person into one. The
-- request's digest is an HMAC and the answer is sealed, both under keys that the database never sees, of
-- the generation of the tenant's key that the row names and that does not go before it. A foreign key
-- would have each call write to the generation's row, so that who adds one checks it, and who takes a
-- generation away locks the table. The answer is absent only inside the
-- transaction that makes the row.
-- name: tenant.v2.idempotency
CREATE TABLE {schema}.idempotency (
    actor_kind text NOT NULL CHECK (actor_kind IN ('municipality', 'county')),
    actor_code text NOT NULL CHECK (length(actor_code) BETWEEN 1 AND 32),
    key_digest bytea NOT NULL CHECK (octet_length(key_digest) = 32),
    method text NOT NULL CHECK (length(method) BETWEEN 1 AND 200),
    request_digest bytea NOT NULL CHECK (octet_length(request_digest) = 32),
    key_generation smallint NOT NULL CHECK (key_generation BETWEEN 1 AND 255),
    answer bytea CHECK (octet_length(answer) BETWEEN 28 AND 16777216),
    at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT idempotency_pkey PRIMARY KEY (actor_kind, actor_code, key_digest)
);

-- For counties: their own rows, by the setting that the views go by, and nothing of another's.
-- name: tenant.v2.claim-key
CREATE FUNCTION {schema}.claim_key(
    p_key_digest bytea, p_method text, p_request_digest bytea, p_key_generation smallint)
RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $body$
INSERT INTO {schema}.idempotency (
    actor_kind, actor_code, key_digest, method, request_digest, key_generation)
SELECT 'county', nullif(current_setting('icds.county', true), ''), p_key_digest, p_method,
    p_request_digest, p_key_generation
WHERE CASE
    WHEN EXISTS (
        SELECT FROM {schema}.tenant_key AS k WHERE k.generation = p_key_generation)
    THEN true
    ELSE {schema}.refuse_generation() IS NULL
END
$body$;

-- name: tenant.v2.keep-answer
CREATE FUNCTION {schema}.keep_answer(p_key_digest bytea, p_answer bytea) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $body$
UPDATE {schema}.idempotency AS i
SET answer = p_answer
WHERE i.actor_kind = 'county'
    AND i.actor_code = nullif(current_setting('icds.county', true), '')
    AND i.key_digest = p_key_digest
    AND i.answer IS NULL
$body$;

-- name: tenant.v2.first-answer
CREATE FUNCTION {schema}.first_answer(p_key_digest bytea)
RETURNS TABLE (
    method text, request_digest bytea, key_generation smallint, answer bytea, at timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $body$
SELECT i.method, i.request_digest, i.key_generation, i.answer, i.at
FROM {schema}.idempotency AS i
WHERE i.actor_kind = 'county'
    AND i.actor_code = nullif(current_setting('icds.county', true), '')
    AND i.key_digest = p_key_digest
$body$;

-- ==================================================================================================
-- Who may do what with them, version 2. Nobody but the owner purges either.

-- name: tenant.v2.grants
DO $body$
BEGIN
    GRANT SELECT ON {schema}.outbox, {schema}.outbox_state, {schema}.idempotency TO {schema};
    GRANT INSERT (
            actor_kind, actor_code, key_digest, method, request_digest, key_generation,
            answer),
        UPDATE (answer)
        ON {schema}.idempotency TO {schema};
    GRANT EXECUTE ON FUNCTION {schema}.claim_key, {schema}.keep_answer, {schema}.first_answer
        TO {sharing_role};
END
$body$;
