import Contract
public import Logging
public import Tenancy
public import Wire

/// All services of the daemon and the authority that goes with them, put together from what the
/// daemon has opened: databases by login role, the master keys, the registry's cache.
///
/// The cache's `onChange` is the daemon's: there it disconnects peers that are no longer admitted.
public struct ServicesAssembly: Sendable {
    /// Connections by login role (docs/design.md, "Roles").
    public struct Databases: Sendable {
        /// Of `icds_api`.
        public var api: Database
        /// Of `icds_sharing`.
        public var sharing: Database
        /// Of `icds_operator`.
        public var operation: Database
        /// Of `icds_migrator`.
        public var migrator: Database

        public init(api: Database, sharing: Database, operation: Database, migrator: Database) {
            self.api = api
            self.sharing = sharing
            self.operation = operation
            self.migrator = migrator
        }
    }

    public struct Settings: Sendable {
        /// Which identity codes count: production accepts real ones only.
        public var identityCodes: IdentityCode.Acceptance
        /// Version of the daemon, for `HealthService.Check`.
        public var version: String
        /// Whether the daemon is shutting down.
        public var isDraining: @Sendable () -> Bool
        /// How watches of changes pass their time.
        var watchPace = WatchChanges.Pace()
        /// Whether rows have waited so long for their seals that no more may be written: of all logs
        /// (nil) or of a municipality's.
        public var isSealingOverdue: @Sendable (_ municipalityCode: String?) -> Bool
        /// For how many years the personal part of the log's rows is kept.
        public var auditRetentionYears: Int

        public init(
            identityCodes: IdentityCode.Acceptance = .realAndArtificial, version: String,
            isDraining: @escaping @Sendable () -> Bool = { false },
            isSealingOverdue: @escaping @Sendable (_ municipalityCode: String?) -> Bool = { _ in
                false
            },
            auditRetentionYears: Int = 12
        ) {
            self.identityCodes = identityCodes
            self.version = version
            self.isDraining = isDraining
            self.isSealingOverdue = isSealingOverdue
            self.auditRetentionYears = auditRetentionYears
        }
    }

    /// What stands in the way of serving, as `HealthService.Check` gives its reason; nil where nothing
    /// does. Asks the database anew.
    public let obstacle: @Sendable () async -> String?
    /// How many refused calls about clients have been recorded since the start.
    public let refusalsRecorded: @Sendable () -> Int
    /// What an `RPCServer` serves.
    public let services: [any RPCService]
    /// Who may call it.
    public let authority: any ServerAuthority
    /// The registry, whose changes count at once in the cache.
    public let registry: Registry
    /// What carries out orders about keys, when somebody has it look.
    public let keyKeeper: KeyKeeper

    public init(
        databases: Databases, masterKeys: MasterKeys, registryCache: RegistryCache,
        connections: any ConnectionDirectory, settings: Settings, logger: Logger
    ) {
        let registry = Self.registry(databases.operation, registryCache, logger)
        let own = Keyrings(databases.api, .tenant, masterKeys, registryCache)
        let sharing = Keyrings(databases.sharing, .sharing, masterKeys, registryCache)
        let recorder = RefusalRecorder(
            refusals: RefusalLog(database: databases.sharing, auditKeys: sharing.audit),
            keys: sharing.tenants, logger: logger)
        let keyKeeper = KeyKeeper(
            migrator: databases.migrator, masterKeys: masterKeys, logger: logger)
        let signal = ChangeSignal()
        let environment = ServiceEnvironment(
            tenants: TenantStore(database: databases.api, auditKeys: own.audit, signal: signal),
            sharing: SharingStore(
                database: databases.sharing, auditKeys: sharing.audit, signal: signal),
            feed: ChangeFeed(database: databases.api, auditKeys: own.audit),
            watchPace: settings.watchPace, changeSignal: signal,
            isDraining: settings.isDraining, recorder: recorder, keys: own.tenants,
            sharingKeys: sharing.tenants, auditKeys: own.audit,
            auditRetentionYears: settings.auditRetentionYears,
            auditLog: AuditLogReader(database: databases.api),
            operatorLog: OperatorLog(database: databases.api), registry: registry,
            registryCache: registryCache,
            provisioner: Provisioner(migrator: databases.migrator, masterKeys: masterKeys),
            transfer: TenantTransfer(migrator: databases.migrator, masterKeys: masterKeys),
            merger: TenantMerger(migrator: databases.migrator, masterKeys: masterKeys),
            masterKeys: masterKeys, keyKeeper: keyKeeper,
            identityCodes: settings.identityCodes, logger: logger)
        self.registry = registry
        self.keyKeeper = keyKeeper
        refusalsRecorded = { recorder.recordedCount }
        let health = HealthService(
            database: databases.api, environment: environment, version: settings.version,
            isDraining: settings.isDraining, isSealingOverdue: settings.isSealingOverdue)
        obstacle = { await health.obstacle() }
        let quotas = OrganisationQuotas(
            registryCache: registryCache, registry: registry, api: databases.api,
            sharing: databases.sharing)
        let services: [any RPCService] = [
            RegistryServiceBinding(RegistryService(environment: environment, quotas: quotas)),
            QuotaServiceBinding(QuotaService(quotas: quotas)),
            TenantServiceBinding(TenantService(environment: environment)),
            KeyServiceBinding(KeyService(environment: environment)),
            ClientServiceBinding(ClientService(environment: environment)),
            AssessmentServiceBinding(AssessmentService(environment: environment)),
            SharingServiceBinding(SharingService(environment: environment)),
            AuditServiceBinding(AuditService(environment: environment)),
            HealthServiceBinding(health),
            ConnectionServiceBinding(ConnectionService(directory: connections)),
        ]
        let reflection = ReflectionService(
            methods: services.flatMap(\.methods).map(\.descriptor) + ReflectionServiceMethods.all,
            descriptorSet: ContractDescriptorSet.contract)
        self.services = services + [ReflectionServiceBinding(reflection)]
        authority = DaemonAuthority(
            registryCache: registryCache, registry: registry, recorder: recorder,
            isSealingOverdue: settings.isSealingOverdue, logger: logger)
    }

    /// The keys of one login: the tenants' and those of their logs.
    private struct Keyrings {
        let tenants: TenantKeyring
        let audit: AuditKeyring

        init(
            _ database: Database, _ reader: TenantKeyring.Reader, _ masterKeys: MasterKeys,
            _ cache: RegistryCache
        ) {
            let epoch: @Sendable () -> Int64 = { cache.version }
            tenants = TenantKeyring(
                database: database, reader: reader, masterKeys: masterKeys, epoch: epoch)
            audit = AuditKeyring(
                database: database, reader: reader, keys: tenants, epoch: epoch)
        }
    }

    /// The registry, whose changes this daemon's cache reads at once.
    private static func registry(
        _ database: Database, _ cache: RegistryCache, _ logger: Logger
    ) -> Registry {
        Registry(database: database) {
            do {
                try await cache.reload()
            } catch {
                // The change itself is kept; the cache's next look finds it.
                logger.warning(
                    "registry not read after a change", metadata: ["error": "\(error)"])
            }
        }
    }
}
