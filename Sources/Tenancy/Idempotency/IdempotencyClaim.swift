/// One call that its caller gave a key, so that it has its effect once, however often it is made
/// (PROTOCOL.md, "Idempotency keys").
///
/// A key belongs to the organisation of the certificate. Of the call the database gets the digest of the
/// key, a keyed digest of the request and the sealed answer: nothing that it could read.
public struct IdempotencyClaim: Sendable {
    /// Characters of a key, which are printable ASCII without the blank.
    public static let keyLengthMax = 64

    let actor: OrganisationKey
    let keyDigest: [UInt8]
    let method: String
    /// By the newest generation of the tenant's key.
    let requestDigest: [UInt8]
    let tenantKeys: TenantKeys
    private let request: [UInt8]

    var generation: UInt8 { tenantKeys.newest.generation }

    /// - Parameters:
    ///   - actor: who calls, by its certificate.
    ///   - method: full name.
    ///   - request: the request's canonical bytes, which are the same for the same request.
    ///   - tenantKeys: those of the municipality in whose records the effect is.
    /// - Throws: `IsolationError.invalidIdempotencyKey`; `CryptoError`.
    public init(
        key: String, actor: OrganisationKey, method: String, request: [UInt8],
        tenantKeys: TenantKeys
    ) throws {
        keyDigest = try Self.digest(ofKey: key)
        self.actor = actor
        self.method = method
        self.tenantKeys = tenantKeys
        self.request = request
        requestDigest = try tenantKeys.newest.digest(
            ofRequest: request, boundTo: Self.context(actor, keyDigest, method))
    }

    /// Whether a text can be a key.
    public static func isValid(_ key: String) -> Bool {
        let characters = key.utf8
        return (1...keyLengthMax).contains(characters.count)
            && characters.allSatisfy { (0x21...0x7E).contains($0) }
    }

    /// What the database gets of a key.
    ///
    /// - Throws: `IsolationError.invalidIdempotencyKey`; `CryptoError`.
    static func digest(ofKey key: String) throws -> [UInt8] {
        guard isValid(key) else { throw IsolationError.invalidIdempotencyKey }
        return try Digest.sha256(Array(key.utf8))
    }

    func sealed(_ answer: [UInt8]) throws(CryptoError) -> [UInt8] {
        try tenantKeys.newest.seal(answer: answer, boundTo: Self.context(actor, keyDigest, method))
    }

    /// The answer in a row of the key.
    ///
    /// - Throws: `IsolationError.idempotencyKeyReused` where the row is another call's;
    ///   `CryptoError.unknownGeneration` where it was sealed by a generation of the tenant's key that is
    ///   not among the claim's; another `CryptoError` where it is not what was sealed.
    func firstAnswer(_ row: SQLRow) throws -> FirstAnswer {
        let key = try tenantKeys.key(of: UInt8(clamping: try row.value("key_generation") as Int))
        let context = Self.context(actor, keyDigest, self.method)
        let method: String = try row.value("method")
        guard method == self.method,
            Digest.areEqual(
                try row.value("request_digest"),
                try key.digest(ofRequest: request, boundTo: context))
        else { throw IsolationError.idempotencyKeyReused }
        return FirstAnswer(
            bytes: try key.open(answer: try row.value("answer"), boundTo: context),
            time: try row.value("at"))
    }

    private static func context(
        _ actor: OrganisationKey, _ keyDigest: [UInt8], _ method: String
    ) -> [[UInt8]] {
        [Array(actor.kind.rawValue.utf8), Array(actor.code.utf8), keyDigest, Array(method.utf8)]
    }
}
