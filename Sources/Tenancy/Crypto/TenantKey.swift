/// One generation of a tenant's key, unwrapped: encrypts its clients' personal identity codes and makes
/// the blind index by which they are found.
///
/// A key for each use is derived from it (HKDF, RFC 5869), so that what seals never hashes.
public struct TenantKey: Sendable {
    /// Stored with each sealed code: which key of the tenant sealed it.
    public static let firstGeneration: UInt8 = 1

    public let tenant: TenantSchema
    public let generation: UInt8
    private let sealingKey: SecretBytes
    private let indexKey: SecretBytes
    private let requestKey: SecretBytes
    private let answerKey: SecretBytes
    private let auditWrappingKey: SecretBytes

    init(
        _ secret: SecretBytes, tenant: TenantSchema, generation: UInt8
    ) throws(CryptoError) {
        self.tenant = tenant
        self.generation = generation
        let salt = Array(tenant.code.utf8)
        sealingKey = try Digest.hkdfSHA256(
            secret, salt: salt, info: Array("icds identity code sealing v1".utf8), count: 32)
        indexKey = try Digest.hkdfSHA256(
            secret, salt: salt, info: Array("icds identity code index v1".utf8), count: 32)
        requestKey = try Digest.hkdfSHA256(
            secret, salt: salt, info: Array("icds idempotent request v1".utf8), count: 32)
        answerKey = try Digest.hkdfSHA256(
            secret, salt: salt, info: Array("icds idempotent answer v1".utf8), count: 32)
        auditWrappingKey = try Digest.hkdfSHA256(
            secret, salt: salt, info: Array("icds audit key wrapping v1".utf8), count: 32)
    }

    /// A personal identity code sealed for one client: generation (1 byte), nonce (12), ciphertext
    /// (11), tag (16). Bound to tenant and client, so that it opens in no other row.
    ///
    /// - Parameter clientID: the client's UUID in lower case.
    public func seal(identityCode: String, clientID: String) throws(CryptoError) -> [UInt8] {
        var plaintext = Array(identityCode.utf8)
        defer { plaintext.withUnsafeMutableBytes { Erasure.erase($0) } }
        return try AuthenticatedCipher.seal(
            plaintext, key: sealingKey, authenticating: context(clientID), behind: [generation])
    }

    /// The personal identity code that was sealed for this client.
    public func open(identityCode sealed: [UInt8], clientID: String) throws(CryptoError) -> String {
        guard let first = sealed.first else { throw .malformed }
        guard first == generation else { throw .unknownGeneration(first) }
        let plaintext = try AuthenticatedCipher.open(
            sealed.dropFirst(), key: sealingKey, authenticating: context(clientID))
        return plaintext.withUnsafeBytes { String(decoding: $0, as: UTF8.self) }
    }

    /// The blind index of a code: HMAC-SHA-256, 32 bytes, of all 11 characters (decree 690/2022 made
    /// the separator part of the code). The same code gives another index in each tenant.
    public func index(identityCode: String) throws(CryptoError) -> [UInt8] {
        let message = AuthenticatedContext(
            "icds identity code index v1", [Array(tenant.code.utf8), Array(identityCode.utf8)])
        return try Digest.hmacSHA256(message.bytes, key: indexKey)
    }

    /// HMAC-SHA-256 of a request that came with an idempotency key, 32 bytes.
    ///
    /// - Parameter parts: whose key, which one, for which method.
    func digest(ofRequest request: [UInt8], boundTo parts: [[UInt8]]) throws(CryptoError) -> [UInt8]
    {
        let message = AuthenticatedContext(
            "icds idempotent request v1", [Array(tenant.code.utf8)] + parts + [request])
        return try Digest.hmacSHA256(message.bytes, key: requestKey)
    }

    /// An answer sealed for the one call that `parts` name: nonce (12), ciphertext, tag (16).
    func seal(answer: [UInt8], boundTo parts: [[UInt8]]) throws(CryptoError) -> [UInt8] {
        try AuthenticatedCipher.seal(
            answer, key: answerKey, authenticating: answerContext(parts))
    }

    /// The answer that was sealed for this call.
    func open(answer sealed: [UInt8], boundTo parts: [[UInt8]]) throws(CryptoError) -> [UInt8] {
        let plaintext = try AuthenticatedCipher.open(
            sealed, key: answerKey, authenticating: answerContext(parts))
        return plaintext.withUnsafeBytes { Array($0) }
    }

    private func answerContext(_ parts: [[UInt8]]) -> [UInt8] {
        AuthenticatedContext("icds idempotent answer v1", [Array(tenant.code.utf8)] + parts).bytes
    }

    /// The key of a month of the log, wrapped: nonce (12), ciphertext (32), tag (16). Bound to tenant and
    /// month.
    func wrap(auditKey: SecretBytes, month: AuditMonth) throws(CryptoError) -> [UInt8] {
        try auditKey.withUnsafeBytes { bytes throws(CryptoError) in
            try AuthenticatedCipher.seal(
                bytes, key: auditWrappingKey, authenticating: context(month))
        }
    }

    func unwrap(auditKey wrapped: [UInt8], month: AuditMonth) throws(CryptoError) -> SecretBytes {
        try AuthenticatedCipher.open(
            wrapped, key: auditWrappingKey, authenticating: context(month))
    }

    private func context(_ month: AuditMonth) -> [UInt8] {
        AuthenticatedContext(
            "icds audit key v1", [Array(tenant.code.utf8), month.bytes, [generation]]
        ).bytes
    }

    private func context(_ clientID: String) -> [UInt8] {
        AuthenticatedContext(
            "icds identity code v1", [Array(tenant.code.utf8), Array(clientID.utf8)]
        ).bytes
    }
}
