/// Removes what is past its time from the tenants' outboxes and keys, as their owner: no tenant's role
/// can remove either.
public struct RetentionPurge: Sendable {
    /// How long what is kept.
    public struct Settings: Sendable, Equatable {
        /// Whoever reads the feed less often has to read everything anew.
        public var changes: Duration = .seconds(30 * 86_400)
        /// A call that is made again later than this has its effect again.
        public var idempotencyKeys: Duration = .seconds(7 * 86_400)

        public init() {}
    }

    /// What a run removed.
    public struct Outcome: Sendable, Equatable {
        public var changes = 0
        public var idempotencyKeys = 0
    }

    /// Rows of one transaction, so that none holds its locks for long.
    static let batchMax = 1_000

    private let migrator: Database
    private let settings: Settings

    /// - Parameter migrator: connections of `icds_migrator`.
    public init(migrator: Database, settings: Settings = Settings()) {
        self.migrator = migrator
        self.settings = settings
    }

    /// One tenant's, whether it is active or not. A schema of version 1 has neither.
    ///
    /// Transactions of either kind take turns, so that neither keeps the other waiting, and what fails
    /// of one does not stop the other.
    ///
    /// - Throws: the last failure, after the other kind was removed.
    public func run(
        _ tenant: TenantSchema, deadline: ContinuousClock.Instant? = nil
    ) async throws -> Outcome {
        var outcome = Outcome()
        var failure: (any Error)?
        var left: [(kind: WritableKeyPath<Outcome, Int>, step: WorkStep)] = [
            (\.idempotencyKeys, step(IdempotencyStatements.purge, settings.idempotencyKeys)),
            (\.changes, step(FeedStatements.purge, settings.changes)),
        ]
        while !left.isEmpty, !Task.isCancelled {
            for (kind, step) in left {
                var removed = 0
                do {
                    removed = try await remove(step, tenant, deadline)
                } catch let error as DatabaseError where error.sqlState == "42P01" {
                    removed = 0
                } catch {
                    failure = error
                }
                outcome[keyPath: kind] += removed
                if removed < Self.batchMax { left.removeAll { $0.kind == kind } }
            }
        }
        if let failure { throw failure }
        return outcome
    }

    private func step(_ statement: Statement, _ age: Duration) -> WorkStep {
        WorkStep(statement, [.text("\(age.components.seconds)"), .int(Int64(Self.batchMax))])
    }

    /// One transaction.
    private func remove(
        _ step: WorkStep, _ tenant: TenantSchema, _ deadline: ContinuousClock.Instant?
    ) async throws -> Int {
        try await ConflictRetry.run(until: deadline) {
            try await migrator.run(
                [step], in: Scope(role: "icds_owner", schema: tenant),
                options: WorkOptions(deadline: deadline))[0].only().value("removed")
        }
    }
}
