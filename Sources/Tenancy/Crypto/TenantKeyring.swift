/// The tenants' keys, unwrapped when first needed and kept in memory, at most `countMax` of them.
///
/// There is one for each login that needs keys: the tenant's role reads its own wrapped key, the sharing
/// role that of the tenant it acts for. A suspended tenant's key cannot be read; one that is in memory
/// already opens nothing, since the database refuses the data.
public actor TenantKeyring {
    /// In whose name the wrapped keys are read.
    public enum Reader: Sendable {
        /// Role `mNNN`, over the pool of `icds_api`.
        case tenant
        /// Role `mNNN_sharing`, over the pool of `icds_sharing`.
        case sharing
    }

    /// A key that takes longer to read is as good as not there: nobody waits for it for ever.
    private static let readTimeLimit: Duration = .seconds(5)

    /// The newest key; the primary key gives the order.
    private static let read = Statement(
        "tenant-key.read",
        #"""
        SELECT generation, master_key_id, wrapped_key FROM {schema}.tenant_key
        ORDER BY generation DESC LIMIT 1
        """#, prepared: false)

    private struct Entry {
        let key: TenantKey
        var lastUse: UInt64
    }

    private let database: Database
    private let reader: Reader
    private let masterKeys: MasterKeys
    private let countMax: Int
    private var entries: [TenantSchema: Entry] = [:]
    private var useCount: UInt64 = 0

    /// - Parameter countMax: more than there are municipalities, so that in practice none is let go.
    public init(
        database: Database, reader: Reader, masterKeys: MasterKeys, countMax: Int = 512
    ) {
        self.database = database
        self.reader = reader
        self.masterKeys = masterKeys
        self.countMax = max(1, countMax)
    }

    /// - Throws: `CryptoError` where the key cannot be unwrapped; `DatabaseError`.
    public func key(for tenant: TenantSchema) async throws -> TenantKey {
        useCount += 1
        if let entry = entries[tenant] {
            entries[tenant]?.lastUse = useCount
            return entry.key
        }
        let key = try await load(tenant)
        if entries.count >= countMax, entries[tenant] == nil {
            let oldest = entries.min { $0.value.lastUse < $1.value.lastUse }
            if let oldest { entries[oldest.key] = nil }
        }
        entries[tenant] = Entry(key: key, lastUse: useCount)
        return key
    }

    /// Lets a tenant's key go: it is read anew when it is next needed. For tenants whose keys were
    /// replaced or destroyed.
    public func forget(_ tenant: TenantSchema) {
        entries[tenant] = nil
    }

    /// How many keys are in memory.
    public var count: Int { entries.count }

    private func load(_ tenant: TenantSchema) async throws -> TenantKey {
        let role =
            switch reader {
            case .tenant: tenant.role
            case .sharing: tenant.sharingRole
            }
        let results = try await database.run(
            [WorkStep(Self.read)], in: Scope(role: role, schema: tenant),
            options: WorkOptions(readOnly: true, deadline: .now + Self.readTimeLimit))
        guard let row = results[0].first else { throw CryptoError.noTenantKey }
        let number: Int = try row.value("generation")
        guard let generation = UInt8(exactly: number) else { throw CryptoError.malformed }
        let master = try masterKeys.key(id: try row.value("master_key_id"))
        let secret = try master.unwrap(
            try row.value("wrapped_key"), for: tenant, generation: generation)
        return try TenantKey(secret, tenant: tenant, generation: generation)
    }
}
