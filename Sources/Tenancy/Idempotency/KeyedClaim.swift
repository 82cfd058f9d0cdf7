/// A key that one call takes in one of the stores of keys: a tenant's (`IdempotencyClaim`) or the
/// registry's (`RegistryClaim`). `KeyedWork` does the rest for both.
protocol KeyedClaim: Sendable {
    /// Takes the key. Fails with a violation of `IdempotencyStatements.constraint` where it is taken.
    var claimStep: WorkStep { get }
    /// Keeps the answer, in the transaction that took the key.
    func keepStep(answer: [UInt8]) throws -> WorkStep
    /// Reads the row of the key, if there is one.
    var readStep: WorkStep { get }
    /// The answer in a row of the key.
    ///
    /// - Throws: `IsolationError.idempotencyKeyReused` where the row is another call's.
    func firstAnswer(_ row: SQLRow) throws -> FirstAnswer
}

/// What a call was answered when it was made first.
public struct FirstAnswer: Sendable, Equatable {
    /// The answer as it was given to be kept.
    public let bytes: [UInt8]
    /// The moment of the transaction that had the effect, which is that of the rows it made.
    public let time: SQLTimestamp
}

/// What came of work that has an effect.
public enum ChangeOutcome<Value: Sendable>: Sendable {
    /// It was done now.
    case made(Value)
    /// It was done before, by a call with the same key.
    case repeated(FirstAnswer)

    /// The same, with another form of what was done now.
    public func map<Other: Sendable>(
        _ body: (Value) throws -> Other
    ) rethrows -> ChangeOutcome<Other> {
        switch self {
        case .made(let value): .made(try body(value))
        case .repeated(let first): .repeated(first)
        }
    }

    /// What work without a key gives, which cannot have been done before.
    func made() throws(DatabaseError) -> Value {
        switch self {
        case .made(let value): return value
        case .repeated: throw DatabaseError(.unexpectedResult, "repeated without a key")
        }
    }
}
