/// A generation of a tenant's key as the tenant's schema holds it: wrapped.
struct StoredTenantKey: Sendable {
    /// All of them, a few rows in the order of their primary key.
    static let read = Statement(
        "tenant-key.read",
        #"""
        SELECT generation, state, master_key_id, wrapped_key FROM {schema}.tenant_key
        ORDER BY generation
        """#, prepared: false)

    let generation: UInt8
    let state: TenantKeys.State
    let masterKeyID: String
    let wrapped: [UInt8]

    init(_ row: SQLRow) throws {
        guard let generation = UInt8(exactly: try row.value("generation") as Int) else {
            throw CryptoError.malformed
        }
        self.generation = generation
        state = try row.enumeration("state")
        masterKeyID = try row.value("master_key_id")
        wrapped = try row.value("wrapped_key")
    }

    /// - Throws: `CryptoError.unknownMasterKey`, `.authenticationFailed`.
    func secret(
        of tenant: TenantSchema, by masterKeys: MasterKeys
    ) async throws(CryptoError) -> SecretBytes {
        try await masterKeys.find(id: masterKeyID)
            .unwrap(wrapped, for: tenant, generation: generation)
    }

    func key(
        of tenant: TenantSchema, by masterKeys: MasterKeys
    ) async throws(CryptoError) -> TenantKey {
        try TenantKey(
            try await secret(of: tenant, by: masterKeys), tenant: tenant, generation: generation)
    }

    /// The keys of the rows that `read` gives.
    static func unwrapped(
        _ result: SQLResult, of tenant: TenantSchema, by masterKeys: MasterKeys
    ) async throws -> TenantKeys {
        try await unwrapped(
            try result.rows.map { try StoredTenantKey($0) }, of: tenant, by: masterKeys)
    }

    static func unwrapped(
        _ rows: [StoredTenantKey], of tenant: TenantSchema, by masterKeys: MasterKeys
    ) async throws(CryptoError) -> TenantKeys {
        var keys: [(key: TenantKey, state: TenantKeys.State)] = []
        for row in rows { keys.append((try await row.key(of: tenant, by: masterKeys), row.state)) }
        return try TenantKeys(keys, tenant: tenant)
    }
}
