import Logging
import Services
import Tenancy
import Wire

/// The use cases on the daemon's connections, behind an RPC server.
struct Backend: Sendable {
    let server: RPCServer
    let registry: Registry

    /// - Throws: `ServerConfigurationError`.
    init(
        settings: Settings, tls: TLSContext, databases: Databases, cache: RegistryCache,
        masterKeys: MasterKeys, readiness: Readiness, logger: Logger
    ) throws {
        let assembly = ServicesAssembly(
            databases: .init(
                api: databases.api, sharing: databases.sharing, operation: databases.operator,
                migrator: databases.migrator),
            masterKeys: masterKeys, registryCache: cache,
            settings: .init(
                identityCodes: settings.acceptsArtificialIdentityCodes
                    ? .realAndArtificial : .realOnly,
                version: ICDSDaemon.version, isDraining: { readiness.isDraining }),
            logger: logger)
        let limits = settings.limits.makeLimits(
            connectionsMax: Self.connectionsMax(wanted: settings.limits.connections, logger))
        server = try RPCServer(
            configuration: ServerConfiguration(
                host: settings.listenHost, port: settings.listenPort,
                tls: tls, limits: limits),
            services: assembly.services, authority: assembly.authority, logger: logger)
        registry = assembly.registry
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
