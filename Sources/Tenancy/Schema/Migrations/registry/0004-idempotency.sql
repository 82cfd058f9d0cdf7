-- The registry, version 4: idempotency keys of the operator's calls. Run as icds_owner, once.
-- docs/feed.md explains them, PROTOCOL.md says how a caller uses them.

-- One row for each call that had a key and an effect, written in the transaction of the effect.
-- `idempotency_pkey` makes a second call with the key wait for the first and then fail, whereupon it is
-- answered from the row. Of the key there is the SHA-256, since callers choose keys. The request's digest
-- is a plain SHA-256 as well and the answer is not sealed, as a tenant's are: these calls say nothing of a
-- person and hold no secret. The answer is absent only inside the transaction that makes the row.
-- name: registry.v4.idempotency
CREATE TABLE registry.idempotency (
    actor_kind text NOT NULL
        CHECK (actor_kind IN ('municipality', 'county', 'operator', 'agency')),
    actor_code text NOT NULL CHECK (length(actor_code) BETWEEN 1 AND 32),
    key_digest bytea NOT NULL CHECK (octet_length(key_digest) = 32),
    method text NOT NULL CHECK (length(method) BETWEEN 1 AND 200),
    request_digest bytea NOT NULL CHECK (octet_length(request_digest) = 32),
    answer bytea CHECK (octet_length(answer) <= 16777216),
    at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT idempotency_pkey PRIMARY KEY (actor_kind, actor_code, key_digest)
);

-- The writer's own changes; work on whole tenants is the owner's, and so is the removal of old rows.
-- name: registry.v4.grant-idempotency
DO $body$
BEGIN
    GRANT SELECT,
        INSERT (actor_kind, actor_code, key_digest, method, request_digest),
        UPDATE (answer)
        ON registry.idempotency TO icds_registry_writer;
END
$body$;
