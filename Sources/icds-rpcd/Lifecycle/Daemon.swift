import AuditProof
import Logging
import Observation
import ServiceLifecycle
import SystemPackage
import Tenancy
import UnixSignals
import Wire

/// The daemon as a whole: what it is made of, and in which order it starts and stops.
///
/// Admin port, embedded database, then pools and registry, then the RPC server; shutdown goes the other
/// way.
struct Daemon: Sendable {
    let settings: Settings
    let logger: Logger

    func run() async throws {
        let metrics = DaemonMetrics()
        metrics.sampleProcess(startedAt: .now())
        let stateFolder = try StateFolder(path: settings.stateFolder)
        let readiness = try Readiness(
            addressFile: stateFolder.path.appending("address"),
            serviceManager: ServiceManager(environment: ProcessEnvironment.current))
        if !settings.isKeyMemoryProtected {
            logger.notice("the system does not let the memory of keys be locked into RAM")
        }
        let masterKeys = try readMasterKeys()
        let cluster = try makeCluster(stateFolder)
        let conninfo = conninfo(of: cluster)
        let databases = try Databases(
            conninfo: conninfo, pools: settings.pools, metrics: metrics.registry, logger: logger)
        let sealing = try Sealing(
            settings: settings.audit, key: try readSigningKey(), database: databases.sealer,
            logger: logger)
        let server = ServerReference()
        let cache = RegistryCache(database: databases.api, logger: logger) { snapshot in
            server.disconnectUnwelcome(by: snapshot)
            databases.setQuotas(snapshot.quotas)
        }
        let certificates = try TLSContextKeeper(settings.tls)
        let backend = try Backend(
            settings: settings, tls: certificates.context, databases: databases, cache: cache,
            masterKeys: masterKeys, sealing: sealing, readiness: readiness, connections: server,
            metrics: metrics.registry, logger: logger)
        server.set(backend.server)
        metrics.sample(databases, cache)
        metrics.sample(certificates)
        metrics.sample(sealing.status)
        metrics.sample(backend.server, refusalsRecorded: backend.refusalsRecorded)

        let database = DatabaseService(
            conninfo: conninfo, cluster: cluster, databases: databases, cache: cache,
            keyKeeper: backend.keyKeeper, logger: logger)
        let registration = OperatorRegistration(registry: backend.registry, logger: logger)
        let serving = ServingService(
            server: backend.server, readiness: readiness,
            renewal: TLSRenewal(
                keeper: certificates, server: backend.server,
                interval: settings.tlsReloadInterval, logger: logger),
            drain: settings.drain, logger: logger
        ) { [settings, logger] in
            try await database.isReady.wait()
            let today = try cache.current().today
            try await StartPatience(logger: logger).run {
                try await registration.register(settings.operatorCertificates, today: today)
            }
        }
        let admin = try makeAdmin(stateFolder, readiness, backend, metrics)
        let services: [(any Service & CustomStringConvertible)?] = [
            admin, cluster, database, sealing.service(after: database.isReady, logger: logger),
            serving,
        ]
        try await run(services.compactMap { $0 })
        withExtendedLifetime(stateFolder) {}
    }

    private func run(_ services: [any Service & CustomStringConvertible]) async throws {
        let configurations = services.map {
            ServiceGroupConfiguration.ServiceConfiguration(
                service: $0, failureTerminationBehavior: .gracefullyShutdownGroup,
                serviceName: $0.description)
        }
        let group = ServiceGroup(
            configuration: .init(services: configurations, logger: logger))
        try await SignalWatch(logger: logger).run(group)
    }

    /// A loop that has not run a task for so long is taken for stuck.
    static let loopPatience = Duration.seconds(2)

    /// The admin port says of readiness what `HealthService.Check` says.
    private func makeAdmin(
        _ stateFolder: StateFolder, _ readiness: Readiness, _ backend: Backend,
        _ metrics: DaemonMetrics
    ) throws -> AdminService? {
        guard let configuration = settings.admin else { return nil }
        let pages = AdminPages(
            isLive: { await backend.server.loopsRespond(within: Self.loopPatience) },
            obstacle: {
                if readiness.isDraining { return "DRAINING" }
                return readiness.isServing ? await backend.obstacle() : "STARTING"
            }, metrics: { metrics.registry.text() })
        return try AdminService(
            configuration: configuration, pages: pages,
            addressFile: stateFolder.path.appending("admin-address"), logger: logger)
    }

    private func makeCluster(_ stateFolder: StateFolder) throws -> EmbeddedCluster? {
        guard case .embedded(let folder, let programs) = settings.database else { return nil }
        return try EmbeddedCluster(
            stateFolder: stateFolder.path, folder: folder, programs: programs, logger: logger)
    }

    private func conninfo(of cluster: EmbeddedCluster?) -> String {
        switch settings.database {
        case .external(let conninfo): conninfo
        case .embedded: cluster?.layout.conninfo ?? ""
        }
    }

    /// Made here on the first start beside an embedded database only, as the master key is: seals with a
    /// key that nobody knows prove nothing.
    private func readSigningKey() throws -> SigningKey {
        let source = settings.audit.signingKey
        do {
            if let path = newFile(source) {
                logger.notice("making the key of the log's seals", metadata: ["file": "\(path)"])
                return try SigningKeyFile.create(path: path)
            }
            return try source.signingKey()
        } catch {
            throw DaemonError("\(Setting.auditSigningKeyFile.key): \(source): \(error)")
        }
    }

    /// Made here on the first start beside an embedded database only: a site with a database of its
    /// own that lost its key file must not go on with another key.
    private func readMasterKeys() throws -> MasterKeys {
        let source = settings.masterKey
        do {
            if let path = newFile(source) {
                logger.notice("making the master key", metadata: ["file": "\(path)"])
                try MasterKeyFile.create(path: path)
            }
            return try MasterKeys(source)
        } catch {
            throw DaemonError("\(Setting.masterKeyFile.key): \(source): \(error)")
        }
    }

    /// The path of a key's file that the daemon is to make.
    private func newFile(_ source: SecretSource) -> String? {
        guard case .embedded = settings.database, case .file(let path) = source,
            !FilePath(path).exists
        else { return nil }
        return path
    }
}
