/// Runs work that has an effect: again where PostgreSQL broke it off, and not again where its key says
/// that it was done.
///
/// The key is taken with the first statement, so that a second call with it waits for the first. Both
/// the key and the answer are kept with the effect, or neither.
struct KeyedWork: Sendable {
    /// Before asking again what became of work, where nobody answers at the moment.
    static let pauseWithoutDatabase: Duration = .milliseconds(500)

    let database: Database
    let scope: Scope
    let options: WorkOptions

    /// A transaction whose answer is known when its body has ended.
    ///
    /// - Parameters:
    ///   - steps: what goes with a repetition, in the transaction that reads the first answer.
    ///   - body: gives its value with the steps that come after it. May be run more than once.
    func transaction<Value: Sendable>(
        _ claim: (any KeyedClaim)?, answer: (Value) throws -> [UInt8],
        repeating steps: (FirstAnswer) throws -> [WorkStep] = { _ in [] },
        _ body: (Transaction) async throws -> (value: Value, last: [WorkStep])
    ) async throws -> ChangeOutcome<Value> {
        let opening = claim.map { [$0.claimStep] } ?? []
        return try await once(claim, repeating: steps) {
            try await database.transaction(in: scope, options: options, opening: opening) {
                try await Self.carryOut(body, $0, claim, answer)
            }
        }
    }

    /// Kept from the optimizer, as what follows is: Swift 6.3.1 ends itself where it makes versions of these
    /// for single types.
    @_optimize(none)
    private static func carryOut<Value: Sendable>(
        _ body: (Transaction) async throws -> (value: Value, last: [WorkStep]),
        _ transaction: Transaction, _ claim: (any KeyedClaim)?,
        _ answer: (Value) throws -> [UInt8]
    ) async throws -> Value {
        let done = try await body(transaction)
        let steps = try lastSteps(of: done, claim, answer)
        if !steps.isEmpty { _ = try await transaction.run(steps) }
        return done.value
    }

    @_optimize(none)
    private static func lastSteps<Value>(
        of done: (value: Value, last: [WorkStep]), _ claim: (any KeyedClaim)?,
        _ answer: (Value) throws -> [UInt8]
    ) throws -> [WorkStep] {
        guard let claim else { return done.last }
        return done.last + [try claim.keepStep(answer: try answer(done.value))]
    }

    /// The same for work whose answer is kept in the registry, or that has no key.
    func transaction<Value: Sendable>(
        once keyed: KeyedAnswer<Value>?, _ body: (Transaction) async throws -> Value
    ) async throws -> ChangeOutcome<Value> {
        try await transaction(
            keyed?.claim, answer: { try keyed?.encode($0) ?? [] },
            { transaction in (try await body(transaction), []) })
    }

    /// Without a claim an outcome that is not known stays so. With one, asking again settles it: the
    /// key waits for whatever is left of the lost transaction, and is there or is not.
    ///
    /// Where asking again fails as well, the outcome is still not known: that a later attempt did
    /// nothing says nothing of the first.
    func once<Value: Sendable>(
        _ claim: (any KeyedClaim)?, repeating steps: (FirstAnswer) throws -> [WorkStep],
        _ work: () async throws -> Value
    ) async throws -> ChangeOutcome<Value> {
        var mayBeDone = false
        do {
            return try await attempts(claim, &mayBeDone, steps, work)
        } catch let error as DatabaseError where mayBeDone && !error.kind.isJudgement {
            throw DatabaseError(
                .outcomeUnknown, "an earlier attempt may have been kept; the last: \(error)")
        }
    }

    private func attempts<Value: Sendable>(
        _ claim: (any KeyedClaim)?, _ mayBeDone: inout Bool,
        _ steps: (FirstAnswer) throws -> [WorkStep], _ work: () async throws -> Value
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
                    if let first = try await recall(claim, steps) { return .repeated(first) }
                    // Purged in between: the key is free again.
                    mayBeDone = false
                    try await retry.pause(after: error)
                case .outcomeUnknown:
                    mayBeDone = true
                    try await retry.pause(after: error)
                case .unavailable where mayBeDone:
                    try await retry.pause(after: error, atLeast: Self.pauseWithoutDatabase)
                default: throw error
                }
            }
        }
    }

    /// The first answer, with what goes with giving it once more, such as a row in the log.
    private func recall(
        _ claim: any KeyedClaim, _ steps: (FirstAnswer) throws -> [WorkStep]
    ) async throws -> FirstAnswer? {
        try await ConflictRetry.run(until: options.deadline) {
            try await database.transaction(in: scope, options: options) { transaction in
                let found = try await transaction.run([claim.readStep])
                guard let row = found[0].first else { return nil }
                let first = try claim.firstAnswer(row)
                let steps = try steps(first)
                if !steps.isEmpty { _ = try await transaction.run(steps) }
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
