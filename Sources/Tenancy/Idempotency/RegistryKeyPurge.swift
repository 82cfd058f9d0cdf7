/// Removes the operator's keys that are past their time from the registry, as its owner: the role that
/// takes them can remove none.
public struct RegistryKeyPurge: Sendable {
    /// Rows of one transaction.
    static let batchMax = 1_000

    private let migrator: Database
    private let retention: Duration

    /// - Parameters:
    ///   - migrator: connections of `icds_migrator`.
    ///   - retention: how long keys are kept, as the tenants' are.
    public init(
        migrator: Database, retention: Duration = RetentionPurge.Settings().idempotencyKeys
    ) {
        self.migrator = migrator
        self.retention = retention
    }

    /// - Returns: how many it removed.
    @discardableResult
    public func run(deadline: ContinuousClock.Instant? = nil) async throws -> Int {
        let step = WorkStep(
            RegistryKeyStatements.purge,
            [.text("\(retention.components.seconds)"), .int(Int64(Self.batchMax))])
        var count = 0
        while true {
            let removed: Int = try await ConflictRetry.run(until: deadline) {
                try await migrator.run(
                    [step], in: Scope(role: "icds_owner"), options: WorkOptions(deadline: deadline)
                )[0].only().value("removed")
            }
            count += removed
            guard removed == Self.batchMax, !Task.isCancelled else { return count }
        }
    }
}
