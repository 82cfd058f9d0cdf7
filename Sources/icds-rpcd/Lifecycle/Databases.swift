import Logging
import Tenancy

/// The daemon's connections: one pool for each login role, so that each duty has its own rights and
/// none takes another's connections.
struct Databases: Sendable {
    let api: Database
    let sharing: Database
    let `operator`: Database
    let migrator: Database

    /// - Parameter conninfo: libpq's words without the user.
    /// - Throws: `DaemonError` where they cannot be read.
    init(conninfo: String, pools: Settings.Pools, logger: Logger) throws {
        func pool(_ role: String, _ connections: Int) throws -> Database {
            try Self.pool("\(conninfo) user=\(role)", role: role, connections, logger)
        }
        api = try pool("icds_api", pools.api)
        sharing = try pool("icds_sharing", pools.sharing)
        `operator` = try pool("icds_operator", pools.operator)
        migrator = try pool("icds_migrator", pools.migrator)
    }

    /// One pool.
    static func pool(
        _ conninfo: String, role: String, _ connections: Int, _ logger: Logger
    ) throws -> Database {
        var logger = logger
        logger[metadataKey: "role"] = "\(role)"
        do {
            let configuration = try DatabaseConfiguration(
                connectionString: conninfo, connectionCountMax: connections)
            return try Database(configuration: configuration, logger: logger)
        } catch {
            throw DaemonError("\(Setting.databaseConninfo.key): \(error.message)")
        }
    }

    var all: [Database] { [api, sharing, `operator`, migrator] }

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
