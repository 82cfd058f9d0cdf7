/// How audit rows get into a tenant's log. All three resolve the client inside the statement.
enum AuditStatements {
    /// A row of the tenant's own work, by its role. The client comes by the primary keys of client and
    /// assessment and by the unique indexes on identity code indexes and case reference; an index only
    /// where `$20`, its generation, is still the one that codes are looked up by, so that what was read
    /// by it just before was read by a complete index. It is looked up
    /// here and not by `resolve_client`, which PostgreSQL would plan anew for each row: a single insert
    /// with the function took 1.5 to 2.3 times as long. `$18` makes a refusal of it, which releases
    /// nothing, where there is no such client.
    static let insert = Statement(
        "audit.insert",
        #"""
        INSERT INTO {schema}.audit (
            actor_kind, actor_code, actor_system, method, outcome, refusal_reason, purpose, rule,
            statute_version, legal_basis, decision_id, client_id, client_count, released,
            call_reference, personal)
        SELECT $1, $2, $3, $4,
            CASE WHEN r.client_id IS NULL AND $18::text IS NOT NULL THEN 2 ELSE $5::smallint END,
            CASE WHEN r.client_id IS NULL THEN coalesce($18::text, $6) ELSE $6 END,
            $7::smallint, $8, $9, $10, $11::uuid, r.client_id,
            CASE WHEN r.client_id IS NULL THEN 0 ELSE 1 END,
            CASE WHEN r.client_id IS NULL AND $18::text IS NOT NULL THEN '{}'
                ELSE $16::smallint[] END,
            $17, $19::bytea
        FROM (SELECT coalesce(
            (SELECT c.client_id FROM {schema}.client AS c WHERE c.client_id = $12::uuid),
            CASE
                WHEN $13::bytea IS NULL THEN NULL
                WHEN EXISTS (
                    SELECT FROM {schema}.tenant_key AS k
                    WHERE k.generation = $20::smallint AND k.state = 'current')
                THEN (SELECT c.client_id FROM {schema}.client AS c
                    WHERE c.identity_code_index = $13::bytea
                        OR c.identity_code_index_even = $13::bytea)
                ELSE {schema}.refuse_generation()
            END,
            (SELECT a.client_id FROM {schema}.assessment AS a WHERE a.assessment_id = $14::uuid),
            (SELECT a.client_id FROM {schema}.participation AS p
                JOIN {schema}.assessment AS a ON a.assessment_id = p.assessment_id
                WHERE p.case_reference = $15)) AS client_id) AS r
        """#)

    /// A row of what a county got or was refused by a decision, by the sharing role.
    static let recordDisclosure = Statement(
        "audit.record-disclosure",
        #"""
        SELECT {schema}.record_disclosure(
            $1, $2, $3::smallint, $4, $5::smallint, $6, $7, $8, $9::uuid, $10::uuid, $11::bytea,
            $12::smallint, $13::uuid, $14, $15::smallint[], $16, $17::bytea)
        """#)

    /// A row of a request that was refused before any decision, by the sharing role.
    static let recordRefusal = Statement(
        "audit.record-refusal",
        #"""
        SELECT {schema}.record_refusal(
            $1, $2, $3, $4, $5, $6::smallint, $7::uuid, $8::bytea, $9::smallint, $10::uuid, $11,
            $12, $13::bytea)
        """#)
}

extension AuditEntry {
    /// - Parameter key: of the tenant in whose log the row goes.
    package func insertStep(_ key: AuditKey) throws(CryptoError) -> WorkStep {
        WorkStep(
            AuditStatements.insert,
            [
                kindValue, codeValue, systemValue, methodValue, .int(outcome.number), reasonValue,
                purposeValue, ruleValue, versionValue, basisValue, decisionIDValue, clientValue,
                indexValue, assessmentValue, caseValue, releasedValue, callValue,
                Self.clipped(outcome.reasonIfNotFound, 64), try personalValue(key),
                generationValue,
            ])
    }

    func disclosureStep(_ key: AuditKey) throws(CryptoError) -> WorkStep {
        WorkStep(
            AuditStatements.recordDisclosure,
            [
                systemValue, methodValue, .int(outcome.number), reasonValue, purposeValue,
                ruleValue,
                versionValue, basisValue, decisionIDValue, clientValue, indexValue,
                generationValue, assessmentValue, caseValue, releasedValue, callValue,
                try personalValue(key),
            ])
    }

    func refusalStep(_ key: AuditKey) throws(CryptoError) -> WorkStep {
        WorkStep(
            AuditStatements.recordRefusal,
            [
                kindValue, codeValue, systemValue, methodValue, reasonValue, purposeValue,
                clientValue, indexValue, generationValue, assessmentValue, caseValue, callValue,
                try personalValue(key),
            ])
    }

    /// What is sealed, cut and cleaned.
    private var personal: AuditPersonal {
        AuditPersonal(
            userID: actor.userID.map { AuditText.kept($0, lengthMax: 64) },
            statedReason: statedReason.map { AuditText.kept($0, lengthMax: 500) },
            decision: decision?.json)
    }

    private func personalValue(_ key: AuditKey) throws(CryptoError) -> SQLValue {
        let binding = AuditBinding(
            actorKind: actor.kind.rawValue, actorCode: actor.code.clipped(to: 32),
            method: method.clipped(to: 200), callReference: callReference.clipped(to: 64))
        guard let sealed = try key.seal(personal, bindingTo: binding) else { return .null }
        return .bytes(sealed)
    }

    private var kindValue: SQLValue { .text(actor.kind.rawValue) }
    private var codeValue: SQLValue { .text(actor.code.clipped(to: 32)) }
    private var systemValue: SQLValue { .text(actor.system.clipped(to: 64)) }
    private var methodValue: SQLValue { .text(method.clipped(to: 200)) }
    private var reasonValue: SQLValue { Self.clipped(outcome.reason, 64) }
    /// Unknown numbers of a later contract are kept; what does not fit a smallint counts as unstated.
    private var purposeValue: SQLValue { .int(Int64((0...32_767).contains(purpose) ? purpose : 0)) }
    private var callValue: SQLValue { .text(callReference.clipped(to: 64)) }
    private var releasedValue: SQLValue { .intArray(released.map(Int64.init)) }

    private var ruleValue: SQLValue { Self.clipped(ground?.rule, 32) }
    private var versionValue: SQLValue { Self.clipped(ground?.statuteVersion, 200) }
    private var basisValue: SQLValue { Self.clipped(ground?.legalBasis, 200) }
    private var decisionIDValue: SQLValue { decision.map { .uuid($0.id) } ?? .null }

    private var clientValue: SQLValue { subject.clientID.map { .uuid($0) } ?? .null }
    private var indexValue: SQLValue {
        subject.identityCodeIndex.map { .bytes($0.bytes) } ?? .null
    }
    private var generationValue: SQLValue {
        subject.identityCodeIndex.map { .int(Int64($0.generation)) } ?? .null
    }
    private var assessmentValue: SQLValue { subject.assessmentID.map { .uuid($0) } ?? .null }
    private var caseValue: SQLValue { .text(subject.caseReference) }

    /// Nothing and an empty text are one: the columns hold no empty texts.
    private static func clipped(_ text: String?, _ count: Int) -> SQLValue {
        let kept = text?.clipped(to: count) ?? ""
        return .text(kept.isEmpty ? nil : kept)
    }
}
