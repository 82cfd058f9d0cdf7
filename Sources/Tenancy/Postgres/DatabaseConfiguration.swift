internal import CPostgres

#if canImport(Glibc)
    internal import Glibc
#endif

/// How one login role reaches its database. Printing it shows neither password nor address.
public struct DatabaseConfiguration: Sendable, CustomStringConvertible {
    /// Connections kept, at most. About twice the database's cores is where throughput peaks.
    public var connectionCountMax: Int
    public var limits: DatabaseLimits
    /// Shown by PostgreSQL in `pg_stat_activity`.
    public var applicationName: String
    /// libpq's keywords and values.
    let parameters: [(keyword: String, value: String)]
    /// The servers, tried one after the other, each within `DatabaseLimits.connectTimeout`.
    let hosts: [DatabaseHost]

    /// - Parameter connectionString: libpq's `key=value` form or its URI form. Several hosts follow a
    ///   failover: unless `target_session_attrs` says otherwise, the one that takes changes is used.
    ///   Prefer `hostaddr`, or a name that resolves locally: libpq resolves names while the reactor
    ///   waits.
    /// - Throws: `.unavailable` when libpq cannot parse it, or its lists of hosts and ports have
    ///   different lengths; the message does not quote it.
    public init(
        connectionString: String, connectionCountMax: Int = Self.connectionCountDefault,
        applicationName: String = "icds-rpcd", limits: DatabaseLimits = .standard
    ) throws(DatabaseError) {
        guard let options = PQconninfoParse(connectionString, nil) else {
            throw DatabaseError(.unavailable, "the connection string is not valid")
        }
        defer { PQconninfoFree(options) }
        var parameters: [(keyword: String, value: String)] = []
        var option = options
        while let keyword = option.pointee.keyword {
            if let value = option.pointee.val {
                parameters.append((String(cString: keyword), String(cString: value)))
            }
            option += 1
        }
        let attributes = parameters.first { $0.keyword == "target_session_attrs" }?.value
        // Only libpq knows of a standby that it prefers to what it has found.
        if attributes == "prefer-standby" {
            self.hosts = [DatabaseHost(parameters: [])]
        } else {
            self.hosts = try DatabaseHost.split(parameters)
        }
        if hosts.count > 1, attributes == nil {
            parameters.append(("target_session_attrs", "read-write"))
        }
        self.parameters = parameters
        self.connectionCountMax = max(1, connectionCountMax)
        self.applicationName = applicationName
        self.limits = limits
    }

    /// Twice the cores of this machine, at least 2 and at most 16.
    public static var connectionCountDefault: Int {
        min(16, max(2, 2 * Int(sysconf(Int32(_SC_NPROCESSORS_ONLN)))))
    }

    public var description: String {
        "DatabaseConfiguration(\(applicationName), connections ≤ \(connectionCountMax))"
    }

    /// The keywords and values for a new connection to a server, the fixed session settings included.
    func sessionParameters(_ host: DatabaseHost?) -> [(keyword: String, value: String)] {
        var result = Self.defaults.filter { candidate in
            !parameters.contains { $0.keyword == candidate.keyword }
        }
        let own: Set = ["options", "client_encoding", "application_name"]
        let ofHost = host?.parameters ?? []
        result += parameters.filter { parameter in
            !own.contains(parameter.keyword)
                && !ofHost.contains { $0.keyword == parameter.keyword }
        }
        result += ofHost
        let given = parameters.first { $0.keyword == "options" }?.value ?? ""
        result.append(("options", given + " " + sessionOptions))
        result.append(("client_encoding", "UTF8"))
        result.append(("application_name", applicationName))
        return result
    }

    private static let defaults: [(keyword: String, value: String)] = [
        ("connect_timeout", "5"), ("keepalives", "1"), ("keepalives_idle", "15"),
        ("keepalives_interval", "5"), ("keepalives_count", "3"), ("tcp_user_timeout", "15000"),
    ]

    /// Names are always qualified, so that `search_path` stays empty but for the catalog; and a
    /// tenant's statements differ by schema, so that plans made for one parameter set do not pay.
    private var sessionOptions: String {
        let idle = limits.idleInTransactionTimeout.wholeMilliseconds
        return [
            "search_path=pg_catalog,pg_temp", "plan_cache_mode=force_generic_plan",
            // A plan that was made while a table had a page would read the whole of it until somebody
            // analyzes it anew, however large it has become.
            "enable_seqscan=off", "jit=off",
            "client_min_messages=error", "TimeZone=UTC", "DateStyle=ISO", "statement_timeout=0",
            "idle_in_transaction_session_timeout=\(idle)",
            "client_connection_check_interval=2000",
            "default_transaction_isolation=read\\ committed",
            "default_transaction_read_only=off",
        ].map { "-c " + $0 }.joined(separator: " ")
    }
}

extension Duration {
    /// Milliseconds, rounded up, and never negative.
    var wholeMilliseconds: Int64 {
        let (seconds, attoseconds) = components
        return max(0, seconds * 1_000 + (attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000)
    }
}
