import CoreMetrics
import Logging
import Tenancy

/// The daemon's connections: one pool for each login role, so that each duty has its own rights and
/// none takes another's connections.
struct Databases: Sendable {
    let api: Database
    let sharing: Database
    let `operator`: Database
    let migrator: Database
    let sealer: Database

    /// - Parameters:
    ///   - conninfo: libpq's words without the user.
    ///   - metrics: where the pools record how long works wait and run.
    /// - Throws: `DaemonError` where they cannot be read.
    init(
        conninfo: String, pools: Settings.Pools, metrics: any MetricsFactory, logger: Logger
    ) throws {
        func pool(_ name: String, _ connections: Int) throws -> Database {
            let role = "icds_" + name
            return try Self.pool(
                "\(conninfo) user=\(role)", role: role, connections,
                backendBytesMax: pools.backendMegabytes << 20, metrics: metrics, name: name, logger)
        }
        api = try pool("api", pools.api)
        sharing = try pool("sharing", pools.sharing)
        `operator` = try pool("operator", pools.operator)
        migrator = try pool("migrator", pools.migrator)
        // One connection holds the lock, another works in a transaction; and transactions never have all
        // connections of a pool.
        sealer = try pool("sealer", 3)
    }

    /// One pool.
    static func pool(
        _ conninfo: String, role: String, _ connections: Int,
        backendBytesMax: Int = DatabaseLimits.standard.backendBytesMax,
        metrics: (any MetricsFactory)? = nil, name: String = "", _ logger: Logger
    ) throws -> Database {
        var logger = logger
        logger[metadataKey: "role"] = "\(role)"
        do {
            var limits = DatabaseLimits.standard
            limits.backendBytesMax = backendBytesMax
            let configuration = try DatabaseConfiguration(
                connectionString: conninfo, connectionCountMax: connections, limits: limits)
            return try Database(
                configuration: configuration, logger: logger, metrics: metrics, pool: name)
        } catch {
            throw DaemonError("\(Setting.databaseConninfo.key): \(error.message)")
        }
    }

    var all: [Database] { [api, sharing, `operator`, migrator, sealer] }

    /// Quotas go by organisation: municipalities work in one of these pools, counties in the other.
    func setQuotas(_ quotas: [String: TenantQuota]) {
        api.setQuotas(quotas)
        sharing.setQuotas(quotas)
    }

    func start() throws {
        for database in all { try database.start() }
    }

    /// Waits for what is under way, in all pools at once.
    func shutdown() async {
        await withTaskGroup { group in
            for database in all {
                group.addTask { await database.shutdown() }
            }
        }
    }
}
