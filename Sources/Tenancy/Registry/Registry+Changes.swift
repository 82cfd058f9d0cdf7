/// One change of a row of the registry, as its log keeps it.
public struct RegistryChange: Sendable, Equatable {
    /// Number in the log; later changes have higher ones.
    public let number: Int64
    public let time: SQLTimestamp
    /// The login of the session that made it.
    public let login: String
    /// URI of the certificate whose call it was; nil where nobody called (the daemon's own start and
    /// work on keys, an administrator).
    public let actor: String?
    /// The call in the daemon's log.
    public let callReference: String?
    /// Name of the table in the schema `registry`.
    public let table: String
    /// INSERT, UPDATE, DELETE or TRUNCATE.
    public let operation: String
    /// The row before and after, as JSON objects; nil where there was none.
    public let oldRow: String?
    public let newRow: String?

    init(_ row: SQLRow) throws {
        number = try row.value("seq")
        time = try row.value("at")
        login = try row.value("login")
        actor = try row.optional("actor")
        callReference = try row.optional("call_reference")
        table = try row.value("table_name")
        operation = try row.value("operation")
        oldRow = try row.optional("old_row")
        newRow = try row.optional("new_row")
    }
}

extension Registry {
    /// One page of the log of changes, latest first, at most `countMax`, before the change `number`.
    public func changes(
        before number: Int64? = nil, countMax: Int, options: WorkOptions = WorkOptions()
    ) async throws -> [RegistryChange] {
        let step = WorkStep(
            Self.listChanges, [.int(number ?? .max), .int(Int64(countMax))])
        let results = try await database.run([step], in: scope, options: options)
        return try results[0].rows.map { try RegistryChange($0) }
    }

    /// By the primary key.
    private static let listChanges = Statement(
        "registry.list-changes",
        #"""
        SELECT seq, at, login, actor, call_reference, table_name, operation,
            old_row::text AS old_row, new_row::text AS new_row
        FROM registry.change_log
        WHERE seq < $1::bigint
        ORDER BY seq DESC
        LIMIT $2::bigint
        """#)
}
