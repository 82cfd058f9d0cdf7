import AuditProof

/// The key that wraps the tenants' keys: 32 bytes, held outside the database.
public struct MasterKey: Sendable {
    /// 16 hexadecimal digits derived from the key, stored with each wrapped key so that a wrong
    /// master key is told from a damaged row. It says nothing of the key itself.
    public let id: String
    let secret: SecretBytes

    public init(_ secret: SecretBytes) throws(CryptoError) {
        guard secret.count == AuthenticatedCipher.keyByteCount else { throw .invalidKeyLength }
        self.secret = secret
        let derived = try Digest.hkdfSHA256(
            secret, salt: [], info: Array("icds master key id v1".utf8), count: 8)
        id = derived.withUnsafeBytes { Hex.encode($0) }
    }

    /// Wraps a tenant's key for storage. Bound to the tenant, so that the row of one tenant does not
    /// open as another's.
    func wrap(
        _ key: SecretBytes, for tenant: TenantSchema, generation: UInt8
    ) throws(CryptoError) -> [UInt8] {
        try key.withUnsafeBytes { bytes throws(CryptoError) in
            try AuthenticatedCipher.seal(
                bytes, key: secret, authenticating: context(tenant, generation))
        }
    }

    func unwrap(
        _ wrapped: [UInt8], for tenant: TenantSchema, generation: UInt8
    ) throws(CryptoError) -> SecretBytes {
        try AuthenticatedCipher.open(
            wrapped, key: secret, authenticating: context(tenant, generation))
    }

    private func context(_ tenant: TenantSchema, _ generation: UInt8) -> [UInt8] {
        AuthenticatedContext(
            "icds tenant key v1", [Array(tenant.code.utf8), [generation], Array(id.utf8)]
        ).bytes
    }
}
