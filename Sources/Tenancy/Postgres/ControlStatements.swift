/// The statements that the connection sends on its own account, around the work's.
enum ControlStatements {
    static let commit = step(Statement("icds.commit", "COMMIT"))
    static let rollback = step(Statement("icds.rollback", "ROLLBACK"))
    static let clearTimeout = step(
        Statement("icds.clear-timeout", "SELECT set_config('statement_timeout', '0', true)"))

    /// Which server this is, and since which promotion. A standby, which has nothing of its own, is one.
    static let server = step(
        Statement(
            "icds.server",
            """
            SELECT system_identifier || CASE WHEN pg_is_in_recovery() THEN ''
                ELSE '/' || left(pg_walfile_name(pg_current_wal_lsn()), 8) END AS server
            FROM pg_control_system()
            """, prepared: false))

    /// Bytes that the backend has taken for itself; by its bootstrap, the login roles may ask.
    static let memory = step(
        Statement("icds.memory", "SELECT icds_admin.backend_memory() AS bytes", prepared: false))

    private static let beginReadWrite = step(
        Statement("icds.begin", "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE"))
    private static let beginReadOnly = step(
        Statement("icds.begin-ro", "BEGIN ISOLATION LEVEL READ COMMITTED READ ONLY"))
    private static let beginRepeatable = step(
        Statement("icds.begin-rr", "BEGIN ISOLATION LEVEL REPEATABLE READ READ WRITE"))
    private static let beginRepeatableReadOnly = step(
        Statement("icds.begin-rr-ro", "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"))

    static func begin(_ options: WorkOptions) -> EncodedStep {
        switch (options.isolation, options.readOnly) {
        case (.readCommitted, false): beginReadWrite
        case (.readCommitted, true): beginReadOnly
        case (.repeatableRead, false): beginRepeatable
        case (.repeatableRead, true): beginRepeatableReadOnly
        }
    }

    /// `SELECT set_config($1, $2, true), …` for one to `settingsMax` + 3 settings.
    private static let scopes: [Statement] = (1...maxSettings).map { count in
        let calls = (0..<count).map { "set_config($\(2 * $0 + 1), $\(2 * $0 + 2), true)" }
        return Statement(
            name: "icds.scope\(count)", trusted: "SELECT " + calls.joined(separator: ", "))
    }

    static let maxSettings = 64

    /// Sets the role, the work's settings and the time each statement may take, in one statement.
    /// PostgreSQL measures each statement of the segment anew and stops measuring before it
    /// commits at the Sync.
    static func scope(
        of job: Job, now: ContinuousClock.Instant, _ limits: DatabaseLimits
    ) -> EncodedStep {
        var timeout = limits.statementTimeoutDefault
        if let deadline = job.options.deadline { timeout = now.duration(to: deadline) }
        var settings = job.scope
        settings.append(("statement_timeout", String(max(1, timeout.wholeMilliseconds))))
        let values = settings.flatMap { [SQLValue.text($0.name), .text($0.value)] }
        // The job was checked when it was made: no NUL, and no more settings than there are
        // statements for. An empty parameter list would be refused by the database.
        let parameters = (try? EncodedParameters(values)) ?? .none
        return step(scopes[min(settings.count, maxSettings) - 1], parameters)
    }

    private static func step(
        _ statement: Statement, _ parameters: EncodedParameters = .none
    ) -> EncodedStep {
        EncodedStep(
            statement: statement, schema: nil, key: statement.key(for: nil),
            parameters: parameters)
    }
}
