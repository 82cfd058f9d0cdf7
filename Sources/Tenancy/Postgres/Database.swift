public import CoreMetrics
public import Logging
internal import Synchronization

/// One login role's way to PostgreSQL: a pool of few connections, each in libpq's pipeline mode,
/// all owned by one thread.
///
/// Statements run under the role and settings of their ``Scope``, which end with the transaction.
public final class Database: Sendable {
    let reactor: Reactor
    /// For work that may be stale.
    private let standby: Database?
    private let limits: DatabaseLimits
    private let lastID = Atomic<UInt64>(0)

    /// - Parameters:
    ///   - metrics: where the times that works wait and run are recorded; nil records none.
    ///   - pool: what these times are labelled with.
    ///   - standby: connections of the same role to a standby, for work that may be stale. It starts and
    ///     shuts down with this pool.
    /// - Throws: `.unavailable` when the process has no descriptor left.
    public init(
        configuration: DatabaseConfiguration, logger: Logger,
        metrics: (any MetricsFactory)? = nil, pool: String = "", standby: Database? = nil
    ) throws(DatabaseError) {
        self.limits = configuration.limits
        self.standby = standby
        self.reactor = try Reactor(
            configuration: configuration, logger: logger,
            counters: DatabaseCounters(metrics: metrics, pool: pool))
    }

    deinit { reactor.post(.stop) }

    /// Starts the thread and the first connection; returns before there is one.
    public func start() throws(DatabaseError) {
        try reactor.start()
        try standby?.start()
    }

    /// Takes no new work, lets what is under way finish for at most `limit`, closes everything.
    /// To be called only after ``start()``.
    public func shutdown(within limit: Duration = .seconds(10)) async {
        let end = ContinuousClock.now + limit
        await withCheckedContinuation { reactor.post(.shutdown(limit: end, done: $0)) }
        await standby?.shutdown(within: max(.zero, ContinuousClock.now.duration(to: end)))
    }

    /// Whether there is a connection, as far as is known.
    public var isAvailable: Bool { reactor.availability.isAvailable }

    /// Another number after each change of the server that takes this pool's work, as by a failover.
    /// What was read under an earlier one may not be there any more.
    package var primaryNumber: Int64 {
        reactor.primaryNumber.load(ordering: .sequentiallyConsistent)
    }

    /// What the pool does and has done.
    public var statistics: DatabaseStatistics { reactor.counters.snapshot }

    /// The present state and then every change, until the database is shut down.
    public func availabilityChanges() -> AsyncStream<Bool> { reactor.availability.changes() }

    // MARK: Fairness

    /// Sets what single tenants may take, by their fairness key; the others get the limits' default.
    /// Replaces what was set before.
    public func setQuotas(_ quotas: [String: TenantQuota]) { reactor.post(.setQuotas(quotas)) }

    /// What a tenant may take for which nothing was set.
    public var quotaDefault: TenantQuota { limits.tenantQuota }

    /// What a tenant takes now.
    public func use(of tenant: String) async -> TenantUse {
        await withCheckedContinuation { reactor.post(.tellUse(tenant: tenant, to: $0)) }
    }

    // MARK: Notifications

    /// What is notified on a channel, from the moment at which this pool listens, and for as long as
    /// the stream is read. It begins, and goes on after each new connection, with `.mayHaveMissed`.
    /// The connection for it stands beside the pool's and is shared by all who listen.
    public func notifications(
        on channel: NotificationChannel
    ) -> AsyncStream<DatabaseNotification> {
        let id = nextID()
        let (stream, continuation) = AsyncStream.makeStream(
            of: DatabaseNotification.self,
            bufferingPolicy: .bufferingNewest(NotificationSubscriber.bufferedMax))
        continuation.onTermination = { [reactor] _ in reactor.post(.unsubscribe(id)) }
        reactor.post(
            .subscribe(id, NotificationSubscriber(channel: channel, continuation: continuation)))
        return stream
    }

    // MARK: Work

    /// Runs the steps as one transaction in one round trip and gives a result for each.
    ///
    /// All of them are kept, or none. Later steps cannot use the results of earlier ones. Once
    /// sent, the work cannot be cancelled: it is answered with what became of it.
    public func run(
        _ steps: [WorkStep], in scope: Scope, options: WorkOptions = WorkOptions()
    ) async throws(DatabaseError) -> [SQLResult] {
        if options.mayBeStale, options.readOnly, let standby, standby.isAvailable {
            do throws(DatabaseError) {
                return try await standby.run(steps, in: scope, options: options)
            } catch {
                // It has changed nothing, so that it can be done again.
                guard error.kind == .unavailable || error.kind == .overloaded else { throw error }
            }
        }
        guard options.isolation == .readCommitted else {
            // A snapshot for the whole transaction must be asked for before the first statement.
            let transaction = Transaction(self, id: nextID(), scope: scope, options: options)
            let results = try await transaction.runThenEnd(steps)
            return results
        }
        var settings = try checkedSettings(scope)
        if options.readOnly { settings.append(("transaction_read_only", "on")) }
        let encoded = try encode(steps, scope.schema)
        return try await perform(.run, scope: settings, steps: encoded, options, scope)
    }

    /// Runs `body` in one transaction that holds a connection from its first statement on. It is
    /// committed when `body` returns and rolled back when it throws.
    ///
    /// - Parameter opening: steps that go before the first ones of `body`, in the same round trip, and
    ///   whose results are dropped.
    public func transaction<Value: Sendable>(
        in scope: Scope, options: WorkOptions = WorkOptions(), opening: [WorkStep] = [],
        _ body: (Transaction) async throws -> Value
    ) async throws -> Value {
        let transaction = Transaction(
            self, id: nextID(), scope: scope, options: options, opening: opening)
        let value: Value
        do {
            value = try await body(transaction)
        } catch {
            transaction.rollBack()
            throw error
        }
        try await transaction.commit()
        return value
    }

    // MARK: Inside

    func nextID() -> UInt64 {
        lastID.wrappingAdd(1, ordering: .relaxed).newValue
    }

    /// Hands one segment to the reactor and waits for its answer. A cancelled task withdraws it
    /// where that can still be done.
    func perform(
        _ kind: Job.Kind, scope settings: [(name: String, value: String)] = [],
        steps: [EncodedStep], _ options: WorkOptions, _ scope: Scope
    ) async throws(DatabaseError) -> [SQLResult] {
        let id = nextID()
        let outcome = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let job = Job(
                    id: id, kind: kind, scope: settings, steps: steps, options: options,
                    tenant: scope.fairnessKey, schema: scope.schema?.keyNumber ?? 0,
                    continuation: continuation)
                guard !Task.isCancelled || kind.isCommit else {
                    return job.fail(.cancelled, "cancelled before it was sent")
                }
                reactor.post(.submit(job))
                // A cancellation just before the submission would have found nothing to cancel.
                if Task.isCancelled { reactor.post(.cancel(work: id)) }
            }
        } onCancel: {
            reactor.post(.cancel(work: id))
        }
        return try outcome.get()
    }

    /// Role and settings, after a check that they can be sent as they are.
    func checkedSettings(
        _ scope: Scope
    ) throws(DatabaseError) -> [(name: String, value: String)] {
        var settings: [(name: String, value: String)] = []
        if let role = scope.role {
            guard role != "none", !role.isEmpty else {
                throw DatabaseError(.statement(sqlState: "22023"), "not a role to work under")
            }
            settings.append(("role", role))
        }
        guard scope.settings.count <= min(limits.settingsMax, ControlStatements.maxSettings - 8)
        else { throw DatabaseError(.statement(sqlState: "54000"), "too many settings") }
        settings += scope.settings
        let hasNUL = settings.contains { $0.name.utf8.contains(0) || $0.value.utf8.contains(0) }
        guard !hasNUL else {
            throw DatabaseError(.statement(sqlState: "22021"), "NUL character in a setting")
        }
        return settings
    }

    func encode(
        _ steps: [WorkStep], _ schema: TenantSchema?
    ) throws(DatabaseError) -> [EncodedStep] {
        guard steps.count <= limits.stepsMax else {
            throw DatabaseError(.statement(sqlState: "54000"), "too many steps in one work")
        }
        var encoded: [EncodedStep] = []
        encoded.reserveCapacity(steps.count)
        var byteCount = 0
        for step in steps {
            try step.statement.validate(for: schema)
            let parameters = try EncodedParameters(step.parameters)
            byteCount += parameters.byteCount
            encoded.append(
                EncodedStep(
                    statement: step.statement, schema: schema,
                    key: step.statement.key(for: schema), parameters: parameters))
        }
        guard byteCount <= limits.parameterBytesMax else {
            throw DatabaseError(.statement(sqlState: "54000"), "too many bytes of parameters")
        }
        return encoded
    }
}

extension Job.Kind {
    var isCommit: Bool { if case .commit = self { true } else { false } }
}
