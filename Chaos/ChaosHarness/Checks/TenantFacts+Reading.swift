import Rehearsal

extension TenantFacts {
    /// Reads a municipality's schema as the superuser, all tables in one snapshot.
    init(of municipality: String, through connection: AdminConnection) throws {
        self.init()
        try connection.use(schema: "m\(municipality)")
        try connection.rows("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        clients = try connection.rows(Self.clientRows).map { row in
            ClientRow(
                clientID: try Self.text(row, 0), marker: try Self.text(row, 1),
                version: try Self.number(row, 2), email: try Self.text(row, 3),
                workHistory: try Self.text(row, 4), sourceCount: try Self.number(row, 5))
        }
        outbox = try connection.rows(Self.outboxRows).map { row in
            OutboxRow(
                transaction: try Self.number(row, 0),
                event: FeedRecord.Event(
                    kind: try Self.number(row, 1), clientID: try Self.text(row, 2),
                    assessmentID: try Self.text(row, 3), version: try Self.text(row, 4)))
        }
        log = try connection.rows(Self.logRows).map { row in
            LogRow(
                transaction: try Self.number(row, 0), method: try Self.text(row, 1),
                isPermitted: try Self.number(row, 2) == 1)
        }
        assessments = try Self.assessments(connection)
        keys = try connection.rows(Self.keyRows).map { row in
            KeyRow(digest: try Self.text(row, 0), hasAnswer: try Self.text(row, 1) == "t")
        }
        try connection.rows("COMMIT")
    }

    private static func assessments(_ connection: AdminConnection) throws -> [AssessmentRow] {
        var parts: [String: [PartRow]] = [:]
        for row in try connection.rows(partRows) {
            parts[try text(row, 0), default: []].append(
                PartRow(
                    caseReference: try text(row, 1), isAccepted: try text(row, 2) == "t",
                    isEnded: try text(row, 3) == "t"))
        }
        return try connection.rows(assessmentRows).map { row in
            AssessmentRow(
                assessmentID: try text(row, 0), clientID: try text(row, 1),
                isCompleted: try text(row, 2) == "2", parts: parts[try text(row, 0)] ?? [])
        }
    }

    private static func text(_ row: [String?], _ column: Int) throws -> String {
        guard row.indices.contains(column), let text = row[column] else {
            throw ProcessFailure("a column that must not be empty is")
        }
        return text
    }

    private static func number(_ row: [String?], _ column: Int) throws -> Int {
        guard let number = Int(try text(row, column)) else {
            throw ProcessFailure("a column that must be a number is none")
        }
        return number
    }

    // MARK: SQL

    private static let clientRows: StaticString = """
        SELECT c.client_id, c.family_name, c.version, c.email,
            coalesce(c.background->>'workHistory', ''),
            (SELECT count(*) FROM client_source AS s WHERE s.client_id = c.client_id)
        FROM client AS c
        """
    private static let outboxRows: StaticString = """
        SELECT xid, kind, client_id, coalesce(assessment_id::text, ''), coalesce(version::text, '')
        FROM outbox ORDER BY xid, seq
        """
    private static let logRows: StaticString = "SELECT xid, method, outcome FROM audit"
    private static let assessmentRows: StaticString =
        "SELECT assessment_id, client_id, status FROM assessment"
    private static let partRows: StaticString = """
        SELECT assessment_id, case_reference, accept_time IS NOT NULL, end_time IS NOT NULL
        FROM participation
        """
    private static let keyRows: StaticString =
        "SELECT encode(key_digest, 'hex'), answer IS NOT NULL FROM idempotency"
}
