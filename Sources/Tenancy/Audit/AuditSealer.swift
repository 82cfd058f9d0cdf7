public import AuditProof
public import Logging

/// Seals the logs of all tenants, makes checkpoints, and erases what has been kept long enough. Any
/// number of daemons may run one: in each round one of them leads, whichever takes the lock.
public actor AuditSealer {
    public struct Settings: Sendable {
        /// Names the operator's log in its checkpoints.
        public var origin: String
        /// How long there is between two checkpoints at least.
        public var checkpointInterval: Duration = .seconds(60)
        /// How often all logs are looked at, whether or not they seem to have grown.
        public var wholeRoundInterval: Duration = .seconds(60)
        /// After how many years the personal part of rows is erased.
        public var retentionYears: Int = 12
        /// Public keys that sealed before this one, each with the name that the operator's log had then.
        public var formerKeys: [NoteKey] = []
        /// The file to which the publisher adds each checkpoint: no checkpoint is made that contradicts it.
        public var witness: CheckpointFile?

        public init(origin: String) {
            self.origin = origin
        }
    }

    /// What a round did.
    public struct Round: Sendable, Equatable {
        /// Whether this sealer led it; the others only look how far the sealing is.
        public var isLeader = false
        public var rowsSealed = 0
        /// Time since the latest moment before which everything was known to be sealed.
        public var lag: Duration = .zero
        /// Logs that cannot be sealed, and for how long already, as the leader says.
        public var failing: [TenantSchema: Duration] = [:]
        /// Why no checkpoint is made, where that is so.
        public var checkpointFailure: String?

        public var failed: [TenantSchema] { failing.keys.sorted { $0.name < $1.name } }
    }

    private struct State {
        let now: SQLTimestamp
        let xmin: Int64
        let xmax: Int64
        let completeTime: SQLTimestamp
        let systemIdentifier: UInt64
        let timeline: UInt32

        func age(of moment: SQLTimestamp) -> Duration {
            .microseconds(max(0, now.microsecondsSinceEpoch - moment.microsecondsSinceEpoch))
        }
    }

    private let database: Database
    private let key: SigningKey
    private let settings: Settings
    private let logger: Logger
    private var progress = SealingProgress()
    private var heads: [TenantSchema: LogHead] = [:]
    /// The cluster's timeline when these heads were seen.
    private var headsTimeline: UInt32?
    /// The last checkpoint that this sealer made or found right.
    private var lastKnownCheckpoint: Checkpoint?
    private var checkpointFailure: String?
    private var lastWholeRound: ContinuousClock.Instant?
    private var lastCheckpoint: ContinuousClock.Instant?
    private var lastErasure: ContinuousClock.Instant?
    private var lastCompleteTime: SQLTimestamp?

    /// - Parameter database: at least three connections of `icds_sealer`: two transactions are under way
    ///   at once, and a pool keeps its last connection for single runs.
    public init(database: Database, key: SigningKey, settings: Settings, logger: Logger) {
        self.database = database
        self.key = key
        self.settings = settings
        self.logger = logger
    }

    /// Looks once, and seals what can be sealed.
    ///
    /// - Parameter checkpointNow: make a checkpoint whether or not it is time.
    /// - Throws: `DatabaseError`, `ProofError`; nothing for a single log that cannot be sealed.
    @discardableResult
    public func round(checkpointNow: Bool = false) async throws -> Round {
        let options = WorkOptions(deadline: .now + .seconds(600))
        // The transaction does nothing but hold the lock. It has no number and no snapshot between its
        // statements, so that it holds nothing back.
        return try await database.transaction(
            in: Scope(role: "icds_sealing"), options: options
        ) { holder in
            let results = try await holder.run([
                WorkStep(SealStatements.lead), WorkStep(SealStatements.state),
                WorkStep(SealStatements.failures),
            ])
            var round = Round()
            round.isLeader = try results[0].only().value("is_leader")
            let state = try Self.state(results[1].only())
            var failures = try Self.failures(results[2])
            var completeTime = state.completeTime
            if round.isLeader {
                try await self.lead(state, &round, &completeTime, holder)
                try await self.record(failuresAfter: &failures, state)
                round.checkpointFailure = try await self.makeCheckpoint(state, now: checkpointNow)
                try await self.erase()
            } else {
                self.follow()
            }
            round.lag = state.age(of: completeTime)
            round.failing = failures.mapValues { state.age(of: $0) }
            return round
        }
    }

    // MARK: Sealing

    private func lead(
        _ state: State, _ round: inout Round, _ completeTime: inout SQLTimestamp,
        _ holder: Transaction
    ) async throws {
        let tenants = try await tenants()
        // Another timeline: the database was promoted or recovered, and may lack what was sealed last.
        let isRecovered = headsTimeline.map { $0 != state.timeline } ?? false
        let isWhole =
            isRecovered
            || lastWholeRound.map { .now - $0 >= settings.wholeRoundInterval } ?? true
        if isWhole {
            try await rememberCheckpoint()
            lastWholeRound = .now
        }
        let sealer = TenantSealer(
            database: database, key: key, formerKeys: settings.formerKeys.map(\.key),
            systemIdentifier: state.systemIdentifier, timeline: state.timeline)
        let due = progress.logsToSeal(
            tenants, xmin: state.xmin, xmax: state.xmax, whole: isWhole)
        for tenant in due {
            round.rowsSealed += try await seal(
                tenant, by: sealer, state, isRecovered: isRecovered
            ) {
                // Otherwise the server would end a transaction that seems to be left open.
                _ = try await holder.run([WorkStep(SealStatements.lead)])
            }
        }
        headsTimeline = state.timeline
        if let time = progress.complete(time: state.now, xmin: state.xmin, xmax: state.xmax) {
            completeTime = max(completeTime, time)
            try await record(completeTime)
        }
    }

    private func tenants() async throws -> [(tenant: TenantSchema, lastNumber: Int64)] {
        let rows = try await run(WorkStep(SealStatements.tenants)).rows
        return try rows.compactMap { row in
            guard let tenant = TenantSchema(municipalityCode: try row.value("code")) else {
                return nil
            }
            return (tenant, try row.value("last_number"))
        }
    }

    /// How many rows were sealed. A log that cannot be sealed is an alarm, and does not keep the others.
    private func seal(
        _ tenant: TenantSchema, by sealer: TenantSealer, _ state: State, isRecovered: Bool,
        progress hasSealed: () async throws -> Void
    ) async throws -> Int {
        let known = heads[tenant].map {
            TenantSealer.Known(number: $0.sealNumber, hash: $0.sealHash)
        }
        do {
            let (last, rowCount) = try await sealer.seal(
                tenant, known: known, progress: hasSealed)
            let hash = try last?.seal.hash(schema: tenant.name)
            let lastNumber = last?.seal.number ?? 0
            if let known,
                lastNumber < known.number || lastNumber == known.number && hash != known.hash
            {
                logger.critical(
                    "ALARM: a municipality's log was put back and lacks what was sealed since",
                    metadata: ["tenant": "\(tenant.code)", "known": "\(known.number)"])
                // A checkpoint at once: whoever begins anew goes by the newest one's heads.
                lastCheckpoint = nil
            }
            heads[tenant] = nil
            if let last {
                heads[tenant] = LogHead(
                    schema: tenant.name, sealNumber: last.seal.number,
                    treeSize: last.seal.treeSize, root: last.seal.root,
                    sealHash: hash ?? [])
            }
            if progress.failed.contains(tenant) {
                logger.notice("a log is sealed again", metadata: ["tenant": "\(tenant.code)"])
            }
            progress.sealed(tenant, xmin: state.xmin)
            return rowCount
        } catch SealingError.sealsMissing(let known, let found) where isRecovered {
            logger.critical(
                "ALARM: the database came back without seals that were made",
                metadata: [
                    "tenant": "\(tenant.code)", "known": "\(known)", "found": "\(found)",
                    "timeline": "\(state.timeline)",
                ])
            heads[tenant] = nil
            return try await seal(
                tenant, by: sealer, state, isRecovered: false, progress: hasSealed)
        } catch let error as DatabaseError where error.kind == .unavailable {
            throw error
        } catch is CancellationError {
            throw CancellationError()
        } catch {
            if progress.failed(tenant) {
                logger.critical(
                    "ALARM: a municipality's log cannot be sealed",
                    metadata: ["tenant": "\(tenant.code)", "error": "\(error)"])
            }
            return 0
        }
    }

    /// Not at each round: it is a row that is written anew.
    private func record(_ time: SQLTimestamp) async throws {
        let isDue =
            lastCompleteTime.map {
                time.microsecondsSinceEpoch - $0.microsecondsSinceEpoch >= 5_000_000
            } ?? true
        guard isDue else { return }
        _ = try await run(WorkStep(SealStatements.complete, [.timestamp(time)]))
        lastCompleteTime = time
    }

    /// Writes down which logs have begun to fail, and which do not any more.
    private func record(
        failuresAfter failures: inout [TenantSchema: SQLTimestamp], _ state: State
    ) async throws {
        for tenant in progress.failed where failures[tenant] == nil {
            _ = try await run(
                WorkStep(
                    SealStatements.insertFailure, [.text(tenant.name), .timestamp(state.now)]))
            failures[tenant] = state.now
        }
        for tenant in failures.keys where !progress.failed.contains(tenant) {
            _ = try await run(WorkStep(SealStatements.deleteFailure, [.text(tenant.name)]))
            failures[tenant] = nil
        }
    }

    /// Somebody else leads: what this sealer knows grows old, and it begins anew when its turn comes.
    private func follow() {
        progress = SealingProgress()
        heads = [:]
        lastWholeRound = nil
        lastCompleteTime = nil
    }

    // MARK: Checkpoints

    /// The heads that the newest checkpoint speaks of are known to have been there: a log that ends
    /// before them was cut.
    private func rememberCheckpoint() async throws {
        let log = OperatorLog(database: database, role: "icds_sealing")
        guard let newest = try await log.newest() else { return }
        for head in try await log.heads(at: newest.entry.number) {
            guard let tenant = TenantSchema(municipalityCode: String(head.schema.dropFirst())),
                (heads[tenant]?.sealNumber ?? 0) < head.sealNumber
            else { continue }
            heads[tenant] = head
        }
    }

    /// Says why none is made, where somebody has to look first.
    private func makeCheckpoint(_ state: State, now: Bool) async throws -> String? {
        let isDue = lastCheckpoint.map { .now - $0 >= settings.checkpointInterval } ?? true
        guard now || isDue else { return checkpointFailure }
        let identity = try OperatorIdentity(
            origin: settings.origin, key: key.publicKey, former: settings.formerKeys)
        let maker = CheckpointMaker(database: database, key: key, identity: identity)
        do {
            for known in [lastKnownCheckpoint, try settings.witness?.lastCheckpoint(of: identity)] {
                guard let known, known.origin == identity.origin else { continue }
                try await identity.requirePresent(known, in: maker.log)
            }
            let trusted = heads.filter { !progress.failed.contains($0.key) }.map(\.value)
            lastKnownCheckpoint = try await maker.add(heads: trusted, at: state.now)
            if checkpointFailure != nil { logger.notice("checkpoints are made again") }
            checkpointFailure = nil
        } catch let error where error is SealingError || error is CheckpointFile.Failure {
            if checkpointFailure != "\(error)" {
                logger.critical(
                    "ALARM: no checkpoint can be made", metadata: ["error": "\(error)"])
            }
            checkpointFailure = "\(error)"
        }
        lastCheckpoint = .now
        return checkpointFailure
    }

    // MARK: Retention

    /// Once a day.
    private func erase() async throws {
        guard lastErasure.map({ .now - $0 >= .seconds(86_400) }) ?? true else { return }
        for (tenant, _) in try await tenants() {
            let step = WorkStep(
                SealStatements.eraseMonths, [.int(Int64(settings.retentionYears))])
            let erased: Int = try await database.run(
                [step], in: Scope(role: "icds_sealing", schema: tenant),
                options: WorkOptions(deadline: .now + .seconds(30)))[0].only().value("erased")
            guard erased > 0 else { continue }
            logger.notice(
                "keys of months whose time is over were destroyed",
                metadata: ["tenant": "\(tenant.code)", "months": "\(erased)"])
        }
        lastErasure = .now
    }

    // MARK: Statements

    private func run(_ step: WorkStep) async throws -> SQLResult {
        try await database.run(
            [step], in: Scope(role: "icds_sealing"),
            options: WorkOptions(deadline: .now + .seconds(30)))[0]
    }

    private static func failures(_ result: SQLResult) throws -> [TenantSchema: SQLTimestamp] {
        var failures: [TenantSchema: SQLTimestamp] = [:]
        for row in result.rows {
            let name: String = try row.value("schema_name")
            guard let tenant = TenantSchema(municipalityCode: String(name.dropFirst())) else {
                continue
            }
            failures[tenant] = try row.value("since")
        }
        return failures
    }

    private static func state(_ row: SQLRow) throws -> State {
        State(
            now: try row.value("now"), xmin: try row.value("xmin"), xmax: try row.value("xmax"),
            completeTime: try row.value("complete_time"),
            systemIdentifier: UInt64(
                bitPattern: try row.value("system_identifier", as: Int64.self)),
            timeline: UInt32(bitPattern: try row.value("timeline", as: Int32.self)))
    }
}
