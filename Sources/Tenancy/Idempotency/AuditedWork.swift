/// Keyed work in one tenant's schema: it leaves a row in the log with its effect, and one for each time
/// that its answer is given again.
struct AuditedWork: Sendable {
    let keyed: KeyedWork
    /// The step that writes an audit row, in the name of the scope's role.
    let auditStep: @Sendable (AuditEntry) throws -> WorkStep

    /// A transaction whose answer is known when its body has ended.
    func transaction<Value: Sendable>(
        _ claim: IdempotencyClaim?, answer: (Value) throws -> [UInt8],
        repeated entry: (FirstAnswer) throws -> AuditEntry,
        _ body: (Transaction) async throws -> Audited<Value>
    ) async throws -> ChangeOutcome<Value> {
        try await refusing(claim) {
            try await keyed.transaction(
                claim, answer: answer, repeating: { [try auditStep(try entry($0))] }
            ) { transaction in
                let audited = try await body(transaction)
                return (audited.value, [try auditStep(audited.entry)])
            }
        }
    }

    /// One pipeline whose answer is known before it is sent. Gives the results of `steps`.
    func run(
        _ steps: [WorkStep], _ claim: IdempotencyClaim?, answer: [UInt8], audit: AuditEntry,
        repeated entry: (FirstAnswer) throws -> AuditEntry
    ) async throws -> ChangeOutcome<[SQLResult]> {
        let opening = try claim.map { [try $0.claimStep(answer: answer)] } ?? []
        let all = opening + steps + [try auditStep(audit)]
        return try await refusing(claim) {
            try await keyed.once(claim, repeating: { [try auditStep(try entry($0))] }) {
                let results = try await keyed.database.run(
                    all, in: keyed.scope, options: keyed.options)
                return Array(results.dropFirst(opening.count).prefix(steps.count))
            }
        }
    }

    /// No such table or function, where there is a key: the schema is of version 1.
    private func refusing<Value>(
        _ claim: IdempotencyClaim?, _ body: () async throws -> Value
    ) async throws -> Value {
        do {
            return try await body()
        } catch let error as DatabaseError
            where claim != nil && (error.sqlState == "42P01" || error.sqlState == "42883")
        {
            throw IsolationError.idempotencyKeysNotKept
        }
    }
}
