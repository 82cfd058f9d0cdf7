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
    public func run(
        _ tenant: TenantSchema, deadline: ContinuousClock.Instant? = nil
    ) async throws -> Outcome {
        let scope = Scope(role: "icds_owner", schema: tenant)
        let options = WorkOptions(deadline: deadline)
        let keys = WorkStep(
            FeedStatements.purgeKeys, [.text("\(settings.idempotencyKeys.components.seconds)")])
        let changes = WorkStep(
            FeedStatements.purge,
            [.text("\(settings.changes.components.seconds)"), .int(Int64(Self.batchMax))])
        var outcome = Outcome()
        do {
            outcome.idempotencyKeys = try await ConflictRetry.run(until: deadline) {
                try await migrator.run([keys], in: scope, options: options)[0].only()
                    .value("removed")
            }
            while true {
                let removed: Int = try await ConflictRetry.run(until: deadline) {
                    try await migrator.run([changes], in: scope, options: options)[0].only()
                        .value("removed")
                }
                outcome.changes += removed
                guard removed == Self.batchMax, !Task.isCancelled else { return outcome }
            }
        } catch let error as DatabaseError where error.sqlState == "42P01" {
            return outcome
        }
    }
}
