import CoreMetrics
import Logging
import Services
import Tenancy
import Wire

/// The use cases on the daemon's connections, behind an RPC server.
struct Backend: Sendable {
    let server: RPCServer
    let registry: Registry
    let keyKeeper: KeyKeeper
    /// What stands in the way of serving; nil where nothing does.
    let obstacle: @Sendable () async -> String?
    /// How many refused calls about clients have been recorded.
    let refusalsRecorded: @Sendable () -> Int

    /// - Throws: `ServerConfigurationError`.
    init(
        settings: Settings, tls: TLSContext, databases: Databases, cache: RegistryCache,
        masterKeys: MasterKeys, sealing: Sealing, readiness: Readiness,
        connections: any ConnectionDirectory,
        metrics: any MetricsFactory, logger: Logger
    ) throws {
        let assembly = ServicesAssembly(
            databases: .init(
                api: databases.api, sharing: databases.sharing, operation: databases.operator,
                migrator: databases.migrator),
            masterKeys: masterKeys, registryCache: cache, connections: connections,
            settings: .init(
                identityCodes: settings.acceptsArtificialIdentityCodes
                    ? .realAndArtificial : .realOnly,
                version: ICDSDaemon.version, isDraining: { readiness.isDraining },
                isSealingOverdue: { sealing.status.isOverdue(municipalityCode: $0) },
                auditRetentionYears: settings.audit.retentionYears),
            logger: logger)
        let limits = settings.limits.makeLimits(
            connectionsMax: Self.connectionsMax(wanted: settings.limits.connections, logger))
        var configuration = ServerConfiguration(
            host: settings.listenHost, port: settings.listenPort, tls: tls, limits: limits)
        configuration.metrics = metrics
        configuration.notice = sealing.notice
        server = try RPCServer(
            configuration: configuration, services: assembly.services,
            authority: assembly.authority, logger: logger)
        registry = assembly.registry
        keyKeeper = assembly.keyKeeper
        obstacle = assembly.obstacle
        refusalsRecorded = assembly.refusalsRecorded
    }

    private static func connectionsMax(wanted: Int, _ logger: Logger) -> Int {
        let descriptors = OpenFiles.raiseLimit()
        let connectionsMax = OpenFiles.connectionsMax(wanted: wanted, descriptors: descriptors)
        if connectionsMax < wanted {
            logger.notice(
                "the system's limit of open files allows fewer connections",
                metadata: [
                    "connections": "\(connectionsMax)", "wanted": "\(wanted)",
                    "open_files": "\(descriptors)",
                ])
        }
        return connectionsMax
    }
}
