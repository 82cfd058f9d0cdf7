/// How keys and answers get into a tenant's schema and back. The municipality's role works on the table,
/// by its primary key; the sharing role only through functions, which name the county themselves.
enum IdempotencyStatements {
    /// What a second call with a key runs into, after it has waited for the first; in the registry too.
    static let constraint = "idempotency_pkey"

    static let claim = Statement(
        "idempotency.claim",
        #"""
        INSERT INTO {schema}.idempotency (
            actor_kind, actor_code, key_digest, method, request_digest, key_generation,
            answer)
        SELECT $1, $2, $3::bytea, $4, $5::bytea, $6::smallint, $7::bytea
        WHERE CASE
            WHEN EXISTS (
                SELECT FROM {schema}.tenant_key AS k WHERE k.generation = $6::smallint)
            THEN true
            ELSE {schema}.refuse_generation() IS NULL
        END
        """#)

    static let keep = Statement(
        "idempotency.keep",
        #"""
        UPDATE {schema}.idempotency SET answer = $4::bytea
        WHERE actor_kind = $1 AND actor_code = $2 AND key_digest = $3::bytea
        """#)

    static let read = Statement(
        "idempotency.read",
        #"""
        SELECT method, request_digest, key_generation, answer, at
        FROM {schema}.idempotency
        WHERE actor_kind = $1 AND actor_code = $2 AND key_digest = $3::bytea
        """#)

    static let claimForCounty = Statement(
        "idempotency.claim-for-county",
        #"""
        SELECT {schema}.claim_key($1::bytea, $2, $3::bytea, $4::smallint)
        """#)

    static let keepForCounty = Statement(
        "idempotency.keep-for-county",
        #"""
        SELECT {schema}.keep_answer($1::bytea, $2::bytea)
        """#)

    static let readForCounty = Statement(
        "idempotency.read-for-county",
        #"""
        SELECT method, request_digest, key_generation, answer, at
        FROM {schema}.first_answer($1::bytea)
        """#)

    /// Removes keys that are older than `$1` seconds, at most `$2` of them. Run by the owner; reads the
    /// table, which is small and read once an hour.
    static let purge = Statement(
        "idempotency.purge",
        #"""
        WITH removed AS (
            DELETE FROM {schema}.idempotency AS i
            WHERE i.ctid = ANY (ARRAY(
                SELECT o.ctid FROM {schema}.idempotency AS o
                WHERE o.at < now() - make_interval(secs => $1::double precision)
                LIMIT $2::integer))
            RETURNING 1
        )
        SELECT count(*) AS removed FROM removed
        """#, prepared: false)
}

extension IdempotencyClaim: KeyedClaim {
    var claimStep: WorkStep {
        if actor.kind == .county {
            return WorkStep(
                IdempotencyStatements.claimForCounty,
                [.bytes(keyDigest), .text(method), .bytes(requestDigest), generationValue])
        }
        return WorkStep(IdempotencyStatements.claim, claimValues + [.null])
    }

    /// Takes the key with an answer that is known before the work is done. For a municipality's own
    /// work.
    func claimStep(answer: [UInt8]) throws(CryptoError) -> WorkStep {
        WorkStep(IdempotencyStatements.claim, claimValues + [.bytes(try sealed(answer))])
    }

    func keepStep(answer: [UInt8]) throws(CryptoError) -> WorkStep {
        let sealed = SQLValue.bytes(try sealed(answer))
        return actor.kind == .county
            ? WorkStep(IdempotencyStatements.keepForCounty, [.bytes(keyDigest), sealed])
            : WorkStep(IdempotencyStatements.keep, keyValues + [sealed])
    }

    var readStep: WorkStep {
        actor.kind == .county
            ? WorkStep(IdempotencyStatements.readForCounty, [.bytes(keyDigest)])
            : WorkStep(IdempotencyStatements.read, keyValues)
    }

    private var keyValues: [SQLValue] {
        [.text(actor.kind.rawValue), .text(actor.code), .bytes(keyDigest)]
    }

    private var claimValues: [SQLValue] {
        keyValues + [.text(method), .bytes(requestDigest), generationValue]
    }

    private var generationValue: SQLValue { .int(Int64(generation)) }
}
