/// The tenants' keys, unwrapped when first needed and kept in memory, at most those of `countMax`
/// tenants.
///
/// There is one for each login that needs keys: the tenant's role reads its own wrapped keys, the sharing
/// role those of the tenant it acts for. A suspended tenant's keys cannot be read; those in memory
/// already open nothing, since the database refuses the data.
///
/// Keys change under a keyring's feet: another daemon rotates them, an operator restores a tenant. It
/// reads them anew after each change of the registry, after each change of the server that the pool works
/// on, and whenever the database says that work went by a generation which is out of use (`using`).
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
    /// Two replacements of a key within one piece of work are more than ever happen.
    private static let attemptsMax = 3

    private struct Entry {
        let keys: TenantKeys
        /// The registry's version when they were read.
        let epoch: Int64
        /// The pool's primary that they were read from: a generation that the last one had made may be
        /// lost, and another secret be there under its number.
        let primary: Int64
        var lastUse: UInt64
    }

    private let database: Database
    private let reader: Reader
    private let masterKeys: MasterKeys
    private let countMax: Int
    private let epoch: @Sendable () -> Int64
    private let primary: @Sendable () -> Int64
    private var entries: [TenantSchema: Entry] = [:]
    private var useCount: UInt64 = 0

    /// - Parameters:
    ///   - countMax: more than there are municipalities, so that in practice none is let go.
    ///   - epoch: the registry's version as it is known; keys read under another one are read anew.
    public init(
        database: Database, reader: Reader, masterKeys: MasterKeys, countMax: Int = 512,
        epoch: @escaping @Sendable () -> Int64 = { 0 }
    ) {
        self.init(
            database: database, reader: reader, masterKeys: masterKeys, countMax: countMax,
            epoch: epoch, primary: { database.primaryNumber })
    }

    /// - Parameter primary: another number after each change of the server that the pool works on.
    init(
        database: Database, reader: Reader, masterKeys: MasterKeys, countMax: Int = 512,
        epoch: @escaping @Sendable () -> Int64 = { 0 },
        primary: @escaping @Sendable () -> Int64
    ) {
        self.database = database
        self.reader = reader
        self.masterKeys = masterKeys
        self.countMax = max(1, countMax)
        self.epoch = epoch
        self.primary = primary
    }

    /// - Parameter sealed: something that is to be opened; where its generation is not in memory, the
    ///   keys are read anew.
    /// - Throws: `CryptoError` where a key cannot be unwrapped; `DatabaseError`.
    public func keys(
        for tenant: TenantSchema, opening sealed: [UInt8]? = nil
    ) async throws -> TenantKeys {
        useCount += 1
        let (now, server) = (epoch(), primary())
        if let entry = entries[tenant], entry.epoch == now, entry.primary == server,
            sealed?.first.map({ entry.keys.holds($0) }) ?? true
        {
            entries[tenant]?.lastUse = useCount
            return entry.keys
        }
        let keys = try await load(tenant)
        if entries.count >= countMax, entries[tenant] == nil {
            let oldest = entries.min { $0.value.lastUse < $1.value.lastUse }
            if let oldest { entries[oldest.key] = nil }
        }
        entries[tenant] = Entry(keys: keys, epoch: now, primary: server, lastUse: useCount)
        return keys
    }

    /// Runs work with a tenant's keys, and again with the keys read anew where it turns out that they
    /// are out of date: nothing of such work was kept.
    ///
    /// - Parameter body: does nothing that its transaction does not undo.
    public nonisolated func using<Value>(
        _ tenant: TenantSchema, _ body: (TenantKeys) async throws -> Value
    ) async throws -> Value {
        var attempt = 1
        while true {
            do {
                return try await body(try await keys(for: tenant))
            } catch  where attempt < Self.attemptsMax && Self.isOutdated(error) {
                attempt += 1
                await forget(tenant)
            }
        }
    }

    /// Whether an error says that work went by a generation of a key which is not in use any more, or
    /// not in memory yet.
    static func isOutdated(_ error: any Error) -> Bool {
        switch error {
        case let error as DatabaseError:
            error.kind == .checkViolation(constraint: "tenant_key_generation")
        case CryptoError.unknownGeneration: true
        default: false
        }
    }

    /// Lets a tenant's keys go: they are read anew when they are next needed.
    public func forget(_ tenant: TenantSchema) {
        entries[tenant] = nil
    }

    /// Of how many tenants keys are in memory.
    public var count: Int { entries.count }

    private func load(_ tenant: TenantSchema) async throws -> TenantKeys {
        let role =
            switch reader {
            case .tenant: tenant.role
            case .sharing: tenant.sharingRole
            }
        let results = try await database.run(
            [WorkStep(StoredTenantKey.read)], in: Scope(role: role, schema: tenant),
            options: WorkOptions(readOnly: true, deadline: .now + Self.readTimeLimit))
        return try await StoredTenantKey.unwrapped(results[0], of: tenant, by: masterKeys)
    }
}
