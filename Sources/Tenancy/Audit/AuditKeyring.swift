internal import Synchronization

/// The keys of the present month, one a tenant, made when the month's first row is written. Keys of
/// earlier months are read anew each time, so that one which is destroyed opens nothing any more.
///
/// There is one keyring for each login that writes rows, beside its `TenantKeyring`.
public final class AuditKeyring: Sendable {
    private static let readTimeLimit: Duration = .seconds(5)
    /// Somebody else may make the key at the same moment, or the month may turn, once each.
    private static let attemptsMax = 4

    private struct Entry {
        let key: AuditKey
        /// When the month is over, by the database's clock.
        let validUntil: ContinuousClock.Instant
        /// The registry's version when it was read: a tenant that was restored may have another key.
        let epoch: Int64
        /// The pool's primary that it was read from: a key that the last one had made may be lost.
        let primary: Int64
        var lastUse: UInt64
    }

    private struct State {
        var entries: [TenantSchema: Entry] = [:]
        var useCount: UInt64 = 0
    }

    private let database: Database
    private let reader: TenantKeyring.Reader
    private let keys: TenantKeyring
    private let countMax: Int
    private let epoch: @Sendable () -> Int64
    private let primary: @Sendable () -> Int64
    private let state = Mutex(State())

    /// - Parameters:
    ///   - database: connections of the same login as that of `keys`.
    ///   - countMax: more than there are municipalities, so that in practice none is let go.
    ///   - epoch: as that of `keys`.
    public convenience init(
        database: Database, reader: TenantKeyring.Reader, keys: TenantKeyring, countMax: Int = 512,
        epoch: @escaping @Sendable () -> Int64 = { 0 }
    ) {
        self.init(
            database: database, reader: reader, keys: keys, countMax: countMax, epoch: epoch,
            primary: { database.primaryNumber })
    }

    /// - Parameter primary: another number after each change of the server that the pool works on.
    init(
        database: Database, reader: TenantKeyring.Reader, keys: TenantKeyring, countMax: Int = 512,
        epoch: @escaping @Sendable () -> Int64 = { 0 },
        primary: @escaping @Sendable () -> Int64
    ) {
        self.database = database
        self.reader = reader
        self.keys = keys
        self.countMax = max(1, countMax)
        self.epoch = epoch
        self.primary = primary
    }

    /// The key that a row of this moment is sealed with.
    ///
    /// - Throws: `CryptoError` where it cannot be unwrapped; `DatabaseError`.
    package func current(_ tenant: TenantSchema) async throws -> AuditKey {
        let (now, server) = (epoch(), primary())
        let known = state.withLock { state -> AuditKey? in
            guard let entry = state.entries[tenant], entry.validUntil > .now, entry.epoch == now,
                entry.primary == server
            else { return nil }
            state.useCount += 1
            state.entries[tenant]?.lastUse = state.useCount
            return entry.key
        }
        if let known { return known }
        for _ in 0..<Self.attemptsMax {
            if let (key, validUntil) = try await readOrMake(tenant) {
                keep(key, tenant, validUntil, now, server)
                return key
            }
        }
        throw CryptoError.noTenantKey
    }

    /// The keys of these months; one that was destroyed is not among them.
    package func keys(
        of months: Set<AuditMonth>, for tenant: TenantSchema
    ) async throws -> [AuditMonth: AuditKey] {
        guard !months.isEmpty else { return [:] }
        return try await keys.using(tenant) { wrapping in
            let rows = try await run(WorkStep(AuditKeyStatements.all), tenant).rows
            var found: [AuditMonth: AuditKey] = [:]
            for row in rows {
                guard let month = AuditMonth(firstDay: try row.value("month")),
                    months.contains(month)
                else { continue }
                found[month] = try Self.unwrap(row, by: wrapping, month)
            }
            return found
        }
    }

    private func readOrMake(
        _ tenant: TenantSchema
    ) async throws -> (AuditKey, ContinuousClock.Instant)? {
        try await keys.using(tenant) { try await readOrMake(tenant, $0) }
    }

    /// Nil where it was made, or where another was faster: it is read then.
    private func readOrMake(
        _ tenant: TenantSchema, _ wrapping: TenantKeys
    ) async throws -> (AuditKey, ContinuousClock.Instant)? {
        let asked = ContinuousClock.now
        let row = try await run(WorkStep(AuditKeyStatements.current), tenant).only()
        guard let month = AuditMonth(firstDay: try row.value("month")) else {
            throw CryptoError.malformed
        }
        let left: Int64 = try row.value("milliseconds_left")
        let wrapped: [UInt8]? = try row.optional("wrapped_key")
        guard wrapped == nil else {
            return (
                try Self.unwrap(row, by: wrapping, month), asked.advanced(by: .milliseconds(left))
            )
        }
        let secret = try SecretBytes.random(count: AuthenticatedCipher.keyByteCount)
        let newest = wrapping.newest
        let sealed = try newest.wrap(auditKey: secret, month: month)
        do {
            _ = try await run(
                WorkStep(
                    AuditKeyStatements.insert,
                    [.int(Int64(newest.generation)), .bytes(sealed), .text(month.firstDay)]),
                tenant)
        } catch let error as DatabaseError where error.kind == .foreignKeyViolation {
            // The generation was destroyed meanwhile.
            throw CryptoError.unknownGeneration(newest.generation)
        }
        return nil
    }

    private func keep(
        _ key: AuditKey, _ tenant: TenantSchema, _ validUntil: ContinuousClock.Instant,
        _ epoch: Int64, _ primary: Int64
    ) {
        state.withLock { state in
            if state.entries.count >= countMax, state.entries[tenant] == nil {
                let oldest = state.entries.min { $0.value.lastUse < $1.value.lastUse }
                if let oldest { state.entries[oldest.key] = nil }
            }
            state.useCount += 1
            state.entries[tenant] = Entry(
                key: key, validUntil: validUntil, epoch: epoch, primary: primary,
                lastUse: state.useCount)
        }
    }

    private func run(_ step: WorkStep, _ tenant: TenantSchema) async throws -> SQLResult {
        let role =
            switch reader {
            case .tenant: tenant.role
            case .sharing: tenant.sharingRole
            }
        return try await database.run(
            [step], in: Scope(role: role, schema: tenant),
            options: WorkOptions(deadline: .now + Self.readTimeLimit))[0]
    }

    private static func unwrap(
        _ row: SQLRow, by wrapping: TenantKeys, _ month: AuditMonth
    ) throws -> AuditKey {
        let key = try wrapping.key(of: UInt8(clamping: try row.value("generation") as Int))
        let secret = try key.unwrap(auditKey: try row.value("wrapped_key"), month: month)
        return AuditKey(secret, tenant: wrapping.tenant, month: month)
    }
}
