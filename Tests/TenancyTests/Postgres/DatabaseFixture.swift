import Logging
import Tenancy
import TestSupport

/// A fresh database with the tables that these tests use, and a pool on it.
///
/// The login role `app_login` has no right of its own; `reader` and `writer` have, and it may
/// take both.
struct DatabaseFixture {
    let cluster: TestCluster
    let name: String
    let database: Database

    static let writer = Scope(role: "writer")
    static let reader = Scope(role: "reader")

    init(
        cluster: TestCluster = .shared, connectionCountMax: Int = 2,
        limits: DatabaseLimits = .standard
    ) throws {
        self.cluster = cluster
        self.name = try cluster.createDatabase()
        try cluster.execute(Self.roles)
        try cluster.execute(Self.tables, database: name)
        self.database = try Self.connect(
            cluster.connectionString(user: "app_login", database: name),
            connectionCountMax: connectionCountMax, limits: limits)
    }

    static func connect(
        _ connectionString: String, connectionCountMax: Int = 2,
        limits: DatabaseLimits = .standard
    ) throws -> Database {
        let configuration = try DatabaseConfiguration(
            connectionString: connectionString, connectionCountMax: connectionCountMax,
            applicationName: "icds-tests", limits: limits)
        let database = try Database(
            configuration: configuration, logger: Logger(label: "test"))
        try database.start()
        return database
    }

    /// One more pool on the same database.
    func connectAgain() throws -> Database {
        try Self.connect(cluster.connectionString(user: "app_login", database: name))
    }

    /// Rows of table `item` as the superuser sees them: what is really there.
    func storedItems() throws -> [String] {
        try cluster.execute("SELECT label FROM app.item ORDER BY label", database: name)
            .compactMap { $0.first ?? nil }
    }

    private static let roles = """
        DO $$ BEGIN
            PERFORM pg_advisory_xact_lock(1);
            IF to_regrole('app_login') IS NULL THEN
                CREATE ROLE reader NOLOGIN;
                CREATE ROLE writer NOLOGIN;
                CREATE ROLE app_login LOGIN NOINHERIT;
                GRANT reader, writer TO app_login;
            END IF;
        END $$
        """

    private static let tables = """
        CREATE SCHEMA app;
        CREATE TABLE app.item (
            id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            label text NOT NULL CONSTRAINT item_label_key UNIQUE,
            amount int CONSTRAINT item_amount_check CHECK (amount >= 0),
            parent bigint CONSTRAINT item_parent_fkey
                REFERENCES app.item DEFERRABLE INITIALLY DEFERRED);
        GRANT USAGE ON SCHEMA app TO reader, writer;
        GRANT SELECT ON app.item TO reader;
        GRANT SELECT, INSERT, UPDATE, DELETE ON app.item TO writer;
        """
}

enum Statements {
    static let insert = Statement(
        "item.insert", "INSERT INTO app.item (label, amount) VALUES ($1, $2) RETURNING id")
    static let insertChild = Statement(
        "item.insert-child", "INSERT INTO app.item (label, parent) VALUES ($1, $2)")
    static let count = Statement("item.count", "SELECT count(*) AS total FROM app.item")
    static let labels = Statement("item.labels", "SELECT label FROM app.item ORDER BY label")
    static let whoAmI = Statement(
        "who", "SELECT current_user::text AS role, current_setting('icds.county', true) AS county")
    static let sleep = Statement("sleep", "SELECT pg_sleep($1::double precision)")
    static let takeLock = Statement("lock", "SELECT pg_advisory_xact_lock(7)")
    static let backend = Statement("backend", "SELECT pg_backend_pid() AS pid")
}
