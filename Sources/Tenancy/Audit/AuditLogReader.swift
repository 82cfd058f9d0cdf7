package import AuditProof

/// Reads a tenant's log as it can be verified, in the tenant's own name. It shows nothing of clients and
/// opens nothing; who reads a log writes a row of it through `TenantStore`.
package struct AuditLogReader: Sendable {
    private static let timeLimit: Duration = .seconds(30)

    /// By the primary key.
    private static let rows = Statement(
        "audit.export-rows",
        #"""
        SELECT era, seq, xid, at, actor_kind, actor_code, actor_system, method, outcome,
            refusal_reason, purpose, rule, statute_version, legal_basis,
            uuid_send(decision_id) AS decision_id, uuid_send(client_id) AS client_id, client_count,
            released, call_reference, personal, nonce, leaf
        FROM {schema}.audit
        WHERE (era, xid, seq) > ($1::integer, $2::xid8, $3::bigint)
            AND (era, xid, seq) <= ($4::integer, $5::xid8, $6::bigint)
        ORDER BY era, xid, seq
        LIMIT $7
        """#, prepared: false)

    private static let seals = Statement(
        "audit.export-seals",
        #"""
        SELECT * FROM {schema}.seal WHERE number > $1 ORDER BY number LIMIT $2
        """#, prepared: false)

    /// There are few seals in comparison with rows, and their times ascend with their numbers, but for
    /// a clock that was set back.
    private static let sealBefore = Statement(
        "audit.export-seal-before",
        #"""
        SELECT * FROM {schema}.seal WHERE at < $1 ORDER BY number DESC LIMIT 1
        """#, prepared: false)

    private static let sealFrom = Statement(
        "audit.export-seal-from",
        #"""
        SELECT * FROM {schema}.seal WHERE number > $1 AND at >= $2 ORDER BY number LIMIT 1
        """#, prepared: false)

    private static let lastSeal = Statement(
        "audit.export-last-seal",
        #"""
        SELECT * FROM {schema}.seal ORDER BY number DESC LIMIT 1
        """#, prepared: false)

    private let database: Database

    /// - Parameter database: connections of `icds_api`.
    package init(database: Database) {
        self.database = database
    }

    /// The last seal that was made before a moment.
    package func seal(
        before moment: SQLTimestamp, in tenant: TenantSchema
    ) async throws -> SealRecord? {
        try await run(WorkStep(Self.sealBefore, [.timestamp(moment)]), tenant).first
            .map { try SealRecord($0) }
    }

    /// The first seal after a number that was made at a moment or later.
    package func seal(
        from moment: SQLTimestamp, after number: UInt64, in tenant: TenantSchema
    ) async throws -> SealRecord? {
        let step = WorkStep(
            Self.sealFrom, [.int(Int64(clamping: number)), .timestamp(moment)])
        return try await run(step, tenant).first.map { try SealRecord($0) }
    }

    package func lastSeal(in tenant: TenantSchema) async throws -> SealRecord? {
        try await run(WorkStep(Self.lastSeal), tenant).first.map { try SealRecord($0) }
    }

    package func seals(
        after number: UInt64, limit: Int, in tenant: TenantSchema
    ) async throws -> [SealRecord] {
        let step = WorkStep(Self.seals, [.int(Int64(clamping: number)), .int(Int64(limit))])
        return try await run(step, tenant).rows.map { try SealRecord($0) }
    }

    /// Rows after one place, up to and with another, in their order.
    package func rows(
        after start: LogPosition, through end: LogPosition, limit: Int, in tenant: TenantSchema
    ) async throws -> [(row: AuditRow, leaf: [UInt8])] {
        let step = WorkStep(
            Self.rows, start.parameters + end.parameters + [.int(Int64(limit))])
        return try Self.rowsWithLeaves(try await run(step, tenant))
    }

    /// Not inlined: in an asynchronous function so large a value makes Swift 6.3.1 end itself where it
    /// optimizes.
    @inline(never)
    private static func rowsWithLeaves(
        _ result: SQLResult
    ) throws -> [(row: AuditRow, leaf: [UInt8])] {
        try result.rows.map { (try AuditRow($0), try $0.value("leaf")) }
    }

    private func run(_ step: WorkStep, _ tenant: TenantSchema) async throws -> SQLResult {
        try await database.run(
            [step], in: Scope(role: tenant.role, schema: tenant),
            options: WorkOptions(readOnly: true, deadline: .now + Self.timeLimit))[0]
    }
}

extension LogPosition {
    /// After every row that a table can hold.
    package static let end = LogPosition(era: .max, transaction: UInt64(Int64.max), sequence: .max)

    /// Era, transaction, sequence.
    var parameters: [SQLValue] {
        [.int(Int64(era)), .text(String(transaction)), .int(sequence)]
    }
}

extension AuditRow {
    /// - Parameter row: the columns of the table, UUIDs as bytes.
    init(_ row: SQLRow) throws {
        self.init()
        era = try row.value("era")
        sequence = try row.value("seq")
        transaction = UInt64(clamping: try row.value("xid", as: Int64.self))
        time = try row.value("at", as: SQLTimestamp.self).microsecondsSince2000
        actorKind = try row.value("actor_kind")
        actorCode = try row.value("actor_code")
        actorSystem = try row.value("actor_system")
        method = try row.value("method")
        outcome = Int16(clamping: try row.value("outcome", as: Int64.self))
        refusalReason = try row.optional("refusal_reason")
        purpose = Int16(clamping: try row.value("purpose", as: Int64.self))
        rule = try row.optional("rule")
        statuteVersion = try row.optional("statute_version")
        legalBasis = try row.optional("legal_basis")
        decisionID = try row.optional("decision_id")
        clientID = try row.optional("client_id")
        clientCount = try row.value("client_count")
        released = try row.value("released", as: [Int64].self).map { Int16(clamping: $0) }
        callReference = try row.value("call_reference")
        personal = try row.optional("personal")
        nonce = try row.value("nonce")
    }
}
