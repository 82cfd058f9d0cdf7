/// Runs work that has an effect, in one tenant's schema: again where PostgreSQL broke it off, and not
/// again where its key says that it was done.
///
/// The key is taken with the first statement, so that a second call with it waits for the first. Both
/// the key and the answer are kept with the effect, or neither.
struct KeyedWork: Sendable {
    /// Before asking again what became of work, where nobody answers at the moment.
    static let pauseWithoutDatabase: Duration = .milliseconds(500)

    let database: Database
    let scope: Scope
    let options: WorkOptions
    /// The step that writes an audit row, in the name of the scope's role.
    let auditStep: @Sendable (AuditEntry) throws -> WorkStep

    /// A transaction whose answer is known when its body has ended.
    func transaction<Value: Sendable>(
        _ claim: IdempotencyClaim?, answer: (Value) throws -> [UInt8],
        repeated entry: (FirstAnswer) throws -> AuditEntry,
        _ body: (Transaction) async throws -> Audited<Value>
    ) async throws -> ChangeOutcome<Value> {
        try await once(claim, repeated: entry) {
            try await database.transaction(
                in: scope, options: options, opening: claim.map { [$0.claimStep] } ?? []
            ) { transaction in
                let audited = try await body(transaction)
                var steps = [try auditStep(audited.entry)]
                if let claim {
                    steps.append(try claim.keepStep(answer: try answer(audited.value)))
                }
                _ = try await transaction.run(steps)
                return audited.value
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
        return try await once(claim, repeated: entry) {
            let results = try await database.run(all, in: scope, options: options)
            return Array(results.dropFirst(opening.count).prefix(steps.count))
        }
    }

    /// Without a claim an outcome that is not known stays so. With one, asking again settles it: the
    /// key waits for whatever is left of the lost transaction, and is there or is not.
    ///
    /// Where asking again fails as well, the outcome is still not known: that a later attempt did
    /// nothing says nothing of the first.
    private func once<Value: Sendable>(
        _ claim: IdempotencyClaim?, repeated entry: (FirstAnswer) throws -> AuditEntry,
        _ work: () async throws -> Value
    ) async throws -> ChangeOutcome<Value> {
        var mayBeDone = false
        do {
            return try await attempts(claim, &mayBeDone, entry, work)
        } catch let error as DatabaseError where mayBeDone && !error.kind.isJudgement {
            throw DatabaseError(
                .outcomeUnknown, "an earlier attempt may have been kept; the last: \(error)")
        }
    }

    private func attempts<Value: Sendable>(
        _ claim: IdempotencyClaim?, _ mayBeDone: inout Bool,
        _ entry: (FirstAnswer) throws -> AuditEntry, _ work: () async throws -> Value
    ) async throws -> ChangeOutcome<Value> {
        var retry = ConflictRetry(deadline: options.deadline)
        while true {
            do {
                return .made(try await work())
            } catch let error as DatabaseError {
                if error.kind == .serialization {
                    try await retry.pause(after: error)
                    continue
                }
                guard let claim else { throw error }
                switch error.kind {
                case .uniqueViolation(constraint: IdempotencyStatements.constraint):
                    mayBeDone = true
                    if let first = try await recall(claim, entry) { return .repeated(first) }
                    // Purged in between: the key is free again.
                    mayBeDone = false
                    try await retry.pause(after: error)
                case .outcomeUnknown:
                    mayBeDone = true
                    try await retry.pause(after: error)
                case .unavailable where mayBeDone:
                    try await retry.pause(after: error, atLeast: Self.pauseWithoutDatabase)
                case .statement(sqlState: "42P01"), .statement(sqlState: "42883"):
                    // No such table or function: the schema is of version 1.
                    throw IsolationError.idempotencyKeysNotKept
                default: throw error
                }
            }
        }
    }

    /// The first answer, with a row of its own in the log: it releases the same data once more.
    private func recall(
        _ claim: IdempotencyClaim, _ entry: (FirstAnswer) throws -> AuditEntry
    ) async throws -> FirstAnswer? {
        try await ConflictRetry.run(until: options.deadline) {
            try await database.transaction(in: scope, options: options) { transaction in
                let found = try await transaction.run([claim.readStep])
                guard let row = found[0].first else { return nil }
                let first = try claim.firstAnswer(row)
                _ = try await transaction.run([try auditStep(try entry(first))])
                return first
            }
        }
    }
}

extension DatabaseError.Kind {
    /// Whether PostgreSQL has looked at the work and refused it, which it does only where no earlier
    /// attempt with its key was kept. All others say nothing but that this attempt came to nothing.
    fileprivate var isJudgement: Bool {
        switch self {
        case .uniqueViolation(let constraint): constraint != IdempotencyStatements.constraint
        case .foreignKeyViolation, .checkViolation, .statement: true
        case .unavailable, .overloaded, .tenantBusy, .deadlineExceeded, .cancelled, .serialization,
            .readOnly, .diskFull, .locked, .dataCorrupted, .outcomeUnknown, .unexpectedResult,
            .insufficientPrivilege:
            false
        }
    }
}
