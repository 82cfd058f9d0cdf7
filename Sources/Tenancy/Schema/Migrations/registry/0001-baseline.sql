-- The registry, version 1: organisations, areas, systems, sharing rules. Run as icds_owner, once.
--
-- ../README.md says how a script is written, and what may change in one.

-- ==================================================================================================
-- Tables of the registry, version 1. Codes are kept as text with their leading zeros; days are
-- inclusive at both ends, and no `valid_to` means that none is known.

-- `registry` holds the shared tables, `icds` functions that hold no data and that all tenants use.
-- name: registry.v1.schemas
DO $body$
BEGIN
    CREATE SCHEMA registry;
    CREATE SCHEMA icds;
END
$body$;

-- One row a script that was run here, with the SHA-256 of its file.
-- name: registry.v1.schema-version
CREATE TABLE registry.schema_version (
    version integer PRIMARY KEY CHECK (version > 0),
    script_digest text NOT NULL CHECK (script_digest ~ '^[0-9a-f]{64}$'),
    install_time timestamptz NOT NULL DEFAULT clock_timestamp()
);

-- One row. Its value changes with every change of the registry; daemons poll it.
-- name: registry.v1.change-counter
CREATE TABLE registry.change_counter (
    only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    value bigint NOT NULL
);

-- name: registry.v1.municipality
CREATE TABLE registry.municipality (
    code text NOT NULL CONSTRAINT municipality_code CHECK (code ~ '^[0-9]{3}$'),
    valid_from date NOT NULL,
    valid_to date,
    name_fi text NOT NULL CHECK (length(name_fi) BETWEEN 1 AND 200),
    name_sv text NOT NULL CHECK (length(name_sv) BETWEEN 1 AND 200),
    name_en text NOT NULL CHECK (length(name_en) <= 200),
    language_status smallint NOT NULL CHECK (language_status BETWEEN 0 AND 3),
    source text NOT NULL CHECK (length(source) <= 500),
    PRIMARY KEY (code, valid_from),
    CONSTRAINT municipality_days CHECK (valid_to >= valid_from)
);

-- 91 is the statistics' code for Åland, whose municipalities lie in no wellbeing services county:
-- as a county it would become a recipient.
-- name: registry.v1.area
CREATE TABLE registry.area (
    kind text NOT NULL CONSTRAINT area_kind CHECK (kind IN (
        'region', 'county', 'ely_centre', 'economic_development_centre',
        'employment_area')),
    code text NOT NULL CONSTRAINT area_code CHECK (
        CASE kind
            WHEN 'county' THEN code ~ '^[0-9]{2}$' AND code <> '91'
            ELSE code ~ '^[0-9A-Za-z-]{1,16}$'
        END),
    valid_from date NOT NULL,
    valid_to date,
    name_fi text NOT NULL CHECK (length(name_fi) BETWEEN 1 AND 200),
    name_sv text NOT NULL CHECK (length(name_sv) <= 200),
    name_en text NOT NULL CHECK (length(name_en) <= 200),
    source text NOT NULL CHECK (length(source) <= 500),
    PRIMARY KEY (kind, code, valid_from),
    CONSTRAINT area_days CHECK (valid_to >= valid_from)
);

-- name: registry.v1.membership
CREATE TABLE registry.membership (
    municipality_code text NOT NULL
        CONSTRAINT membership_municipality CHECK (municipality_code ~ '^[0-9]{3}$'),
    area_kind text NOT NULL,
    valid_from date NOT NULL,
    valid_to date,
    area_code text NOT NULL,
    source text NOT NULL CHECK (length(source) <= 500),
    PRIMARY KEY (municipality_code, area_kind, valid_from),
    CONSTRAINT membership_days CHECK (valid_to >= valid_from)
);

-- For the municipalities of an area.
-- name: registry.v1.membership-by-area
CREATE INDEX membership_area_idx ON registry.membership (area_kind, area_code);

-- An organisation is its code; the dated rows above say what it was called when. The primary key is
-- the order of listings.
--
-- A municipality goes from registered (in the register, nothing more) through provisioned (its schema
-- is there) and piloting (let in, beside what it used before) to active: in use. in_use_time says since
-- when, and stays. Suspended is shut out and keeps its data; ended is for good: offboarded, or merged
-- into its successor.
-- name: registry.v1.organisation
CREATE TABLE registry.organisation (
    kind text NOT NULL CONSTRAINT organisation_kind CHECK (
        kind IN ('municipality', 'county', 'operator', 'agency')),
    code text NOT NULL CONSTRAINT organisation_code CHECK (
        CASE kind
            WHEN 'municipality' THEN code ~ '^[0-9]{3}$'
            WHEN 'county' THEN code ~ '^[0-9]{2}$'
            ELSE code ~ '^[a-z0-9][a-z0-9-]{0,31}$'
        END),
    name_fi text NOT NULL CHECK (length(name_fi) BETWEEN 1 AND 200),
    name_sv text NOT NULL CHECK (length(name_sv) <= 200),
    name_en text NOT NULL CHECK (length(name_en) <= 200),
    valid_from date NOT NULL,
    valid_to date,
    status text NOT NULL DEFAULT 'registered' CONSTRAINT organisation_status CHECK (
        status IN (
            'registered', 'provisioned', 'piloting', 'active', 'suspended', 'ended')),
    schema_version integer NOT NULL DEFAULT 0 CHECK (schema_version >= 0),
    status_time timestamptz NOT NULL DEFAULT clock_timestamp(),
    in_use_time timestamptz,
    successor_code text CHECK (successor_code <> code),
    PRIMARY KEY (kind, code),
    CONSTRAINT organisation_days CHECK (valid_to >= valid_from),
    CONSTRAINT organisation_has_schema CHECK (
        CASE kind
            WHEN 'municipality' THEN
                schema_version > 0 OR status IN ('registered', 'suspended', 'ended')
            ELSE schema_version = 0 AND status IN ('registered', 'active', 'suspended')
        END),
    CONSTRAINT organisation_in_use CHECK (status <> 'active' OR in_use_time IS NOT NULL),
    CONSTRAINT organisation_successor CHECK (
        successor_code IS NULL OR (kind = 'municipality' AND status = 'ended'))
);

-- Where each municipality's schema stands: the version that it has, and how the last attempt to bring
-- it further went, where that failed. A failure is a kind of error and an SQLSTATE, never a row's data.
-- It is no part of what daemons keep in memory, so that it does not move the change counter.
-- name: registry.v1.tenant-schema
CREATE TABLE registry.tenant_schema (
    municipality_code text PRIMARY KEY CHECK (municipality_code ~ '^[0-9]{3}$'),
    version integer NOT NULL DEFAULT 0 CHECK (version >= 0),
    script_digest text CHECK (script_digest ~ '^[0-9a-f]{64}$'),
    migrate_time timestamptz,
    failure text CHECK (length(failure) BETWEEN 1 AND 200),
    failure_time timestamptz,
    CONSTRAINT tenant_schema_installed CHECK (
        (version > 0) = (script_digest IS NOT NULL)
        AND (version > 0) = (migrate_time IS NOT NULL)),
    CONSTRAINT tenant_schema_failed CHECK ((failure IS NULL) = (failure_time IS NULL))
);

-- From which day a kind of organisation must have the system in use.
-- name: registry.v1.mandatory-use
CREATE TABLE registry.mandatory_use (
    organisation_kind text PRIMARY KEY,
    mandatory_from date NOT NULL,
    legal_basis text NOT NULL CHECK (length(legal_basis) BETWEEN 1 AND 200)
);

-- name: registry.v1.certificate
CREATE TABLE registry.system_certificate (
    fingerprint bytea PRIMARY KEY CHECK (octet_length(fingerprint) = 32),
    uri text NOT NULL CONSTRAINT system_certificate_uri CHECK (
        uri = 'urn:icds:' || organisation_kind || ':' || organisation_code || ':'
            || system_name),
    organisation_kind text NOT NULL,
    organisation_code text NOT NULL,
    system_name text NOT NULL CHECK (system_name ~ '^[a-z0-9][a-z0-9-]{0,62}$'),
    serial text NOT NULL CHECK (serial ~ '^[0-9a-f]{1,64}$'),
    not_before timestamptz NOT NULL,
    not_after timestamptz NOT NULL CHECK (not_after > not_before),
    status text NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'revoked')),
    register_time timestamptz NOT NULL DEFAULT clock_timestamp(),
    revoke_time timestamptz,
    revoke_reason text CHECK (length(revoke_reason) <= 500),
    FOREIGN KEY (organisation_kind, organisation_code)
        REFERENCES registry.organisation (kind, code),
    CHECK ((status = 'revoked') = (revoke_time IS NOT NULL))
);

-- The order of listings, and the systems of one organisation.
-- name: registry.v1.certificate-by-organisation
CREATE INDEX system_certificate_organisation_idx ON registry.system_certificate
    (organisation_kind, organisation_code, system_name, fingerprint);

-- What an organisation may take of the database at a time, where the operator has set it.
-- name: registry.v1.organisation-quota
CREATE TABLE registry.organisation_quota (
    organisation_kind text NOT NULL CONSTRAINT organisation_quota_kind CHECK (
        organisation_kind IN ('municipality', 'county')),
    organisation_code text NOT NULL,
    works_under_way_max integer NOT NULL CHECK (works_under_way_max BETWEEN 1 AND 1024),
    works_waiting_max integer NOT NULL CHECK (works_waiting_max BETWEEN 1 AND 1024),
    PRIMARY KEY (organisation_kind, organisation_code),
    FOREIGN KEY (organisation_kind, organisation_code)
        REFERENCES registry.organisation (kind, code)
);

-- A rule of disclosure for a time. Categories are the items of section 73, subsection 1; purpose is
-- the number of the contract's `Purpose`.
-- name: registry.v1.sharing-rule
CREATE TABLE registry.sharing_rule (
    rule text NOT NULL CHECK (rule ~ '^[A-Z][A-Z0-9-]{0,31}$'),
    valid_from date NOT NULL,
    valid_to date,
    legal_basis text NOT NULL CHECK (length(legal_basis) BETWEEN 1 AND 200),
    statute_version text NOT NULL CHECK (length(statute_version) BETWEEN 1 AND 200),
    recipient_kind text NOT NULL CHECK (recipient_kind IN ('county', 'municipality')),
    purpose smallint NOT NULL CHECK (purpose > 0),
    conditions text[] NOT NULL CHECK (cardinality(conditions) BETWEEN 1 AND 32),
    categories smallint[] NOT NULL CHECK (
        cardinality(categories) BETWEEN 1 AND 10
        AND categories <@ ARRAY[1, 2, 3, 4, 5, 6, 7, 8, 9, 10]::smallint[]),
    PRIMARY KEY (rule, valid_from),
    CONSTRAINT sharing_rule_days CHECK (valid_to >= valid_from)
);

-- ==================================================================================================
-- The bytes of an audit row that its leaf hash covers, version 1; `docs/audit.md` gives them byte
-- by byte.
--
-- One function for all tenants: PL/pgSQL keeps a compiled copy of each function in each connection,
-- and 308 copies would cost more memory than the rows that they hash. It is never changed: another
-- form is another function, and a column of its own.

-- `'\x01' || length || bytes` is NULL where the value is, so that `coalesce` gives the single byte
-- of an absent value. Declared IMMUTABLE since a generated column asks for it; `convert_to` and
-- `array_to_string` are only STABLE because they depend on an encoding and on output functions,
-- which are fixed here: UTF-8 and smallint.
-- name: registry.v1.audit-canonical
CREATE FUNCTION icds.audit_canonical_v1(
    tenant text, era integer, seq bigint, xid xid8, at timestamptz, actor_kind text,
    actor_code text, actor_system text, method text, outcome smallint, refusal_reason text,
    purpose smallint, rule text, statute_version text, legal_basis text, decision_id uuid,
    client_id uuid, client_count integer, released smallint[], call_reference text,
    personal bytea, nonce bytea)
RETURNS bytea
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $body$
DECLARE
    absent CONSTANT bytea := '\x00';
    present CONSTANT bytea := '\x01';
    released_text CONSTANT text := array_to_string(released, ',');
BEGIN
    RETURN '\x00'::bytea || 'icds-audit-1'::bytea
        || coalesce(present || int4send(octet_length(tenant))
            || convert_to(tenant, 'UTF8'), absent)
        || coalesce(present || int4send(era), absent)
        || coalesce(present || int8send(seq), absent)
        || coalesce(present || xid8send(xid), absent)
        || coalesce(present || timestamptz_send(at), absent)
        || coalesce(present || int4send(octet_length(actor_kind))
            || convert_to(actor_kind, 'UTF8'), absent)
        || coalesce(present || int4send(octet_length(actor_code))
            || convert_to(actor_code, 'UTF8'), absent)
        || coalesce(present || int4send(octet_length(actor_system))
            || convert_to(actor_system, 'UTF8'), absent)
        || coalesce(present || int4send(octet_length(method))
            || convert_to(method, 'UTF8'), absent)
        || coalesce(present || int2send(outcome), absent)
        || coalesce(present || int4send(octet_length(refusal_reason))
            || convert_to(refusal_reason, 'UTF8'), absent)
        || coalesce(present || int2send(purpose), absent)
        || coalesce(present || int4send(octet_length(rule))
            || convert_to(rule, 'UTF8'), absent)
        || coalesce(present || int4send(octet_length(statute_version))
            || convert_to(statute_version, 'UTF8'), absent)
        || coalesce(present || int4send(octet_length(legal_basis))
            || convert_to(legal_basis, 'UTF8'), absent)
        || coalesce(present || uuid_send(decision_id), absent)
        || coalesce(present || uuid_send(client_id), absent)
        || coalesce(present || int4send(client_count), absent)
        || coalesce(present || int4send(octet_length(released_text))
            || convert_to(released_text, 'UTF8'), absent)
        || coalesce(present || int4send(octet_length(call_reference))
            || convert_to(call_reference, 'UTF8'), absent)
        || coalesce(present || int4send(octet_length(personal)) || personal, absent)
        || coalesce(present || int4send(octet_length(nonce)) || nonce, absent);
END
$body$;

-- It reads nothing and may be anybody's; granting it tenant by tenant would have parallel
-- provisioning change one row of the catalogue at a time.
-- name: registry.v1.grant-audit-canonical
GRANT EXECUTE ON FUNCTION icds.audit_canonical_v1(
    text, integer, bigint, xid8, timestamptz, text, text, text, text, smallint, text, smallint,
    text, text, text, uuid, uuid, integer, smallint[], text, bytea, bytea) TO PUBLIC;

-- ==================================================================================================
-- The operator's log, version 1: `docs/audit.md` explains it. No row is ever changed but that of
-- `sealing`, which says how far the sealer is.

-- One row a checkpoint; its number is the size of the operator's log. `nodes` are the hashes that the
-- entry completes: its own, and of each perfect subtree that has it as its last, 32 bytes each. From
-- them every proof can be made with a few rows by their primary key.
-- name: registry.v1.checkpoint
CREATE TABLE registry.checkpoint (
    number bigint PRIMARY KEY CHECK (number >= 1),
    at timestamptz NOT NULL,
    heads_root bytea NOT NULL CHECK (octet_length(heads_root) = 32),
    nodes bytea NOT NULL CHECK (
        octet_length(nodes) BETWEEN 32 AND 2048 AND octet_length(nodes) % 32 = 0),
    note text NOT NULL CHECK (octet_length(note) <= 16384)
);

-- The head of a tenant's log from this checkpoint on, until a later row of the same tenant.
-- name: registry.v1.checkpoint-head
CREATE TABLE registry.checkpoint_head (
    schema_name text COLLATE "C" NOT NULL CHECK (length(schema_name) BETWEEN 1 AND 63),
    checkpoint bigint NOT NULL REFERENCES registry.checkpoint,
    seal_number bigint NOT NULL CHECK (seal_number >= 1),
    tree_size bigint NOT NULL CHECK (tree_size >= 1),
    root bytea NOT NULL CHECK (octet_length(root) = 32),
    seal_hash bytea NOT NULL CHECK (octet_length(seal_hash) = 32),
    PRIMARY KEY (schema_name, checkpoint)
);

-- One row: everything that was committed before this moment is sealed.
-- name: registry.v1.sealing
CREATE TABLE registry.sealing (
    is_only boolean PRIMARY KEY DEFAULT true CHECK (is_only),
    complete_time timestamptz NOT NULL
);

-- name: registry.v1.sealing-begins
INSERT INTO registry.sealing (complete_time) VALUES (clock_timestamp());

-- Logs that cannot be sealed, and since when: every daemon goes by it, and no restart forgets it.
-- name: registry.v1.sealing-failure
CREATE TABLE registry.sealing_failure (
    schema_name text COLLATE "C" PRIMARY KEY CHECK (length(schema_name) BETWEEN 1 AND 63),
    since timestamptz NOT NULL
);

-- ==================================================================================================
-- Changes of the registry that the operator may make only in this form, version 1.
--
-- Activating and suspending change a row and who may use a schema; the two must never part. The
-- operator's login holds neither right: it may execute these functions, which run with the owner's
-- rights, validate what they are given, and do both. The alternative, a second connection as
-- `icds_migrator` on the request path, would put the right to create roles behind every call.

-- Whether an operator could still get in without this organisation or certificate.
-- name: registry.v1.operators-remain
CREATE FUNCTION registry.operators_remain(
    without_code text, without_fingerprint bytea) RETURNS boolean
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $body$
SELECT EXISTS (
    SELECT
    FROM registry.system_certificate AS c
    JOIN registry.organisation AS o
        ON o.kind = c.organisation_kind AND o.code = c.organisation_code
    WHERE o.kind = 'operator'
        AND o.status = 'active'
        AND c.status = 'active'
        AND c.not_after > clock_timestamp()
        AND o.code IS DISTINCT FROM without_code
        AND c.fingerprint IS DISTINCT FROM without_fingerprint)
$body$;

-- Lets an organisation in as 'piloting' or 'active', or shuts it out as 'suspended'. Answers 'changed',
-- 'unchanged', 'not_found', 'last_operator', or why it may not be:
--
-- - 'not_provisioned': a municipality without a schema;
-- - 'not_a_municipality': only those pilot;
-- - 'already_in_use': nobody goes back from use to a pilot, also not by way of a suspension;
-- - 'ended': there is no way back.
--
-- The lock makes two operators who suspend each other come one after the other, and keeps changes of
-- role memberships apart, which PostgreSQL does not like done twice at once.
-- name: registry.v1.set-organisation-status
CREATE FUNCTION registry.set_organisation_status(
    p_kind text, p_code text, p_status text) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $body$
DECLARE
    found_row registry.organisation%ROWTYPE;
    is_let_in CONSTANT boolean := p_status IN ('piloting', 'active');
    tenant_role text;
BEGIN
    IF p_status IS NULL OR p_status NOT IN ('piloting', 'active', 'suspended') THEN
        RAISE EXCEPTION 'no such status' USING ERRCODE = 'invalid_parameter_value';
    END IF;
    PERFORM pg_advisory_xact_lock(hashtextextended('icds organisation status', 0));
    SELECT * INTO found_row
    FROM registry.organisation WHERE kind = p_kind AND code = p_code FOR UPDATE;
    IF NOT FOUND THEN
        RETURN 'not_found';
    END IF;
    IF found_row.status = 'ended' THEN
        RETURN 'ended';
    END IF;
    IF p_status = 'piloting' AND p_kind <> 'municipality' THEN
        RETURN 'not_a_municipality';
    END IF;
    IF p_kind = 'municipality' AND is_let_in AND found_row.schema_version = 0 THEN
        RETURN 'not_provisioned';
    END IF;
    IF p_status = 'piloting' AND found_row.in_use_time IS NOT NULL THEN
        RETURN 'already_in_use';
    END IF;
    IF p_kind = 'operator' AND p_status = 'suspended' AND found_row.status = 'active'
        AND NOT registry.operators_remain(p_code, NULL)
    THEN
        RETURN 'last_operator';
    END IF;
    IF p_kind = 'municipality' AND found_row.schema_version > 0 THEN
        IF found_row.code !~ '^[0-9]{3}$' THEN
            RAISE EXCEPTION 'not a code' USING ERRCODE = 'invalid_parameter_value';
        END IF;
        tenant_role := 'm' || found_row.code;
        IF is_let_in THEN
            EXECUTE format('GRANT %I TO icds_api', tenant_role);
            EXECUTE format('GRANT %I TO icds_sharing', tenant_role || '_sharing');
        ELSE
            EXECUTE format('REVOKE %I FROM icds_api', tenant_role);
            EXECUTE format('REVOKE %I FROM icds_sharing', tenant_role || '_sharing');
        END IF;
    END IF;
    IF found_row.status = p_status THEN
        RETURN 'unchanged';
    END IF;
    UPDATE registry.organisation
    SET status = p_status, status_time = clock_timestamp(),
        in_use_time = CASE
            WHEN p_status = 'active' THEN coalesce(in_use_time, clock_timestamp())
            ELSE in_use_time
        END
    WHERE kind = p_kind AND code = p_code;
    RETURN 'changed';
END
$body$;

-- Answers 'changed', 'unchanged', 'not_found' or 'last_operator'. There is no way back.
-- name: registry.v1.revoke-certificate
CREATE FUNCTION registry.revoke_certificate(
    p_fingerprint bytea, p_reason text) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $body$
DECLARE
    found_row registry.system_certificate%ROWTYPE;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('icds organisation status', 0));
    SELECT * INTO found_row
    FROM registry.system_certificate WHERE fingerprint = p_fingerprint FOR UPDATE;
    IF NOT FOUND THEN
        RETURN 'not_found';
    END IF;
    IF found_row.status = 'revoked' THEN
        RETURN 'unchanged';
    END IF;
    IF found_row.organisation_kind = 'operator'
        AND registry.operators_remain(NULL, NULL)
        AND NOT registry.operators_remain(NULL, p_fingerprint)
    THEN
        RETURN 'last_operator';
    END IF;
    UPDATE registry.system_certificate
    SET status = 'revoked', revoke_time = clock_timestamp(), revoke_reason = p_reason
    WHERE fingerprint = p_fingerprint;
    RETURN 'changed';
END
$body$;

-- ==================================================================================================
-- What the registry keeps true by itself, version 1.

-- name: registry.v1.change-counter-row
INSERT INTO registry.change_counter (value) VALUES (1);

-- Runs with the owner's rights, so that nobody needs the right to set the counter. The notification
-- tells nothing but that daemons should look now; the counter is what they go by.
-- name: registry.v1.bump-change-counter
CREATE FUNCTION registry.bump_change_counter() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $body$
BEGIN
    UPDATE registry.change_counter SET value = value + 1;
    PERFORM pg_notify('icds_registry', '');
    RETURN NULL;
END
$body$;

-- name: registry.v1.bump-triggers
DO $body$
DECLARE
    table_name text;
BEGIN
    FOREACH table_name IN ARRAY ARRAY[
        'municipality', 'area', 'membership', 'organisation', 'system_certificate',
        'sharing_rule', 'organisation_quota']
    LOOP
        EXECUTE format(
            'CREATE TRIGGER bump_change_counter '
            'AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON registry.%I '
            'FOR EACH STATEMENT EXECUTE FUNCTION registry.bump_change_counter()',
            table_name);
    END LOOP;
END
$body$;

-- Two rows of one thing may not be valid on the same day. (An exclusion constraint would say it
-- shorter and need an extension.) The argument is the list of columns that name the thing. Loads
-- take a lock, so that two of them cannot each miss the other's rows.
-- name: registry.v1.refuse-overlap
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
$body$;

-- name: registry.v1.refuse-overlap-triggers
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
$body$;

-- ==================================================================================================
-- Who may do what in the registry, version 1.

-- Readers see all of the registry: it holds no personal data and no key.
-- name: registry.v1.grant-reader
DO $body$
BEGIN
    GRANT USAGE ON SCHEMA registry TO icds_registry_reader, icds_registry_writer;
    GRANT SELECT ON ALL TABLES IN SCHEMA registry
        TO icds_registry_reader, icds_registry_writer;
END
$body$;

-- The sealer sees which municipalities there are, adds checkpoints, and says how far it is.
-- name: registry.v1.grant-sealing
DO $body$
BEGIN
    GRANT USAGE ON SCHEMA registry TO icds_sealing;
    GRANT SELECT ON registry.organisation TO icds_sealing;
    GRANT SELECT, INSERT ON registry.checkpoint, registry.checkpoint_head TO icds_sealing;
    GRANT SELECT, UPDATE (complete_time) ON registry.sealing TO icds_sealing;
    GRANT SELECT, INSERT, DELETE ON registry.sealing_failure TO icds_sealing;
END
$body$;

-- The writer adds and corrects register rows and registers certificates. It has no right to the
-- columns `status` and `schema_version`, and none to delete.
-- name: registry.v1.grant-writer
DO $body$
BEGIN
    GRANT INSERT, UPDATE ON registry.municipality, registry.area, registry.membership
        TO icds_registry_writer;
    GRANT INSERT (kind, code, name_fi, name_sv, name_en, valid_from, valid_to),
        UPDATE (name_fi, name_sv, name_en, valid_from, valid_to)
        ON registry.organisation TO icds_registry_writer;
    GRANT INSERT (
        fingerprint, uri, organisation_kind, organisation_code, system_name, serial,
        not_before, not_after)
        ON registry.system_certificate TO icds_registry_writer;
    GRANT INSERT, UPDATE, DELETE ON registry.organisation_quota TO icds_registry_writer;
    GRANT EXECUTE ON FUNCTION
        registry.set_organisation_status(text, text, text),
        registry.revoke_certificate(bytea, text)
        TO icds_registry_writer;
END
$body$;

-- ==================================================================================================
-- Who changed what in the registry, version 1. The operator can move a municipality to another county by
-- loading the register, and with that open its cases to that county; it cannot do so without a row here.

-- One row a changed row, by triggers, so that no statement can forget it, and in the same transaction.
-- `login` and `at` are PostgreSQL's own word; `actor` (the URI of the certificate) and `call_reference`
-- are the daemon's, and absent where somebody worked past it. Rows are added and never changed: no role
-- has a right to but the owner.
-- name: registry.v1.change-log
CREATE TABLE registry.change_log (
    seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
    at timestamptz NOT NULL DEFAULT clock_timestamp(),
    login text NOT NULL,
    actor text CHECK (length(actor) BETWEEN 1 AND 200),
    call_reference text CHECK (length(call_reference) BETWEEN 1 AND 64),
    table_name text NOT NULL,
    operation text NOT NULL CHECK (operation IN ('INSERT', 'UPDATE', 'DELETE', 'TRUNCATE')),
    old_row jsonb,
    new_row jsonb
);

-- Runs with the owner's rights, so that nobody needs the right to add a row of their own.
-- name: registry.v1.log-change
CREATE FUNCTION registry.log_change() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $body$
DECLARE
    old_row jsonb;
    new_row jsonb;
BEGIN
    IF TG_OP IN ('UPDATE', 'DELETE') THEN
        old_row := to_jsonb(OLD);
    END IF;
    IF TG_OP IN ('INSERT', 'UPDATE') THEN
        new_row := to_jsonb(NEW);
    END IF;
    IF TG_OP = 'UPDATE' AND old_row = new_row THEN
        RETURN NULL;
    END IF;
    INSERT INTO registry.change_log (
        login, actor, call_reference, table_name, operation, old_row, new_row)
    VALUES (
        session_user, left(nullif(current_setting('icds.actor', true), ''), 200),
        left(nullif(current_setting('icds.call_reference', true), ''), 64), TG_TABLE_NAME,
        TG_OP, old_row, new_row);
    RETURN NULL;
END
$body$;

-- name: registry.v1.log-change-triggers
DO $body$
DECLARE
    table_name text;
BEGIN
    FOREACH table_name IN ARRAY ARRAY[
        'municipality', 'area', 'membership', 'organisation', 'system_certificate',
        'sharing_rule', 'organisation_quota', 'mandatory_use']
    LOOP
        EXECUTE format(
            'CREATE TRIGGER log_change AFTER INSERT OR UPDATE OR DELETE ON registry.%I '
            'FOR EACH ROW EXECUTE FUNCTION registry.log_change()', table_name);
        EXECUTE format(
            'CREATE TRIGGER log_truncate AFTER TRUNCATE ON registry.%I '
            'FOR EACH STATEMENT EXECUTE FUNCTION registry.log_change()', table_name);
    END LOOP;
END
$body$;

-- The operator reads it; what the daemon's other logins do needs no history.
-- name: registry.v1.grant-change-log
GRANT SELECT ON registry.change_log TO icds_registry_writer;

-- ==================================================================================================
-- The sharing rules that the system starts with. Everything else is refused.

-- WC-ASSESS: the county takes part in the assessment of section 14 (subsection 4) and gets what
-- drafting it needs (section 86, subsection 2). Both applied first on 1 January 2025, as amended by
-- acts 322/2024 and 1100/2024.
-- name: registry.v1.rule-wc-assess
INSERT INTO registry.sharing_rule (
    rule, valid_from, legal_basis, statute_version, recipient_kind, purpose, conditions,
    categories)
VALUES (
    'WC-ASSESS', '2025-01-01', '681/2023 86 § 2 mom., 14 § 4 mom.',
    '681/2023 as amended by 322/2024 and 1100/2024', 'county', 2,
    ARRAY['MUNICIPALITY_IN_COUNTY', 'PARTICIPATION_ACCEPTED', 'PARTICIPATION_NOT_ENDED',
        'ASSESSMENT_OPEN', 'CLIENT_ACTIVE'],
    ARRAY[1, 2, 3, 4, 5, 6, 8]);

-- A municipality must have taken the system into use (section 74) within two years of the Act's entry
-- into force on 1 January 2025, and store in it from 1 January 2027 (section 102, subsections 3 and 4).
-- name: registry.v1.mandatory-use-rows
INSERT INTO registry.mandatory_use (organisation_kind, mandatory_from, legal_basis)
VALUES ('municipality', '2027-01-01', '681/2023 102 § 3 ja 4 mom.');
