/// How audit rows get into a tenant's log. All three resolve the client inside the statement.
enum AuditStatements {
    /// A row of the tenant's own work, by its role. The client comes by the primary keys of client and
    /// assessment and by the unique indexes on identity code index and case reference. It is looked up
    /// here and not by `resolve_client`, which PostgreSQL would plan anew for each row: a single insert
    /// with the function took 1.5 to 2.3 times as long. `$21` makes a refusal of it where there is no
    /// such client.
    static let insert = Statement(
        "audit.insert",
        #"""
        INSERT INTO {schema}.audit (
            actor_kind, actor_code, actor_system, user_id, method, outcome, refusal_reason,
            purpose, stated_reason, rule, statute_version, legal_basis, decision_id, decision,
            client_id, client_count, released, call_reference)
        SELECT $1, $2, $3, $4, $5,
            CASE WHEN r.client_id IS NULL AND $21::text IS NOT NULL THEN 2 ELSE $6::smallint END,
            CASE WHEN r.client_id IS NULL THEN coalesce($21::text, $7) ELSE $7 END,
            $8::smallint, $9, $10, $11, $12, $13::uuid,
            $14::jsonb, r.client_id, CASE WHEN r.client_id IS NULL THEN 0 ELSE 1 END,
            $19::smallint[], $20
        FROM (SELECT coalesce(
            (SELECT c.client_id FROM {schema}.client AS c WHERE c.client_id = $15::uuid),
            (SELECT c.client_id FROM {schema}.client AS c
                WHERE c.identity_code_index = $16::bytea),
            (SELECT a.client_id FROM {schema}.assessment AS a WHERE a.assessment_id = $17::uuid),
            (SELECT a.client_id FROM {schema}.participation AS p
                JOIN {schema}.assessment AS a ON a.assessment_id = p.assessment_id
                WHERE p.case_reference = $18)) AS client_id) AS r
        """#)

    /// A row of what a county got or was refused by a decision, by the sharing role.
    static let recordDisclosure = Statement(
        "audit.record-disclosure",
        #"""
        SELECT {schema}.record_disclosure(
            $1, $2, $3, $4::smallint, $5, $6::smallint, $7, $8, $9, $10, $11::uuid, $12::jsonb,
            $13::uuid, $14::bytea, $15::uuid, $16, $17::smallint[], $18)
        """#)

    /// A row of a request that was refused before any decision, by the sharing role.
    static let recordRefusal = Statement(
        "audit.record-refusal",
        #"""
        SELECT {schema}.record_refusal(
            $1, $2, $3, $4, $5, $6, $7::smallint, $8, $9::uuid, $10::bytea, $11::uuid, $12, $13)
        """#)
}

extension AuditEntry {
    package var insertStep: WorkStep {
        WorkStep(
            AuditStatements.insert,
            [.text(actor.kind.rawValue), .text(actor.code.clipped(to: 32)), systemValue, userValue]
                + [methodValue, .int(outcome.number), reasonValue, purposeValue, statedReasonValue]
                + groundValues + decisionValues + subjectValues + [releasedValue, callValue]
                + [Self.clipped(outcome.reasonIfNotFound, 64)])
    }

    var disclosureStep: WorkStep {
        WorkStep(
            AuditStatements.recordDisclosure,
            [systemValue, userValue, methodValue, .int(outcome.number), reasonValue, purposeValue]
                + [statedReasonValue] + groundValues + decisionValues + subjectValues
                + [releasedValue, callValue])
    }

    var refusalStep: WorkStep {
        WorkStep(
            AuditStatements.recordRefusal,
            [.text(actor.kind.rawValue), .text(actor.code.clipped(to: 32)), systemValue, userValue]
                + [methodValue, reasonValue, purposeValue, statedReasonValue] + subjectValues
                + [callValue])
    }

    private var systemValue: SQLValue { .text(actor.system.clipped(to: 64)) }
    private var userValue: SQLValue {
        .text(actor.userID.map { AuditText.kept($0, lengthMax: 64) })
    }
    private var methodValue: SQLValue { .text(method.clipped(to: 200)) }
    private var reasonValue: SQLValue { Self.clipped(outcome.reason, 64) }
    /// Unknown numbers of a later contract are kept; what does not fit a smallint counts as unstated.
    private var purposeValue: SQLValue { .int(Int64((0...32_767).contains(purpose) ? purpose : 0)) }
    private var statedReasonValue: SQLValue {
        .text(statedReason.map { AuditText.kept($0, lengthMax: 500) })
    }
    private var callValue: SQLValue { .text(callReference.clipped(to: 64)) }
    private var releasedValue: SQLValue { .intArray(released.map(Int64.init)) }

    private var groundValues: [SQLValue] {
        [
            Self.clipped(ground?.rule, 32), Self.clipped(ground?.statuteVersion, 200),
            Self.clipped(ground?.legalBasis, 200),
        ]
    }

    private var decisionValues: [SQLValue] {
        guard let decision else { return [.null, .null] }
        return [.uuid(decision.id), .json(decision.json)]
    }

    private var subjectValues: [SQLValue] {
        [
            subject.clientID.map { .uuid($0) } ?? .null,
            subject.identityCodeIndex.map { .bytes($0) } ?? .null,
            subject.assessmentID.map { .uuid($0) } ?? .null,
            .text(subject.caseReference),
        ]
    }

    private static func clipped(_ text: String?, _ count: Int) -> SQLValue {
        .text(text.map { $0.clipped(to: count) })
    }
}
