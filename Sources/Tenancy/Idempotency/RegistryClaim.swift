/// One call of the operator's that was given a key, so that it has its effect once, however often it is
/// made (PROTOCOL.md, "Idempotency keys").
///
/// The key belongs to the organisation of the certificate, in the registry. Requests and answers of these
/// calls say nothing of a person and hold no secret, so that the digest of the request is a plain SHA-256
/// and the answer is kept as it is, whereas a tenant's keys (`IdempotencyClaim`) seal theirs. A caller that
/// has anything of a person to answer with must leave it out of what is kept, as `TenantMerger` does with
/// the ids of clients.
public struct RegistryClaim: Sendable {
    private let actor: OrganisationKey
    private let keyDigest: [UInt8]
    private let method: String
    /// Of method and request.
    private let requestDigest: [UInt8]

    /// - Parameters:
    ///   - actor: who calls, by its certificate.
    ///   - method: full name.
    ///   - request: the request's canonical bytes, which are the same for the same request.
    /// - Throws: `IsolationError.invalidIdempotencyKey`; `CryptoError`.
    public init(key: String, actor: OrganisationKey, method: String, request: [UInt8]) throws {
        keyDigest = try IdempotencyClaim.digest(ofKey: key)
        self.actor = actor
        self.method = method
        // A name of a method has no byte of 0, so that nothing else gives the same bytes.
        requestDigest = try Digest.sha256(Array(method.utf8) + [0] + request)
    }
}

extension RegistryClaim: KeyedClaim {
    var claimStep: WorkStep {
        WorkStep(
            RegistryKeyStatements.claim, keyValues + [.text(method), .bytes(requestDigest)])
    }

    func keepStep(answer: [UInt8]) -> WorkStep {
        WorkStep(RegistryKeyStatements.keep, keyValues + [.bytes(answer)])
    }

    var readStep: WorkStep { WorkStep(RegistryKeyStatements.read, keyValues) }

    func firstAnswer(_ row: SQLRow) throws -> FirstAnswer {
        let method: String = try row.value("method")
        guard method == self.method,
            Digest.areEqual(try row.value("request_digest"), requestDigest)
        else { throw IsolationError.idempotencyKeyReused }
        return FirstAnswer(bytes: try row.value("answer"), time: try row.value("at"))
    }

    private var keyValues: [SQLValue] {
        [.text(actor.kind.rawValue), .text(actor.code), .bytes(keyDigest)]
    }
}

/// A key with what is kept as the answer of the work that it has done once.
public struct KeyedAnswer<Value: Sendable>: Sendable {
    public let claim: RegistryClaim
    /// The bytes that a repetition is to get.
    public let encode: @Sendable (Value) throws -> [UInt8]

    public init(_ claim: RegistryClaim, encode: @escaping @Sendable (Value) throws -> [UInt8]) {
        self.claim = claim
        self.encode = encode
    }
}

/// How the operator's keys and answers get into the registry and back, by the primary key.
enum RegistryKeyStatements {
    static let claim = Statement(
        "registry-key.claim",
        #"""
        INSERT INTO registry.idempotency (
            actor_kind, actor_code, key_digest, method, request_digest)
        VALUES ($1, $2, $3::bytea, $4, $5::bytea)
        """#)

    static let keep = Statement(
        "registry-key.keep",
        #"""
        UPDATE registry.idempotency SET answer = $4::bytea
        WHERE actor_kind = $1 AND actor_code = $2 AND key_digest = $3::bytea
        """#)

    static let read = Statement(
        "registry-key.read",
        #"""
        SELECT method, request_digest, answer, at
        FROM registry.idempotency
        WHERE actor_kind = $1 AND actor_code = $2 AND key_digest = $3::bytea
        """#)

    /// Removes keys that are older than `$1` seconds, at most `$2` of them. Run by the owner; reads the
    /// table, which has a row for each call of an operator in a week.
    static let purge = Statement(
        "registry-key.purge",
        #"""
        WITH old AS (
            SELECT i.actor_kind, i.actor_code, i.key_digest FROM registry.idempotency AS i
            WHERE i.at < now() - make_interval(secs => $1::double precision)
            LIMIT $2::integer
            FOR UPDATE SKIP LOCKED
        ), removed AS (
            DELETE FROM registry.idempotency AS i
            USING old
            WHERE i.actor_kind = old.actor_kind AND i.actor_code = old.actor_code
                AND i.key_digest = old.key_digest
            RETURNING 1
        )
        SELECT count(*) AS removed FROM removed
        """#, prepared: false)
}
