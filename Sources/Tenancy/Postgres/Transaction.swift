internal import Synchronization

/// A transaction under way. It takes a connection with its first statement.
///
/// Made by ``Database/transaction(in:options:_:)`` and of no use after that returns.
public final class Transaction: Sendable {
    private enum State {
        case unused
        case open
        case failed(DatabaseError)
        case ended
    }

    private let database: Database
    private let lease: UInt64
    private let scope: Scope
    private let options: WorkOptions
    private let opening: [WorkStep]
    private let state = Mutex(State.unused)

    init(
        _ database: Database, id: UInt64, scope: Scope, options: WorkOptions,
        opening: [WorkStep] = []
    ) {
        self.database = database
        self.lease = id
        self.scope = scope
        self.options = options
        self.opening = opening
    }

    // What COPY needs to know.
    var leaseID: UInt64 { lease }
    var schema: TenantSchema? { scope.schema }
    var copyBufferBytesMax: Int { database.reactor.configuration.limits.copyBufferBytesMax }

    func post(_ command: ReactorCommand) { database.reactor.post(command) }

    /// Nothing more can be run, and the transaction will be rolled back.
    func failed(_ error: DatabaseError) {
        state.withLock { state in
            if case .open = state { state = .failed(error) }
        }
    }

    /// Runs the steps in one round trip and gives a result for each. After an error nothing more
    /// can be run: the transaction will be rolled back, whether or not the error is caught.
    public func run(_ steps: [WorkStep]) async throws(DatabaseError) -> [SQLResult] {
        let isFirst = try begin()
        do {
            let encoded = try database.encode(isFirst ? opening + steps : steps, scope.schema)
            guard isFirst else {
                return try await database.perform(
                    .more(lease: lease), steps: encoded, options, scope)
            }
            let settings = try database.checkedSettings(scope)
            let results = try await database.perform(
                .open(lease: lease), scope: settings, steps: encoded, options, scope)
            return Array(results.dropFirst(opening.count))
        } catch {
            state.withLock { $0 = .failed(error) }
            throw error
        }
    }

    /// One step, one result.
    public func run(
        _ statement: Statement, _ parameters: [SQLValue] = []
    ) async throws(DatabaseError) -> SQLResult {
        let results = try await run([WorkStep(statement, parameters)])
        guard let result = results.first else {
            throw DatabaseError(.unexpectedResult, "the statement gave no result")
        }
        return result
    }

    /// Notes that a segment starts. True for the first.
    private func begin() throws(DatabaseError) -> Bool {
        let known: Result<Bool, DatabaseError> = state.withLock { state in
            switch state {
            case .unused:
                state = .open
                return .success(true)
            case .open: return .success(false)
            case .failed(let error): return .failure(error)
            case .ended:
                return .failure(
                    DatabaseError(.statement(sqlState: "25P01"), "the transaction has ended"))
            }
        }
        return try known.get()
    }

    /// Commits what was done. A failure that the body has swallowed comes out here.
    func commit() async throws(DatabaseError) {
        switch end() {
        case .unused, .ended: return
        case .failed(let error):
            database.reactor.post(.rollback(lease: lease))
            throw error
        case .open:
            _ = try await database.perform(.commit(lease: lease), steps: [], options, scope)
        }
    }

    /// Does not wait: the connection takes other work only after the rollback.
    func rollBack() {
        switch end() {
        case .unused, .ended: return
        case .failed, .open: database.reactor.post(.rollback(lease: lease))
        }
    }

    private func end() -> State {
        state.withLock { state in
            let last = state
            state = .ended
            return last
        }
    }

    /// A whole transaction of one segment.
    func runThenEnd(_ steps: [WorkStep]) async throws(DatabaseError) -> [SQLResult] {
        do {
            let results = try await run(steps)
            try await commit()
            return results
        } catch {
            rollBack()
            throw error
        }
    }
}
