import Logging
import ServiceLifecycle
import Synchronization
import SystemPackage
import Tenancy
import UnixSignals
import Wire

/// The daemon as a whole: what it is made of, and in which order it starts and stops.
///
/// Embedded database, then pools and registry, then the RPC server; shutdown goes the other way.
struct Daemon: Sendable {
    let settings: Settings
    let logger: Logger

    func run() async throws {
        let stateFolder = try StateFolder(path: settings.stateFolder)
        let readiness = try Readiness(
            addressFile: stateFolder.path.appending("address"),
            serviceManager: ServiceManager(environment: ProcessEnvironment.current))
        let masterKeys = try readMasterKeys()
        let cluster = try makeCluster(stateFolder)
        let conninfo = conninfo(of: cluster)
        let databases = try Databases(conninfo: conninfo, pools: settings.pools, logger: logger)
        let server = ServerReference()
        let cache = RegistryCache(database: databases.api, logger: logger) { snapshot in
            server.disconnectUnwelcome(by: snapshot)
        }
        let certificates = try TLSContextKeeper(settings.tls)
        let backend = try Backend(
            settings: settings, tls: certificates.context, databases: databases, cache: cache,
            masterKeys: masterKeys, readiness: readiness, logger: logger)
        server.set(backend.server)

        let database = DatabaseService(
            conninfo: conninfo, cluster: cluster, databases: databases, cache: cache,
            logger: logger)
        let registration = OperatorRegistration(registry: backend.registry, logger: logger)
        let serving = ServingService(
            server: backend.server, readiness: readiness,
            renewal: TLSRenewal(
                keeper: certificates, server: backend.server,
                interval: settings.tlsReloadInterval, logger: logger),
            drain: settings.drain, logger: logger
        ) { [settings] in
            try await database.isReady.wait()
            try await registration.register(
                settings.operatorCertificates, today: try cache.current().today)
        }
        try await run(cluster, database, serving)
        withExtendedLifetime(stateFolder) {}
    }

    private func run(
        _ cluster: EmbeddedCluster?, _ database: DatabaseService, _ serving: ServingService
    ) async throws {
        var services: [any Service & CustomStringConvertible] = [database, serving]
        if let cluster { services.insert(cluster, at: 0) }
        let configurations = services.map {
            ServiceGroupConfiguration.ServiceConfiguration(
                service: $0, failureTerminationBehavior: .gracefullyShutdownGroup,
                serviceName: $0.description)
        }
        let group = ServiceGroup(
            configuration: .init(services: configurations, logger: logger))
        try await SignalWatch(logger: logger).run(group)
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

    /// Made here on the first start beside an embedded database only: a site with a database of its
    /// own that lost its key file must not go on with another key.
    private func readMasterKeys() throws -> MasterKeys {
        let path = settings.masterKeyFile
        do {
            if case .embedded = settings.database, !path.exists {
                logger.notice("making the master key", metadata: ["file": "\(path)"])
                return MasterKeys(current: try MasterKeyFile.create(path: path.string))
            }
            return MasterKeys(current: try MasterKeyFile.load(path: path.string))
        } catch {
            throw DaemonError("\(Setting.masterKeyFile.key): \(path): \(error)")
        }
    }
}

/// The server, for those who were there before it.
final class ServerReference: Sendable {
    private let server = Mutex<RPCServer?>(nil)

    func set(_ server: RPCServer) { self.server.withLock { $0 = server } }

    /// Closes the connections of peers that the registry no longer lets in.
    func disconnectUnwelcome(by snapshot: RegistrySnapshot) {
        server.withLock { $0 }?.disconnect { peer in
            !snapshot.isAdmitted(fingerprint: peer.certificateFingerprint, uri: peer.uri)
        }
    }
}
