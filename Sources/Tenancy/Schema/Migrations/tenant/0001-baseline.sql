-- The schema of a municipality, version 1. Run as icds_owner, which owns all of it.
--
-- {schema} is the quoted name of the schema and at the same time that of the tenant's role. There is
-- no foreign key out of the schema, and nothing in it names another tenant.
--
-- ../README.md says how a script is written, and what may change in one.

-- ==================================================================================================
-- The tenant's two roles and its schema, version 1.

-- Nobody may take them but the owner until the municipality is activated. Whoever made them is an
-- administrator's function: the owner itself may not make roles.
-- name: tenant.v1.roles
SELECT icds_admin.make_tenant_roles(substr('{schema}', 3, 3));

-- name: tenant.v1.schema
CREATE SCHEMA {schema};

-- ==================================================================================================
-- The tenant's tables but the audit, version 1. Enumerations are the numbers of the public
-- contract; jsonb columns hold the contract's messages in proto3's JSON mapping. The checks are a
-- second line of defence: the daemon refuses earlier and says why.

-- One row a script that was run here, with the SHA-256 of its file.
-- name: tenant.v1.schema-version
CREATE TABLE {schema}.schema_version (
    version integer PRIMARY KEY CHECK (version > 0),
    script_digest text NOT NULL CHECK (script_digest ~ '^[0-9a-f]{64}$'),
    install_time timestamptz NOT NULL DEFAULT clock_timestamp()
);

-- The tenant's keys, wrapped by a master key that the database never sees: nonce (12), wrapped key
-- (32), tag (16). Kept in the tenant's schema, so that who may not enter it has no key either, and
-- dropping it destroys both.
--
-- Identity codes are looked up by the current one. Codes are sealed, and months' keys wrapped, with the
-- newest: the one that comes in while there is one, whose index is still being built. A retired one only
-- opens what is left of its time. `docs/keys.md` says how one follows another.
-- name: tenant.v1.tenant-key
CREATE TABLE {schema}.tenant_key (
    generation smallint PRIMARY KEY CHECK (generation BETWEEN 1 AND 255),
    state text NOT NULL DEFAULT 'current' CHECK (
        state IN ('incoming', 'current', 'retired')),
    master_key_id text NOT NULL CHECK (master_key_id ~ '^[0-9a-f]{16}$'),
    wrapped_key bytea NOT NULL CHECK (octet_length(wrapped_key) = 60),
    create_time timestamptz NOT NULL DEFAULT clock_timestamp()
);

-- name: tenant.v1.tenant-key-state
CREATE UNIQUE INDEX tenant_key_state_key ON {schema}.tenant_key (state)
    WHERE state <> 'retired';

-- An integration client (section 73). The id is made by the daemon, since the sealed identity code
-- is bound to it.
--
-- `identity_code_index` is the blind index by an odd generation of the key, `identity_code_index_even`
-- by an even one. Both are there while one generation follows another, so that each of the two unique
-- indexes keeps a code to one client by itself, and the index that is complete finds it.
-- name: tenant.v1.client
CREATE TABLE {schema}.client (
    client_id uuid PRIMARY KEY,
    status smallint NOT NULL DEFAULT 1 CHECK (status IN (1, 2)),
    non_disclosure_order boolean NOT NULL DEFAULT false,
    identity_code_ciphertext bytea
        CHECK (octet_length(identity_code_ciphertext) BETWEEN 30 AND 64),
    identity_code_index bytea CONSTRAINT client_identity_code_index_key UNIQUE
        CHECK (octet_length(identity_code_index) = 32),
    identity_code_index_even bytea CONSTRAINT client_identity_code_index_even_key UNIQUE
        CHECK (octet_length(identity_code_index_even) = 32),
    birth_date date CHECK (birth_date BETWEEN '1800-01-01' AND '2999-12-31'),
    given_names text NOT NULL CHECK (length(given_names) BETWEEN 1 AND 200),
    family_name text NOT NULL CHECK (length(family_name) BETWEEN 1 AND 200),
    telephone text NOT NULL DEFAULT '' CHECK (length(telephone) <= 32),
    email text NOT NULL DEFAULT '' CHECK (length(email) <= 254),
    street_address text NOT NULL DEFAULT '' CHECK (length(street_address) <= 200),
    postal_code text NOT NULL DEFAULT '' CHECK (postal_code ~ '^([0-9]{5})?$'),
    city text NOT NULL DEFAULT '' CHECK (length(city) <= 100),
    citizenships text[] NOT NULL DEFAULT '{}' CHECK (
        cardinality(citizenships) <= 32
        AND array_to_string(citizenships, ',', '') ~ '^([A-Z]{2}(,[A-Z]{2})*)?$'),
    residence_titles jsonb NOT NULL DEFAULT '[]' CHECK (
        jsonb_typeof(residence_titles) = 'array'
        AND octet_length(residence_titles::text) <= 65536),
    service_language jsonb CHECK (
        jsonb_typeof(service_language) = 'object'
        AND octet_length(service_language::text) <= 65536),
    background jsonb CHECK (
        jsonb_typeof(background) = 'object' AND octet_length(background::text) <= 131072),
    services jsonb NOT NULL DEFAULT '[]' CHECK (
        jsonb_typeof(services) = 'array' AND octet_length(services::text) <= 1048576),
    health jsonb CHECK (
        jsonb_typeof(health) = 'object' AND octet_length(health::text) <= 65536),
    placement jsonb CHECK (
        jsonb_typeof(placement) = 'object' AND octet_length(placement::text) <= 65536),
    reimbursements jsonb NOT NULL DEFAULT '[]' CHECK (
        jsonb_typeof(reimbursements) = 'array'
        AND octet_length(reimbursements::text) <= 262144),
    version bigint NOT NULL DEFAULT 1 CHECK (version > 0),
    create_time timestamptz NOT NULL DEFAULT clock_timestamp(),
    update_time timestamptz NOT NULL DEFAULT clock_timestamp(),
    CONSTRAINT client_identity_code_pair CHECK (
        (identity_code_ciphertext IS NULL)
            = (identity_code_index IS NULL AND identity_code_index_even IS NULL))
);

-- Breaks a statement off that goes by a generation of the key which is not the one to go by any more:
-- the daemon then reads the keys again and does its work anew. Gives what a client's id is expected to
-- be, so that it can stand in an expression. The daemon knows it by the name of the constraint.
-- name: tenant.v1.refuse-generation
CREATE FUNCTION {schema}.refuse_generation() RETURNS uuid
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $body$
BEGIN
    RAISE EXCEPTION 'another generation of the key is in use'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'tenant_key_generation';
END
$body$;

-- Whoever writes a code must know the present generations: sealed by the newest, with an index by each
-- that is in use and by no other. A daemon that has not heard of a new one is refused, reads the keys
-- again and writes anew; without this it would write a code that another client has. The first byte of a
-- sealed code is its generation.
--
-- After the statement, since a trigger before it would lock the row as if its keys had changed.
-- name: tenant.v1.guard-identity-code
CREATE FUNCTION {schema}.guard_identity_code() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $body$
DECLARE
    newest smallint;
    has_odd boolean;
    has_even boolean;
BEGIN
    SELECT max(k.generation), bool_or(k.generation % 2 = 1), bool_or(k.generation % 2 = 0)
    INTO newest, has_odd, has_even
    FROM {schema}.tenant_key AS k
    WHERE k.state <> 'retired';
    IF get_byte(NEW.identity_code_ciphertext, 0) IS DISTINCT FROM newest
        OR has_odd IS DISTINCT FROM (NEW.identity_code_index IS NOT NULL)
        OR has_even IS DISTINCT FROM (NEW.identity_code_index_even IS NOT NULL)
    THEN
        PERFORM {schema}.refuse_generation();
    END IF;
    RETURN NULL;
END
$body$;

-- What takes an index away that is out of use changes no code, and is not looked at.
-- name: tenant.v1.guard-identity-code-triggers
DO $body$
BEGIN
    CREATE TRIGGER guard_identity_code AFTER INSERT ON {schema}.client
        FOR EACH ROW WHEN (NEW.identity_code_ciphertext IS NOT NULL)
        EXECUTE FUNCTION {schema}.guard_identity_code();
    CREATE TRIGGER guard_identity_code_change AFTER UPDATE ON {schema}.client
        FOR EACH ROW WHEN (
            NEW.identity_code_ciphertext IS NOT NULL
            AND (NEW.identity_code_ciphertext IS DISTINCT FROM OLD.identity_code_ciphertext
                OR NEW.identity_code_index IS NOT NULL
                    AND NEW.identity_code_index IS DISTINCT FROM OLD.identity_code_index
                OR NEW.identity_code_index_even IS NOT NULL
                    AND NEW.identity_code_index_even
                        IS DISTINCT FROM OLD.identity_code_index_even))
        EXECUTE FUNCTION {schema}.guard_identity_code();
END
$body$;

-- Where a group of a client's data came from and who recorded it (section 73, subsection 2): one
-- row a group, the current one.
-- name: tenant.v1.client-source
CREATE TABLE {schema}.client_source (
    client_id uuid NOT NULL REFERENCES {schema}.client (client_id),
    category smallint NOT NULL CHECK (category BETWEEN 1 AND 10),
    kind smallint NOT NULL CHECK (kind BETWEEN 1 AND 99),
    source_name text NOT NULL DEFAULT '' CHECK (length(source_name) <= 200),
    recorded_by text NOT NULL CHECK (length(recorded_by) BETWEEN 1 AND 64),
    record_time timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (client_id, category)
);

-- name: tenant.v1.assessment
CREATE TABLE {schema}.assessment (
    assessment_id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    client_id uuid NOT NULL REFERENCES {schema}.client (client_id),
    status smallint NOT NULL DEFAULT 1 CHECK (status IN (1, 2)),
    trigger smallint NOT NULL CHECK (trigger BETWEEN 1 AND 99),
    content jsonb NOT NULL DEFAULT '{}' CHECK (
        jsonb_typeof(content) = 'object' AND octet_length(content::text) <= 131072),
    version bigint NOT NULL DEFAULT 1 CHECK (version > 0),
    start_time timestamptz NOT NULL DEFAULT clock_timestamp(),
    complete_time timestamptz,
    recorded_by text NOT NULL CHECK (length(recorded_by) BETWEEN 1 AND 64),
    CONSTRAINT assessment_completed CHECK ((status = 2) = (complete_time IS NOT NULL))
);

-- A client has at most one assessment under way.
-- name: tenant.v1.assessment-open
CREATE UNIQUE INDEX assessment_open_key ON {schema}.assessment (client_id)
    WHERE status = 1;

-- All assessments of a client, latest first.
-- name: tenant.v1.assessment-by-client
CREATE INDEX assessment_client_idx ON {schema}.assessment (client_id, start_time DESC);

-- The county's part in an assessment (section 14, subsection 4). `participation_case_reference_key`
-- finds the case that a county names.
-- name: tenant.v1.participation
CREATE TABLE {schema}.participation (
    participation_id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    assessment_id uuid NOT NULL REFERENCES {schema}.assessment (assessment_id),
    county_code text NOT NULL
        CHECK (county_code ~ '^[0-9]{2}$' AND county_code <> '91'),
    case_reference text NOT NULL CONSTRAINT participation_case_reference_key UNIQUE
        CHECK (case_reference ~ '^[a-z2-7]{26}$'),
    invite_time timestamptz NOT NULL DEFAULT clock_timestamp(),
    invited_by text NOT NULL CHECK (length(invited_by) BETWEEN 1 AND 64),
    accept_time timestamptz,
    accepted_by text CHECK (length(accepted_by) BETWEEN 1 AND 64),
    end_time timestamptz,
    ended_by text CHECK (length(ended_by) BETWEEN 1 AND 64),
    CONSTRAINT participation_accepted CHECK (
        (accept_time IS NULL) = (accepted_by IS NULL)),
    CONSTRAINT participation_ended CHECK ((end_time IS NULL) = (ended_by IS NULL))
);

-- An assessment has at most one invitation that has not ended.
-- name: tenant.v1.participation-open
CREATE UNIQUE INDEX participation_open_key ON {schema}.participation (assessment_id)
    WHERE end_time IS NULL;

-- All parts that counties had in an assessment.
-- name: tenant.v1.participation-by-assessment
CREATE INDEX participation_assessment_idx ON {schema}.participation
    (assessment_id, invite_time DESC);

-- Clients that came with another municipality when that was merged into this one, and where the same
-- person was a client here already: the two stay as they were, since nobody but a caseworker can say
-- which of their data hold. The identity code then stays with the one that was here.
-- name: tenant.v1.moved-client
CREATE TABLE {schema}.moved_client (
    client_id uuid PRIMARY KEY REFERENCES {schema}.client (client_id),
    from_municipality text NOT NULL CHECK (from_municipality ~ '^[0-9]{3}$'),
    duplicate_of uuid CHECK (duplicate_of <> client_id),
    move_time timestamptz NOT NULL DEFAULT clock_timestamp()
);

-- ==================================================================================================
-- The tenant's log of use and disclosure, version 1 (Act 906/2019 section 17; fields as in Act
-- 703/2023 section 10). `docs/audit.md` explains each column.

-- Era, sequence, transaction, time, nonce and leaf come from the database alone: nobody may name them
-- in an INSERT. There is no foreign key to the client, since the log outlives the client's data
-- (section 77). What a row says of people is in `personal`, under the key of the month, so that it can
-- be erased without changing a row.
--
-- The primary key is the order in which rows are sealed and listed.
-- name: tenant.v1.audit
CREATE TABLE {schema}.audit (
    era integer NOT NULL DEFAULT 1 CHECK (era >= 1),
    seq bigint GENERATED ALWAYS AS IDENTITY,
    xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
    at timestamptz NOT NULL DEFAULT clock_timestamp(),
    actor_kind text NOT NULL CHECK (
        actor_kind IN ('municipality', 'county', 'operator', 'agency')),
    actor_code text NOT NULL CHECK (length(actor_code) BETWEEN 1 AND 32),
    actor_system text NOT NULL CHECK (length(actor_system) <= 64),
    method text NOT NULL CHECK (length(method) BETWEEN 1 AND 200),
    outcome smallint NOT NULL CHECK (outcome IN (1, 2)),
    refusal_reason text CHECK (length(refusal_reason) BETWEEN 1 AND 64),
    purpose smallint NOT NULL CHECK (purpose >= 0),
    rule text CHECK (length(rule) BETWEEN 1 AND 32),
    statute_version text CHECK (length(statute_version) BETWEEN 1 AND 200),
    legal_basis text CHECK (length(legal_basis) BETWEEN 1 AND 200),
    decision_id uuid,
    client_id uuid,
    client_count integer NOT NULL CHECK (client_count >= 0),
    released smallint[] NOT NULL DEFAULT '{}' CHECK (
        cardinality(released) <= 10
        AND released <@ ARRAY[1, 2, 3, 4, 5, 6, 7, 8, 9, 10]::smallint[]),
    call_reference text NOT NULL CHECK (length(call_reference) <= 64),
    personal bytea CHECK (octet_length(personal) BETWEEN 32 AND 131072),
    nonce bytea NOT NULL DEFAULT uuid_send(gen_random_uuid())
        CHECK (octet_length(nonce) = 16),
    leaf bytea NOT NULL GENERATED ALWAYS AS (sha256(icds.audit_canonical_v1(
        btrim('{schema}', '"'), era, seq, xid, at, actor_kind, actor_code, actor_system, method,
        outcome, refusal_reason, purpose, rule, statute_version, legal_basis, decision_id,
        client_id, client_count, released, call_reference, personal, nonce))) STORED,
    PRIMARY KEY (era, xid, seq),
    CONSTRAINT audit_refusal CHECK ((outcome = 2) = (refusal_reason IS NOT NULL)),
    CONSTRAINT audit_release CHECK (outcome = 1 OR released = '{}')
);

-- The accesses to one client's data, newest first. The listing of all goes by the primary key.
-- name: tenant.v1.audit-by-client
CREATE INDEX audit_client_idx ON {schema}.audit (client_id, era DESC, xid DESC, seq DESC)
    WHERE client_id IS NOT NULL;

-- The keys that `personal` is sealed with, one a month (UTC), wrapped by the tenant's key of the
-- generation, which cannot go before them. A month whose row is gone has been erased: nobody can read
-- its rows' personal part any more, and every leaf still fits. The month comes from the database alone.
-- name: tenant.v1.audit-key
CREATE TABLE {schema}.audit_key (
    month date PRIMARY KEY DEFAULT date_trunc('month', now() AT TIME ZONE 'UTC')::date
        CHECK (extract(day FROM month) = 1),
    generation smallint NOT NULL REFERENCES {schema}.tenant_key (generation),
    wrapped_key bytea NOT NULL CHECK (octet_length(wrapped_key) = 60),
    create_time timestamptz NOT NULL DEFAULT now()
);

-- Seals: each covers the rows after the one before and signs the root over all of them. `frontier`
-- holds the roots of the tree's perfect subtrees, which are not signed but make up the root that is.
-- name: tenant.v1.seal
CREATE TABLE {schema}.seal (
    number bigint PRIMARY KEY CHECK (number >= 1),
    first_era integer NOT NULL,
    first_xid xid8 NOT NULL,
    first_seq bigint NOT NULL,
    last_era integer NOT NULL,
    last_xid xid8 NOT NULL,
    last_seq bigint NOT NULL,
    row_count bigint NOT NULL CHECK (row_count >= 1),
    tree_size bigint NOT NULL CHECK (tree_size >= row_count),
    root bytea NOT NULL CHECK (octet_length(root) = 32),
    frontier bytea NOT NULL CHECK (
        octet_length(frontier) BETWEEN 32 AND 2048 AND octet_length(frontier) % 32 = 0),
    previous bytea NOT NULL CHECK (octet_length(previous) = 32),
    system_identifier bigint NOT NULL,
    timeline integer NOT NULL,
    at timestamptz NOT NULL,
    key_id bytea NOT NULL CHECK (octet_length(key_id) = 32),
    signature bytea NOT NULL CHECK (octet_length(signature) = 64)
);

-- Seals by the last row that they cover: an export begins behind one.
-- name: tenant.v1.seal-by-last-row
CREATE UNIQUE INDEX seal_last_key ON {schema}.seal (last_era, last_xid, last_seq);

-- For whoever puts a tenant's log into another cluster, whose transactions are numbered anew: rows that
-- are written from now on come after all that are there. Run as the owner, after the rows are back and
-- before anybody writes; no role may execute it. The answer is the new era.
-- name: tenant.v1.begin-audit-era
CREATE FUNCTION {schema}.begin_audit_era() RETURNS integer
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $body$
DECLARE
    next_era integer;
BEGIN
    LOCK TABLE {schema}.audit IN ACCESS EXCLUSIVE MODE;
    SELECT 1 + greatest(
        coalesce((SELECT max(era) FROM {schema}.audit), 1),
        coalesce((SELECT max(last_era) FROM {schema}.seal), 1)) INTO next_era;
    EXECUTE format('ALTER TABLE {schema}.audit ALTER COLUMN era SET DEFAULT %s', next_era);
    RETURN next_era;
END
$body$;

-- Destroys the keys of months that ended more than so many years ago; the answer is how many. The
-- sealer's, which keeps to the retention that the site has set.
-- name: tenant.v1.erase-audit-months
CREATE FUNCTION {schema}.erase_audit_months(p_years integer) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $body$
DECLARE
    erased integer;
BEGIN
    IF p_years IS NULL OR p_years < 1 THEN
        RAISE EXCEPTION 'a log is kept for a year at least'
            USING ERRCODE = 'invalid_parameter_value';
    END IF;
    DELETE FROM {schema}.audit_key
    WHERE month + interval '1 month'
        <= (now() AT TIME ZONE 'UTC') - make_interval(years => p_years);
    GET DIAGNOSTICS erased = ROW_COUNT;
    RETURN erased;
END
$body$;

-- ==================================================================================================
-- What a county can see at all, version 1. The daemon names the county in the transaction-local
-- setting `icds.county`; without it, the views are empty.
--
-- All are security barriers: a condition that a caller adds is not evaluated on rows that the view
-- leaves out. PostgreSQL makes an exception for comparisons that cannot fail, and EXPLAIN would then show
-- how many of the rows left out have a name or a birthday, one guess after the other. DISTINCT ON the
-- keys, which takes no row away, keeps every condition outside but those on these keys: random numbers
-- and keyed hashes, by which rows have to be found.

-- The ground: an accepted part, which has not ended, in an assessment under way.
-- name: tenant.v1.shareable-participation
CREATE VIEW {schema}.shareable_participation WITH (security_barrier) AS
SELECT DISTINCT ON (p.participation_id, p.assessment_id, a.client_id, p.case_reference)
    p.participation_id, p.assessment_id, a.client_id, p.county_code, p.case_reference,
    p.invite_time, p.accept_time
FROM {schema}.participation AS p
JOIN {schema}.assessment AS a ON a.assessment_id = p.assessment_id
WHERE p.county_code = nullif(current_setting('icds.county', true), '')
    AND p.accept_time IS NOT NULL
    AND p.end_time IS NULL
    AND a.status = 1;

-- Groups 1 to 5 and 8 of section 73 for clients on that ground. Services (7), placement (9) and
-- reimbursements (10) are not here, and contact details are absent under a non-disclosure order
-- (Act 661/2009 sections 36 and 37).
-- name: tenant.v1.shareable-client
CREATE VIEW {schema}.shareable_client WITH (security_barrier) AS
SELECT DISTINCT ON (c.client_id)
    c.client_id, c.status, c.non_disclosure_order, c.identity_code_ciphertext,
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
        WHERE p.client_id = c.client_id);

-- The assessment part of group 6: the assessment that the county takes part in.
-- name: tenant.v1.shareable-assessment
CREATE VIEW {schema}.shareable_assessment WITH (security_barrier) AS
SELECT DISTINCT ON (a.assessment_id, a.client_id)
    a.assessment_id, a.client_id, a.status, a.trigger, a.content, a.version,
    a.start_time, a.recorded_by
FROM {schema}.assessment AS a
JOIN {schema}.shareable_participation AS p ON p.assessment_id = a.assessment_id;

-- name: tenant.v1.shareable-source
CREATE VIEW {schema}.shareable_source WITH (security_barrier) AS
SELECT DISTINCT ON (s.client_id, s.category)
    s.client_id, s.category, s.kind, s.source_name, s.recorded_by, s.record_time
FROM {schema}.client_source AS s
WHERE s.category IN (1, 2, 3, 4, 5, 6, 8)
    AND EXISTS (
        SELECT FROM {schema}.shareable_client AS c WHERE c.client_id = s.client_id);

-- Facts for a decision: every part that this county was ever asked to take, by what a county can
-- name it with. Keys, states and times, nothing of the person; the index is a keyed hash. A client
-- in whose assessments the county was never asked to take part is not here, the same as one who
-- does not exist. A part that ended before the assessment did was ended by the municipality, and
-- its county learns nothing of what came after.
-- name: tenant.v1.sharing-lookup
CREATE VIEW {schema}.sharing_lookup WITH (security_barrier) AS
SELECT DISTINCT ON (
        p.participation_id, p.case_reference, c.identity_code_index,
        c.identity_code_index_even, a.client_id, a.assessment_id)
    p.participation_id, p.case_reference, c.identity_code_index,
    c.identity_code_index_even, a.client_id,
    a.assessment_id, p.county_code, c.status AS client_status,
    a.status AS assessment_status, a.start_time, p.invite_time, p.accept_time, p.end_time,
    (p.end_time IS NOT NULL
        AND (a.complete_time IS NULL OR p.end_time < a.complete_time))
        AS is_ended_by_municipality
FROM {schema}.participation AS p
JOIN {schema}.assessment AS a ON a.assessment_id = p.assessment_id
JOIN {schema}.client AS c ON c.client_id = a.client_id
WHERE p.county_code = nullif(current_setting('icds.county', true), '');

-- ==================================================================================================
-- What the sharing role may do beyond reading its views, version 1. Each function runs with the
-- owner's rights and pins its search path, with `pg_temp` last, so that no object of the caller's
-- can stand in for one of the function's.

-- The client that a request named in any of four ways, or NULL. An index is of a generation of the key,
-- which must be the one that codes are looked up by. For the two functions below; no role may execute
-- it.
-- name: tenant.v1.resolve-client
CREATE FUNCTION {schema}.resolve_client(
    p_client_id uuid, p_identity_code_index bytea, p_index_generation smallint,
    p_assessment_id uuid, p_case_reference text) RETURNS uuid
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $body$
SELECT coalesce(
    (SELECT c.client_id FROM {schema}.client AS c WHERE c.client_id = p_client_id),
    CASE
        WHEN p_identity_code_index IS NULL THEN NULL
        WHEN EXISTS (
            SELECT FROM {schema}.tenant_key AS k
            WHERE k.generation = p_index_generation AND k.state = 'current')
        THEN (SELECT c.client_id FROM {schema}.client AS c
            WHERE c.identity_code_index = p_identity_code_index
                OR c.identity_code_index_even = p_identity_code_index)
        ELSE {schema}.refuse_generation()
    END,
    (SELECT a.client_id FROM {schema}.assessment AS a
        WHERE a.assessment_id = p_assessment_id),
    (SELECT a.client_id FROM {schema}.participation AS p
        JOIN {schema}.assessment AS a ON a.assessment_id = p.assessment_id
        WHERE p.case_reference = p_case_reference))
$body$;

-- The county accepts its invitation: the one thing that it changes. No row is returned where there
-- is no such reference, where it is another county's, and where it has ended; a second acceptance
-- returns the first.
-- name: tenant.v1.accept-participation
CREATE FUNCTION {schema}.accept_participation(p_case_reference text, p_accepted_by text)
RETURNS TABLE (
    county_code text, case_reference text, invite_time timestamptz,
    accept_time timestamptz, end_time timestamptz)
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $body$
UPDATE {schema}.participation AS p
SET accept_time = coalesce(p.accept_time, clock_timestamp()),
    accepted_by = coalesce(p.accepted_by, p_accepted_by)
FROM {schema}.assessment AS a
WHERE p.case_reference = p_case_reference
    AND p.county_code = nullif(current_setting('icds.county', true), '')
    AND p.end_time IS NULL
    AND a.assessment_id = p.assessment_id
    AND a.status = 1
RETURNING p.county_code, p.case_reference, p.invite_time, p.accept_time, p.end_time
$body$;

-- A row for what a county got or was refused by a decision. Who the county is comes from the
-- setting that the views go by, so that the row and the data cannot name different ones.
-- name: tenant.v1.record-disclosure
CREATE FUNCTION {schema}.record_disclosure(
    p_actor_system text, p_method text, p_outcome smallint, p_refusal_reason text,
    p_purpose smallint, p_rule text, p_statute_version text, p_legal_basis text,
    p_decision_id uuid, p_client_id uuid, p_identity_code_index bytea,
    p_index_generation smallint, p_assessment_id uuid, p_case_reference text,
    p_released smallint[], p_call_reference text, p_personal bytea)
RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $body$
INSERT INTO {schema}.audit (
    actor_kind, actor_code, actor_system, method, outcome, refusal_reason, purpose, rule,
    statute_version, legal_basis, decision_id, client_id, client_count, released,
    call_reference, personal)
SELECT 'county', nullif(current_setting('icds.county', true), ''), p_actor_system, p_method,
    p_outcome, p_refusal_reason, p_purpose, p_rule, p_statute_version, p_legal_basis,
    p_decision_id, r.client_id, CASE WHEN r.client_id IS NULL THEN 0 ELSE 1 END, p_released,
    p_call_reference, p_personal
FROM (SELECT {schema}.resolve_client(
    p_client_id, p_identity_code_index, p_index_generation, p_assessment_id, p_case_reference)
    AS client_id) AS r
$body$;

-- A row for a request that was refused before any decision, of whatever organisation: the tenant
-- whose data it asked for keeps it. It always says refused and releases nothing, and the caller
-- learns nothing from it: the client is resolved inside, the answer is empty.
-- name: tenant.v1.record-refusal
CREATE FUNCTION {schema}.record_refusal(
    p_actor_kind text, p_actor_code text, p_actor_system text, p_method text,
    p_refusal_reason text, p_purpose smallint, p_client_id uuid,
    p_identity_code_index bytea, p_index_generation smallint, p_assessment_id uuid,
    p_case_reference text, p_call_reference text, p_personal bytea) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $body$
INSERT INTO {schema}.audit (
    actor_kind, actor_code, actor_system, method, outcome, refusal_reason, purpose, client_id,
    client_count, call_reference, personal)
SELECT p_actor_kind, p_actor_code, p_actor_system, p_method, 2, p_refusal_reason, p_purpose,
    r.client_id, CASE WHEN r.client_id IS NULL THEN 0 ELSE 1 END, p_call_reference, p_personal
FROM (SELECT {schema}.resolve_client(
    p_client_id, p_identity_code_index, p_index_generation, p_assessment_id, p_case_reference)
    AS client_id) AS r
$body$;

-- ==================================================================================================
-- Who may do what in the tenant's schema, version 1. What is not granted here is refused.

-- The municipality's own work. It deletes nothing; it cannot move a row to another client; and it
-- cannot accept an invitation, which is the county's.
-- name: tenant.v1.grant-tenant
DO $body$
BEGIN
    GRANT USAGE ON SCHEMA {schema} TO {schema};
    GRANT SELECT ON {schema}.schema_version, {schema}.tenant_key, {schema}.client,
        {schema}.client_source, {schema}.assessment, {schema}.participation,
        {schema}.moved_client TO {schema};
    GRANT INSERT (
        client_id, status, non_disclosure_order, identity_code_ciphertext,
        identity_code_index, identity_code_index_even, birth_date, given_names, family_name,
        telephone, email, street_address, postal_code, city, citizenships, residence_titles,
        service_language, background, services, health, placement, reimbursements)
        ON {schema}.client TO {schema};
    GRANT UPDATE (
        status, non_disclosure_order, identity_code_ciphertext, identity_code_index,
        identity_code_index_even, birth_date, given_names, family_name, telephone, email, street_address,
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
$body$;

-- The log grows and nothing else. Era, sequence, transaction, time, nonce and leaf are not in the list,
-- nor is the month of a key.
-- name: tenant.v1.grant-tenant-audit
DO $body$
BEGIN
    GRANT SELECT ON {schema}.audit, {schema}.audit_key, {schema}.seal TO {schema};
    GRANT INSERT (
        actor_kind, actor_code, actor_system, method, outcome, refusal_reason, purpose, rule,
        statute_version, legal_basis, decision_id, client_id, client_count, released,
        call_reference, personal)
        ON {schema}.audit TO {schema};
    GRANT INSERT (generation, wrapped_key) ON {schema}.audit_key TO {schema};
    GRANT EXECUTE ON FUNCTION {schema}.refuse_generation TO {schema};
END
$body$;

-- The sealer sees no more of a row than its place and its hash.
-- name: tenant.v1.grant-sealing
DO $body$
BEGIN
    GRANT USAGE ON SCHEMA {schema} TO icds_sealing;
    GRANT SELECT (era, seq, xid, leaf) ON {schema}.audit TO icds_sealing;
    GRANT SELECT ON SEQUENCE {schema}.audit_seq_seq TO icds_sealing;
    GRANT SELECT, INSERT ON {schema}.seal TO icds_sealing;
    GRANT EXECUTE ON FUNCTION {schema}.erase_audit_months TO icds_sealing;
END
$body$;

-- A row that a constraint refuses is not shown ("Failing row contains …"). The functions below write rows
-- with the owner's rights, and by a value that is refused their caller would learn which client an id or
-- a reference names, whether there is one, and which official invited the county. PostgreSQL leaves the
-- row out where policies guard the table; these let everything pass, and rights decide as before.
-- name: tenant.v1.refused-rows
DO $body$
BEGIN
    ALTER TABLE {schema}.audit ENABLE ROW LEVEL SECURITY;
    ALTER TABLE {schema}.audit FORCE ROW LEVEL SECURITY;
    CREATE POLICY everything ON {schema}.audit USING (true) WITH CHECK (true);
    ALTER TABLE {schema}.participation ENABLE ROW LEVEL SECURITY;
    ALTER TABLE {schema}.participation FORCE ROW LEVEL SECURITY;
    CREATE POLICY everything ON {schema}.participation USING (true) WITH CHECK (true);
END
$body$;

-- What is done for counties and for refusals: the views and the functions, no table but the wrapped
-- keys, without which no identity code could be looked up or released and no row written.
-- name: tenant.v1.grant-sharing
DO $body$
BEGIN
    GRANT USAGE ON SCHEMA {schema} TO {sharing_role};
    GRANT SELECT ON {schema}.shareable_participation, {schema}.shareable_client,
        {schema}.shareable_assessment, {schema}.shareable_source, {schema}.sharing_lookup,
        {schema}.tenant_key, {schema}.audit_key TO {sharing_role};
    GRANT INSERT (generation, wrapped_key) ON {schema}.audit_key TO {sharing_role};
    GRANT EXECUTE ON FUNCTION {schema}.accept_participation, {schema}.record_disclosure,
        {schema}.record_refusal TO {sharing_role};
END
$body$;
