import Logging
import ServiceLifecycle
import Tenancy

/// Brings the database to where the daemon can work on it, and keeps the registry's snapshot fresh
/// until shutdown.
final class DatabaseService: Service, CustomStringConvertible {
    let description = "database"
    let databases: Databases
    let cache: RegistryCache
    /// Opens once the schema is right and the registry has been read.
    let isReady = Gate()
    private let keyKeeper: KeyKeeper
    private let conninfo: String
    private let cluster: EmbeddedCluster?
    private let logger: Logger

    /// - Parameters:
    ///   - cluster: The embedded cluster, which this daemon also bootstraps; nil where the site has
    ///     its own database, which `icds-rpcd bootstrap` prepares.
    ///   - conninfo: libpq's words without the user.
    init(
        conninfo: String, cluster: EmbeddedCluster?, databases: Databases, cache: RegistryCache,
        keyKeeper: KeyKeeper, logger: Logger
    ) {
        self.conninfo = conninfo
        self.cluster = cluster
        self.databases = databases
        self.cache = cache
        self.keyKeeper = keyKeeper
        self.logger = logger
    }

    func run() async throws {
        do {
            try await cancelWhenGracefulShutdown { try await self.prepare() }
        } catch {
            // Whatever shutdown interrupts ends in an error of its own, which is none.
            if Task.isShuttingDownGracefully || Task.isCancelled { return }
            isReady.fail(error)
            throw error
        }
        isReady.open()
        await cancelWhenGracefulShutdown { await self.keep() }
        await databases.shutdown()
    }

    /// Keeps the registry's snapshot fresh, what is past its time removed, and keys as they were
    /// ordered, until cancelled.
    private func keep() async {
        let retention = RetentionKeeper(
            purge: RetentionPurge(migrator: databases.migrator),
            registryKeys: RegistryKeyPurge(migrator: databases.migrator), cache: cache,
            logger: logger)
        let keys = KeyKeeping(keeper: keyKeeper, cache: cache, logger: logger)
        await withTaskGroup { tasks in
            tasks.addTask { await self.cache.run() }
            tasks.addTask { await keys.run() }
            tasks.addTask { await retention.run() }
        }
    }

    private func prepare() async throws {
        if let cluster {
            try await cluster.isReady.wait()
            let outcome = try await DatabaseBootstrap(logger: logger).run(
                conninfo: "\(conninfo) user=postgres")
            if outcome.changed {
                logger.info("registry schema", metadata: ["version": "\(outcome.version)"])
            }
        }
        try databases.start()
        try await readRegistry()
    }

    /// Waits for the database, however long it takes.
    private func readRegistry() async throws {
        for await isAvailable in databases.api.availabilityChanges() {
            if isAvailable { break }
            logger.notice("waiting for the database")
        }
        try Task.checkCancellation()
        do {
            try await StartPatience(logger: logger).run { try await cache.reload() }
        } catch let error as CancellationError {
            throw error
        } catch {
            throw DaemonError(
                "the registry cannot be read: run `icds-rpcd bootstrap` on the database "
                    + "(\(error))")
        }
        try checkVersion()
    }

    private func checkVersion() throws {
        let snapshot = try cache.current()
        do {
            try snapshot.checkSchema()
        } catch {
            throw DaemonError("this daemon cannot work with the registry: \(error)")
        }
        let known = Bootstrap.registryVersion
        guard snapshot.schemaVersion == known else {
            throw DaemonError(
                "the registry schema has version \(snapshot.schemaVersion), this daemon works with "
                    + "\(known): run `icds-rpcd bootstrap`")
        }
        tellOfTenants(snapshot)
    }

    /// Which versions the municipalities have that are let in: those that are not served are answered
    /// so until they are migrated, and those of the version before are to be migrated, too.
    private func tellOfTenants(_ snapshot: RegistrySnapshot) {
        let served = snapshot.servedVersions
        let versions = snapshot.organisations.values
            .filter { $0.kind == .municipality && $0.status.isLetIn }.map(\.schemaVersion)
        let notServed = versions.count { !served.contains($0) }
        let behind = versions.count { $0 < served.upperBound }
        guard behind + notServed > 0 else { return }
        logger.warning(
            "municipalities wait for their migration: run `icds tenants migrate`",
            metadata: ["behind": "\(behind)", "not served": "\(notServed)"])
    }
}
