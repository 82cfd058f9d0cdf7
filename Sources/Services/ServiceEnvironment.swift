import Contract
import Logging
import Tenancy
import Wire

/// What the use cases work with. One for the whole daemon; all of it may be shared between tasks.
struct ServiceEnvironment: Sendable {
    let tenants: TenantStore
    let sharing: SharingStore
    let feed: ChangeFeed
    let watchers = ChangeWatchers()
    let watchPace: WatchChanges.Pace
    /// What wakes those who watch.
    let changeSignal: ChangeSignal
    /// Whether the daemon is shutting down.
    let isDraining: @Sendable () -> Bool
    let recorder: RefusalRecorder
    /// Keys read in a municipality's own name.
    let keys: TenantKeyring
    /// Keys read in the name of the sharing role.
    let sharingKeys: TenantKeyring
    /// What the log's rows say of people is opened with them, in the municipality's own name.
    let auditKeys: AuditKeyring
    let auditRetentionYears: Int
    /// Rows and seals as they can be verified.
    let auditLog: AuditLogReader
    let operatorLog: OperatorLog
    let registry: Registry
    let registryCache: RegistryCache
    let provisioner: Provisioner
    let transfer: TenantTransfer
    let merger: TenantMerger
    let masterKeys: MasterKeys
    /// Where the tenants' keys stand.
    let keyKeeper: KeyKeeper
    /// Which identity codes count.
    let identityCodes: IdentityCode.Acceptance
    let logger: Logger

    var tenantWork: TenantWork { TenantWork(store: tenants, keys: keys) }

    /// The registry as it is in memory.
    ///
    /// Errors: UNAVAILABLE/REGISTRY_UNAVAILABLE where it is too old to go by.
    func snapshot() throws(RPCStatus) -> RegistrySnapshot {
        do throws(RegistryError) {
            return try registryCache.current()
        } catch {
            throw StatusMapping.registryUnavailable
        }
    }

    /// The day in Finland, by the database's clock.
    func today() throws -> CalendarDate {
        guard let today = CalendarDate(try snapshot().today) else {
            throw StatusMapping.registryUnavailable
        }
        return today
    }

    /// A client that was read, with its identity code opened. Where a generation of the key sealed it that
    /// is not in memory yet, the keys are read anew.
    ///
    /// - Throws: `CryptoError.unknownGeneration` where it is gone as well: read the client again.
    func opened(_ record: ClientRecord, in tenant: TenantSchema) async throws -> Client {
        try record.opened(
            by: try await keys.keys(for: tenant, opening: record.sealedIdentityCode))
    }

    func clientValidation() throws -> ClientValidation {
        ClientValidation(acceptance: identityCodes, today: try today())
    }
}
