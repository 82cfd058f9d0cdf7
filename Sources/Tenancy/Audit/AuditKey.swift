/// The key of one tenant and month, which seals what the log's rows say of people (AES-256-GCM).
///
/// A sealed part is the byte 1, the month (2 bytes, months since January 2000), nonce (12), ciphertext
/// and tag (16).
package struct AuditKey: Sendable {
    private static let form: UInt8 = 1
    private static let headerByteCount = 3

    package let tenant: TenantSchema
    package let month: AuditMonth
    private let secret: SecretBytes

    init(_ secret: SecretBytes, tenant: TenantSchema, month: AuditMonth) {
        self.secret = secret
        self.tenant = tenant
        self.month = month
    }

    /// A key that nobody keeps: for statements that are measured and not read again.
    package static func unkept(_ tenant: TenantSchema) throws(CryptoError) -> AuditKey {
        let secret = try SecretBytes.random(count: AuthenticatedCipher.keyByteCount)
        return AuditKey(secret, tenant: tenant, month: AuditMonth(number: 0))
    }

    /// Nil where there is nothing to seal.
    func seal(
        _ personal: AuditPersonal, bindingTo binding: AuditBinding
    ) throws(CryptoError) -> [UInt8]? {
        guard !personal.isEmpty else { return nil }
        return try AuthenticatedCipher.seal(
            personal.plaintext, key: secret, authenticating: context(binding),
            behind: [Self.form] + month.bytes)
    }

    /// - Throws: `CryptoError.authenticationFailed` where it was changed or stood in another row.
    package func open(
        _ sealed: [UInt8], boundTo binding: AuditBinding
    ) throws(CryptoError) -> AuditPersonal {
        guard Self.month(of: sealed) == month else { throw .malformed }
        let plaintext = try AuthenticatedCipher.open(
            sealed.dropFirst(Self.headerByteCount), key: secret, authenticating: context(binding))
        return try plaintext.withUnsafeBytes { bytes throws(CryptoError) in
            try AuditPersonal(plaintext: bytes)
        }
    }

    /// As `open`; nil where it was changed or stood in another row.
    package func openIfIntact(
        _ sealed: [UInt8], boundTo binding: AuditBinding
    ) throws -> AuditPersonal? {
        do {
            return try open(sealed, boundTo: binding)
        } catch CryptoError.authenticationFailed {
            return nil
        } catch CryptoError.malformed {
            return nil
        }
    }

    /// The month whose key a sealed part needs; nil where it has no form that is known.
    package static func month(of sealed: [UInt8]) -> AuditMonth? {
        guard sealed.count > headerByteCount, sealed[0] == form else { return nil }
        return AuditMonth(number: UInt16(sealed[1]) << 8 | UInt16(sealed[2]))
    }

    private func context(_ binding: AuditBinding) -> [UInt8] {
        AuthenticatedContext(
            "icds audit personal v1",
            [
                Array(tenant.code.utf8), month.bytes, Array(binding.actorKind.utf8),
                Array(binding.actorCode.utf8), Array(binding.method.utf8),
                Array(binding.callReference.utf8),
            ]
        ).bytes
    }
}
