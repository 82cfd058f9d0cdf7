public import Logging

/// Does what the operator has ordered of the tenants' keys, one municipality after the other, and
/// destroys generations whose time is over. Any number of daemons may have one: in each round one of them
/// works, whichever takes the lock, and what it leaves unfinished the next round goes on with.
public struct KeyKeeper: Sendable {
    /// What a round did.
    public struct Round: Sendable, Equatable {
        /// Whether there was something to do and this keeper did it.
        public var isLeader = false
        public var finished: [String] = []
        public var failed: [String] = []
        /// Generations that were destroyed.
        public var destroyedCount = 0
    }

    /// After a failure an order is left alone for so long.
    private static let failurePauseSeconds = 30
    private static let timeLimit: Duration = .seconds(60)

    let migrator: Database
    let masterKeys: MasterKeys
    private let logger: Logger
    private let settings: KeyRotation.Settings
    private let afterBatch: @Sendable () async throws -> Void

    /// - Parameters:
    ///   - migrator: connections of `icds_migrator`, three at least: one holds the lock, another works,
    ///     and transactions never have all of them.
    ///   - masterKeys: read anew at the beginning of each round that has something to do.
    public init(migrator: Database, masterKeys: MasterKeys, logger: Logger) {
        self.init(migrator: migrator, masterKeys: masterKeys, logger: logger, settings: .init())
    }

    init(
        migrator: Database, masterKeys: MasterKeys, logger: Logger, settings: KeyRotation.Settings,
        afterBatch: @escaping @Sendable () async throws -> Void = {}
    ) {
        self.migrator = migrator
        self.masterKeys = masterKeys
        self.logger = logger
        self.settings = settings
        self.afterBatch = afterBatch
    }

    /// Looks once, and does what there is to do.
    ///
    /// - Parameter destroying: looks as well for generations whose time is over.
    /// - Throws: `DatabaseError`; nothing for a single municipality whose keys cannot be rotated.
    @discardableResult
    public func round(destroying: Bool = false) async throws -> Round {
        var round = Round()
        guard try await !pending().isEmpty || destroying else { return round }
        // The transaction does nothing but hold the lock. It has no number and no snapshot between its
        // statements, so that it holds nothing back.
        let scope = Scope(
            role: "icds_owner", settings: [("idle_in_transaction_session_timeout", "600s")])
        return try await migrator.transaction(in: scope) { holder in
            let lead = try await holder.run(KeyRotationStatements.lead)
            round.isLeader = try lead.only().value("is_leader")
            guard round.isLeader else { return round }
            for (tenant, order) in try await readable(try await pending(), &round) {
                let failedCount = round.failed.count
                try await work(tenant, order, holder, &round)
                if round.failed.count == failedCount { try await destroy(tenant, &round) }
            }
            if destroying {
                for tenant in try await retired() { try await destroy(tenant, &round) }
            }
            return round
        }
    }

    /// The orders, once the master keys were read anew; where they cannot be, none, and each has that as
    /// its failure: to wrap by what is in memory would be to wrap by a key that may be the former one.
    private func readable(
        _ orders: [(TenantSchema, KeyRotation.Order)], _ round: inout Round
    ) async throws -> [(TenantSchema, KeyRotation.Order)] {
        guard !orders.isEmpty else { return [] }
        do {
            try await masterKeys.reload()
            return orders
        } catch {
            logger.error(
                "the master keys cannot be read anew", metadata: ["error": "\(error)"])
            for (tenant, _) in orders {
                try await note(KeyRotationError(reading: error), tenant, &round)
            }
            return []
        }
    }

    private func work(
        _ tenant: TenantSchema, _ order: KeyRotation.Order, _ holder: Transaction,
        _ round: inout Round
    ) async throws {
        let afterBatch = afterBatch
        let rotation = KeyRotation(
            migrator: migrator, masterKeys: masterKeys, tenant: tenant, order: order,
            settings: settings,
            afterBatch: {
                // Otherwise the server would end a transaction that seems to be left open.
                _ = try await holder.run(KeyRotationStatements.lead)
                try await afterBatch()
            })
        do {
            guard try await rotation() else { return }
            round.finished.append(tenant.code)
            logger.notice(
                "keys rotated",
                metadata: ["tenant": "\(tenant.code)", "kind": "\(order.kind.rawValue)"])
        } catch {
            try await note(error, tenant, &round)
        }
    }

    private func destroy(_ tenant: TenantSchema, _ round: inout Round) async throws {
        let rotation = KeyRotation(
            migrator: migrator, masterKeys: masterKeys, tenant: tenant,
            order: KeyRotation.Order(kind: .data, actor: "urn:icds:daemon"), settings: settings)
        do {
            let count = try await rotation.destroyRetired()
            round.destroyedCount += count
            if count > 0 {
                logger.notice(
                    "former generations of a key were destroyed",
                    metadata: ["tenant": "\(tenant.code)", "count": "\(count)"])
            }
        } catch {
            try await note(error, tenant, &round)
        }
    }

    /// Keeps why it failed, so that the operator sees it.
    ///
    /// - Throws: where the whole round is over: the task was cancelled, the database is away.
    private func note(
        _ error: any Error, _ tenant: TenantSchema, _ round: inout Round
    ) async throws {
        if Task.isCancelled || error is CancellationError { throw CancellationError() }
        if let error = error as? DatabaseError, error.kind == .unavailable { throw error }
        round.failed.append(tenant.code)
        logger.error(
            "a municipality's keys cannot be rotated now",
            metadata: ["tenant": "\(tenant.code)", "error": "\(error)"])
        _ = try await run(
            KeyRotationStatements.fail,
            [.text(tenant.code), .text(KeyRotationError.text(error))])
    }

    private func pending() async throws -> [(TenantSchema, KeyRotation.Order)] {
        let rows = try await run(
            KeyRotationStatements.pending, [.int(Int64(Self.failurePauseSeconds))]
        ).rows
        return try rows.compactMap { row in
            guard let tenant = TenantSchema(municipalityCode: try row.value("municipality_code"))
            else { return nil }
            return (
                tenant,
                KeyRotation.Order(
                    kind: try row.enumeration("kind"), actor: try row.value("actor"))
            )
        }
    }

    private func retired() async throws -> [TenantSchema] {
        try await run(KeyRotationStatements.retired, []).rows.compactMap { row in
            TenantSchema(municipalityCode: try row.value("code"))
        }
    }

    private func run(
        _ statement: Statement, _ parameters: [SQLValue]
    ) async throws -> SQLResult {
        try await migrator.run(
            [WorkStep(statement, parameters)], in: Scope(role: "icds_owner"),
            options: WorkOptions(deadline: .now + Self.timeLimit))[0]
    }
}
