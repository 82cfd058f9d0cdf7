import CPostgres
import Glibc
import Synchronization

/// A private PostgreSQL for tests: unix socket only, in a folder of its own under `/tmp`, made at
/// first use and gone with the test process, however that ends.
///
/// A shell keeps it (as an unprivileged user where the tests run as root). It reads orders from
/// this process and takes the end of its input, which the kernel sees to, as the order to stop
/// PostgreSQL and remove the folder.
public final class TestCluster: Sendable {
    public struct Options: Sendable {
        /// No file of the cluster can grow beyond this: the write that would fails as on a full
        /// disk (53100). Rounded to 512 bytes; one block more is added so that the last write is
        /// a short one.
        public var fileBytesMax: Int?
        /// Further settings of PostgreSQL ("name=value", no spaces).
        public var settings: [String]

        public init(fileBytesMax: Int? = nil, settings: [String] = []) {
            self.fileBytesMax = fileBytesMax
            self.settings = settings
        }
    }

    /// The cluster that all tests of a process share. Not to be stopped.
    public static let shared = TestCluster()

    private let options: Options
    private let keeper = Mutex<ClusterKeeper?>(nil)
    private let databaseCount = Atomic<Int>(0)

    private init(options: Options = Options()) { self.options = options }

    /// A further cluster, for tests that stop or limit theirs. It goes with its last reference.
    public static func make(_ options: Options = Options()) -> TestCluster {
        TestCluster(options: options)
    }

    // MARK: Running

    /// Starts it, after ``stop(immediately:)`` too. Other calls do so at first use.
    public func start() throws {
        try keeper.withLock { keeper in
            if let keeper { return try keeper.order("start") }
            let new = try ClusterKeeper(options)
            try new.order("start")
            keeper = new
        }
    }

    /// Stops PostgreSQL and keeps its files: with a shutdown, or as a crash would.
    public func stop(immediately: Bool = false) throws {
        try keeper.withLock { keeper in try keeper?.order(immediately ? "crash" : "stop") }
    }

    /// Makes a standby that follows this cluster, and starts it; it knows the same databases.
    public func startStandby() throws { try order("standby") }

    /// The standby becomes a primary of its own.
    public func promoteStandby() throws { try order("promote") }

    public func stopStandby() throws { try order("stop-standby") }

    /// Starts a standby again that was stopped: it has what it had received until then.
    public func resumeStandby() throws { try order("resume-standby") }

    private func order(_ order: String) throws {
        try keeper.withLock { keeper in try keeper?.order(order) }
    }

    private func folder() throws -> String {
        if let folder = keeper.withLock({ $0?.folder }) { return folder }
        try keeper.withLock { keeper in
            guard keeper == nil else { return }
            let new = try ClusterKeeper(options)
            try new.order("start")
            keeper = new
        }
        guard let folder = keeper.withLock({ $0?.folder }) else {
            throw TestClusterError("the cluster has no folder")
        }
        return folder
    }

    // MARK: Reaching it

    /// The folder with its socket, `.s.PGSQL.5432`.
    public func socketFolder() throws -> String { try folder() }

    /// libpq's connection string for any login role; every login is trusted.
    public func connectionString(user: String, database: String) throws -> String {
        "host=\(try folder()) port=5432 user=\(user) dbname=\(database)"
    }

    /// The same for the superuser.
    public func adminConnectionString(database: String = "postgres") throws -> String {
        try connectionString(user: "postgres", database: database)
    }

    /// libpq's connection string for the cluster and its standby, the standby first.
    public func pairConnectionString(user: String, database: String) throws -> String {
        let folder = try folder()
        return "host=\(folder),\(folder) port=5433,5432 user=\(user) dbname=\(database)"
    }

    /// A fresh, empty database (or a copy of `template`, to which nobody may be connected).
    public func createDatabase(template: String = "template0") throws -> String {
        let number = databaseCount.wrappingAdd(1, ordering: .relaxed).newValue
        let name = "test_\(number)"
        try execute("CREATE DATABASE \(name) TEMPLATE \(template)")
        return name
    }

    /// Runs SQL as the superuser, statement by statement as `psql` would, and gives the rows of
    /// the last statement as text.
    @discardableResult
    public func execute(_ sql: String, database: String = "postgres") throws -> [[String?]] {
        try Self.execute(sql, at: try adminConnectionString(database: database))
    }

    /// The same on the standby.
    @discardableResult
    public func executeOnStandby(
        _ sql: String, database: String = "postgres"
    ) throws -> [[String?]] {
        try Self.execute(
            sql, at: "host=\(try folder()) port=5433 user=postgres dbname=\(database)")
    }

    private static func execute(_ sql: String, at address: String) throws -> [[String?]] {
        let connection = PQconnectdb(address)
        defer { PQfinish(connection) }
        icds_ignore_notices(connection)
        guard PQstatus(connection) == CONNECTION_OK else {
            throw TestClusterError(String(cString: PQerrorMessage(connection)))
        }
        let result = PQexec(connection, sql)
        defer { PQclear(result) }
        let status = PQresultStatus(result)
        guard status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK else {
            throw TestClusterError(String(cString: PQerrorMessage(connection)))
        }
        return (0..<PQntuples(result)).map { row in
            (0..<PQnfields(result)).map { column in
                PQgetisnull(result, row, column) == 1
                    ? nil : String(cString: PQgetvalue(result, row, column))
            }
        }
    }
}

public struct TestClusterError: Error, CustomStringConvertible {
    public let description: String
    init(_ description: String) { self.description = description }
}
