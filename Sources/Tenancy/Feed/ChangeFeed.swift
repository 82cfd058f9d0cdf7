/// What changed in a municipality's records, in the order in which it became visible: its own outbox,
/// read by its own role. An event has keys, a kind and a version, and nothing of a person.
public struct ChangeFeed: Sendable {
    /// One change.
    public struct Event: Sendable, Equatable {
        /// Number of the contract's `ChangeKind`.
        public let kind: Int
        public let clientID: String
        public let assessmentID: String?
        /// Version of the client or assessment afterwards; nil for a county's part.
        public let version: Int64?
        /// When its transaction began.
        public let time: SQLTimestamp
        public let position: FeedPosition
    }

    /// What there was behind a position.
    public struct Page: Sendable, Equatable {
        public let events: [Event]
        /// Whether changes are there that wait for the end of an older transaction.
        public let isMoreToCome: Bool
    }

    /// Where a watch begins.
    public enum Start: Sendable, Equatable {
        /// Behind what has happened so far.
        case now
        /// With the oldest change that is kept.
        case beginning
        /// Behind a cursor.
        case cursor(String)
    }

    private let database: Database
    private let auditKeys: AuditKeyring

    /// - Parameters:
    ///   - database: connections of `icds_api`.
    ///   - auditKeys: the keys that seal what the log's rows say of people, for the same login.
    public init(database: Database, auditKeys: AuditKeyring) {
        self.database = database
        self.auditKeys = auditKeys
    }

    /// Finds where to begin, and writes the audit row of who watches, in one transaction.
    ///
    /// - Throws: `FeedError`; `DatabaseError.insufficientPrivilege` where the tenant is suspended.
    public func start(
        _ start: Start, in tenant: TenantSchema, audit entry: AuditEntry,
        deadline: ContinuousClock.Instant?
    ) async throws -> FeedCursor {
        try await Self.mapping {
            let row = try entry.insertStep(try await auditKeys.current(tenant))
            return try await ConflictRetry.run(until: deadline) {
                try await database.transaction(
                    in: Self.scope(tenant), options: WorkOptions(deadline: deadline)
                ) { transaction in
                    let cursor = try await Self.cursor(start, transaction)
                    _ = try await transaction.run([row])
                    return cursor
                }
            }
        }
    }

    /// - Throws: `FeedError.purgedCursor` where what comes next was purged meanwhile.
    public func read(
        after position: FeedPosition, in tenant: TenantSchema, countMax: Int,
        deadline: ContinuousClock.Instant?
    ) async throws -> Page {
        let step = WorkStep(
            FeedStatements.read, Self.values(position) + [.int(Int64(countMax))])
        let results = try await Self.mapping {
            try await database.run(
                [step], in: Self.scope(tenant),
                options: WorkOptions(readOnly: true, deadline: deadline))
        }
        guard let first = results[0].first else { throw FeedError.noFeed }
        guard !(try first.value("is_purged", as: Bool.self)) else { throw FeedError.purgedCursor }
        return Page(
            events: try results[0].rows.compactMap { try Event($0) },
            isMoreToCome: try first.value("is_more_to_come"))
    }

    private static func cursor(
        _ start: Start, _ transaction: Transaction
    ) async throws -> FeedCursor {
        var results = try await transaction.run([
            WorkStep(FeedStatements.state, [.null, .null])
        ])
        var row = try results[0].only()
        let feedID: String = try row.value("feed_id")
        switch start {
        case .now:
            return FeedCursor(
                feedID: feedID,
                position: FeedPosition(
                    transaction: try row.value("last_xid"), sequence: try row.value("last_seq")))
        case .beginning:
            return FeedCursor(feedID: feedID, position: try FeedPosition(purgedIn: row))
        case .cursor(let text):
            let position = try FeedCursor.position(in: text, of: feedID)
            results = try await transaction.run([
                WorkStep(FeedStatements.state, values(position))
            ])
            row = try results[0].only()
            let purged = try FeedPosition(purgedIn: row)
            guard !(position < purged) else { throw FeedError.purgedCursor }
            let isRow: Bool = try row.value("is_row")
            guard position == purged || isRow else { throw FeedError.unknownCursor }
            return FeedCursor(feedID: feedID, position: position)
        }
    }

    private static func values(_ position: FeedPosition) -> [SQLValue] {
        [.text("\(position.transaction)"), .int(position.sequence)]
    }

    private static func scope(_ tenant: TenantSchema) -> Scope {
        Scope(role: tenant.role, schema: tenant)
    }

    /// A schema of version 1 has no such tables.
    private static func mapping<Value>(_ body: () async throws -> Value) async throws -> Value {
        do {
            return try await body()
        } catch let error as DatabaseError where error.sqlState == "42P01" {
            throw FeedError.noFeed
        }
    }
}

extension FeedPosition: Comparable {
    public static func < (left: FeedPosition, right: FeedPosition) -> Bool {
        (left.transaction, left.sequence) < (right.transaction, right.sequence)
    }

    /// The last row that was purged.
    fileprivate init(purgedIn row: SQLRow) throws(DatabaseError) {
        self.init(
            transaction: try row.value("purged_xid"), sequence: try row.value("purged_seq"))
    }
}

extension ChangeFeed.Event {
    /// Nil for the row that says that there is none.
    fileprivate init?(_ row: SQLRow) throws(DatabaseError) {
        guard let transaction: Int64 = try row.optional("xid") else { return nil }
        kind = try row.value("kind")
        clientID = try row.value("client_id")
        assessmentID = try row.optional("assessment_id")
        version = try row.optional("version")
        time = try row.value("at")
        position = FeedPosition(transaction: transaction, sequence: try row.value("seq"))
    }
}
