/// One step ready to be sent.
struct EncodedStep: Sendable {
    var statement: Statement
    var schema: TenantSchema?
    var key: StatementKey
    var parameters: EncodedParameters
}

/// One segment of work that somebody waits for.
///
/// `@unchecked Sendable` is safe because a job has one owner at a time, and only the owner touches what
/// changes after `init`: the task that makes it, until it posts it, and then the reactor's thread; one
/// that the stopped reactor does not take stays with the task, which answers it. The inbox's lock is
/// between the two. What a peer has sent is in `steps` and `scope`, which never change.
final class Job: @unchecked Sendable {
    enum Kind: Equatable {
        /// A whole unit of work.
        case run
        /// The first segment of a transaction.
        case open(lease: UInt64)
        case more(lease: UInt64)
        case commit(lease: UInt64)
    }

    typealias Outcome = Result<[SQLResult], DatabaseError>

    let id: UInt64
    let kind: Kind
    /// Role and settings, for `.run` and `.open`.
    let scope: [(name: String, value: String)]
    let steps: [EncodedStep]
    let options: WorkOptions
    let tenant: String
    /// The tenant's schema by number; zero for none.
    let schema: UInt16
    private let continuation: CheckedContinuation<Outcome, Never>

    let acceptedAt = ContinuousClock.now
    /// The connection that it was sent on, and when.
    var slot: Int?
    var sentAt = ContinuousClock.now
    var results: [SQLResult] = []
    var error: DatabaseError?
    private(set) var isAnswered = false

    init(
        id: UInt64, kind: Kind, scope: [(name: String, value: String)], steps: [EncodedStep],
        options: WorkOptions, tenant: String, schema: UInt16,
        continuation: CheckedContinuation<Outcome, Never>
    ) {
        self.id = id
        self.kind = kind
        self.scope = scope
        self.steps = steps
        self.options = options
        self.tenant = tenant
        self.schema = schema
        self.continuation = continuation
    }

    var lease: UInt64? {
        switch kind {
        case .run: nil
        case .open(let lease), .more(let lease), .commit(let lease): lease
        }
    }

    /// Wakes the one who waits; a second answer is dropped.
    func answer(_ outcome: Outcome) {
        guard !isAnswered else { return }
        isAnswered = true
        continuation.resume(returning: outcome)
    }

    func fail(_ kind: DatabaseError.Kind, _ message: String) {
        answer(.failure(DatabaseError(kind, message)))
    }
}
