internal import CPostgres

/// Carries out, on one `PGconn`, what ``ConnectionStateMachine`` decides.
///
/// Belongs to the reactor's thread, which makes it, uses it and closes it.
final class PostgresConnection {
    enum Progress { case wantsRead, wantsWrite, established, failed }

    /// Nil once it is closed.
    private(set) var connection: OpaquePointer?
    private(set) var descriptor: Int32
    var machine = ConnectionStateMachine()
    private(set) var statements: StatementCache
    private(set) var memory: BackendMemory
    /// The server's name and timeline; nil until it has told them, empty where it cannot.
    private(set) var server: String?
    private var acquaintance = Acquaintance()
    private var segmentTotal = 0
    private let limits: DatabaseLimits
    let startedAt: ContinuousClock.Instant
    /// When it is due for replacement.
    let retiresAt: ContinuousClock.Instant
    /// libpq holds bytes that the socket did not take yet.
    private(set) var wantsWrite = false
    /// Why another is to take its place; until then it works on.
    private(set) var due: ConnectionEnd?
    /// Why it takes no more work.
    private(set) var retirement: ConnectionEnd?
    private var looks = (hits: 0, misses: 0)
    /// The COPY that has the connection, in or out; nil mostly.
    var copy: CopyWork?
    var copyPhase = CopyPhase.starting
    /// What is to be told when the COPY has ended.
    var copyOutcome: Result<Int, DatabaseError> = .success(0)
    /// What a COPY gave is not read fast enough, so that nothing more is taken from the socket.
    var isCopyPaused = false
    var copiedBytes = 0

    var wantsRead: Bool { copy == nil || copyPhase != .out || !isCopyPaused }

    func takeCopiedBytes() -> Int {
        defer { copiedBytes = 0 }
        return copiedBytes
    }

    /// Starts connecting. Nil when libpq refuses at once.
    init?(
        configuration: DatabaseConfiguration, host: DatabaseHost?,
        now: ContinuousClock.Instant, random: Double
    ) {
        let parameters = configuration.sessionParameters(host)
        guard let connection = Self.start(parameters), PQstatus(connection) != CONNECTION_BAD
        else { return nil }
        icds_ignore_notices(connection)
        self.connection = connection
        self.descriptor = PQsocket(connection)
        self.limits = configuration.limits
        self.statements = StatementCache(countMax: limits.preparedStatementsMax)
        self.memory = BackendMemory(bytesMax: limits.backendBytesMax)
        self.startedAt = now
        self.retiresAt = now + limits.connectionAgeMax * (1 - random / 4)
    }

    deinit { close() }

    /// Another is to take its place as soon as it is there. The first reason counts.
    func becomeDue(_ reason: ConnectionEnd) { due = due ?? reason }

    /// No new work; it closes when nothing is under way. The first reason counts.
    func retire(_ reason: ConnectionEnd) {
        retirement = retirement ?? reason
        machine.retire()
    }

    /// Statements that were there and that were not, since the last time that it was asked.
    func takeLooks() -> (hits: Int, misses: Int) {
        defer { looks = (0, 0) }
        return looks
    }

    /// Closes the socket; PostgreSQL rolls back what was not committed. May be called twice.
    func close() {
        if let connection { PQfinish(connection) }
        connection = nil
    }

    private static func start(_ parameters: [(keyword: String, value: String)]) -> OpaquePointer? {
        // One buffer of C strings, and pointers into it.
        var bytes: [UInt8] = []
        var offsets: [(keyword: Int, value: Int)] = []
        for (keyword, value) in parameters {
            let keywordOffset = bytes.count
            bytes.append(contentsOf: keyword.utf8)
            bytes.append(0)
            offsets.append((keywordOffset, bytes.count))
            bytes.append(contentsOf: value.utf8)
            bytes.append(0)
        }
        return bytes.withUnsafeBytes { content in
            let start = content.baseAddress?.assumingMemoryBound(to: CChar.self)
            let keywords = offsets.map { pair in start.map { $0 + pair.keyword } } + [nil]
            let values = offsets.map { pair in start.map { $0 + pair.value } } + [nil]
            return PQconnectStartParams(keywords, values, 0)
        }
    }

    /// One more step of connecting. The descriptor may have changed afterwards.
    func continueConnecting() -> Progress {
        let status = PQconnectPoll(connection)
        descriptor = PQsocket(connection)
        switch status {
        case PGRES_POLLING_READING: return .wantsRead
        case PGRES_POLLING_WRITING: return .wantsWrite
        case PGRES_POLLING_OK:
            guard PQsetnonblocking(connection, 1) == 0, PQenterPipelineMode(connection) == 1 else {
                return .failed
            }
            machine.connected()
            return .established
        default: return .failed
        }
    }

    /// libpq's reason for a failed attempt: for the log. It names host and role, never the
    /// password.
    var failureText: String {
        guard let text = PQerrorMessage(connection) else { return "unknown" }
        return String(cString: text).split(separator: "\n").joined(separator: " ")
    }

    // MARK: Sending

    /// How well this connection suits a work.
    func suitability(for job: Job) -> WorkScheduler.Suitability {
        var result = WorkScheduler.Suitability.warm
        for step in job.steps where step.statement.isPrepared {
            switch statements.peek(step.key) {
            case .ready: continue
            case .preparing: return .blocked
            case .absent: result = .cold
            }
        }
        return acquaintance.knows(job.schema) ? result : .strange
    }

    /// Tenants that it has met.
    var tenantCount: Int { acquaintance.count }

    /// For how many times ``ConnectionCost/stallTime`` it has had work and given no answer.
    func stallCount(_ now: ContinuousClock.Instant) -> Int {
        machine.isWorking ? acquaintance.stallCount(now) : 0
    }

    /// Nobody has needed it for a while.
    func isResting(_ now: ContinuousClock.Instant) -> Bool {
        machine.isIdle && acquaintance.isResting(now)
    }

    func nextStall(_ now: ContinuousClock.Instant) -> ContinuousClock.Instant? {
        machine.isWorking ? acquaintance.nextStall(now) : nil
    }

    /// A transaction gets it. How long that holds it counts from now, whatever it is answered meanwhile.
    func lease(_ lease: UInt64, _ now: ContinuousClock.Instant) {
        acquaintance.begins(now)
        machine.lease(lease)
    }

    /// Sends one job as one segment. False: the connection is to be given up.
    func send(_ job: Job, now: ContinuousClock.Instant) -> Bool {
        let isReadOnly = job.options.readOnly
        if !machine.isWorking { acquaintance.begins(now) }
        acquaintance.meet(job.schema)
        segmentTotal += 1
        switch job.kind {
        case .run:
            machine.beginSegment(work: job.id, commitPoint: .sync, isReadOnly: isReadOnly)
            guard send(ControlStatements.scope(of: job, now: now, limits), .control) else {
                return false
            }
        case .open:
            machine.beginSegment(work: job.id, commitPoint: .none, isReadOnly: isReadOnly)
            guard send(ControlStatements.begin(job.options), .control),
                send(ControlStatements.scope(of: job, now: now, limits), .control)
            else { return false }
        case .more:
            machine.beginSegment(work: job.id, commitPoint: .none, isReadOnly: isReadOnly)
        case .commit:
            return sendCommit(job)
        }
        for step in job.steps {
            guard send(step, .execute) else { return false }
        }
        return sync() && tidy()
    }

    /// Nothing may time out a COMMIT: with a synchronous standby that would make visible what
    /// was not replicated. So the statement timeout ends before it.
    private func sendCommit(_ job: Job) -> Bool {
        machine.beginSegment(
            work: job.id, commitPoint: .command, isReadOnly: job.options.readOnly, endsLease: true)
        if !job.options.readOnly {
            guard send(ControlStatements.clearTimeout, .control) else { return false }
        }
        return send(ControlStatements.commit, .commit) && sync()
    }

    /// Ends a transaction whose holder has given up.
    func sendRollback() -> Bool {
        machine.beginSegment(work: 0, commitPoint: .none, isReadOnly: true, endsLease: true)
        return send(ControlStatements.rollback, .control) && sync()
    }

    private func send(_ step: EncodedStep, _ command: ConnectionStateMachine.Command) -> Bool {
        guard step.statement.isPrepared else {
            return sendUnprepared(step.statement.rendered(for: step.schema), step, command)
        }
        let serverName: String
        switch statements.use(step.key) {
        case .ready(let name), .preparing(let name):
            looks.hits += 1
            serverName = name
        case .absent:
            looks.misses += 1
            serverName = statements.insert(
                step.key, name: step.statement.name, schema: step.schema)
            let sql = step.statement.rendered(for: step.schema)
            guard PQsendPrepare(connection, serverName, sql, 0, nil) == 1 else { return false }
            machine.sent(.prepare(step.key))
        }
        let isSent = step.parameters.withArguments { count, values, lengths, formats in
            PQsendQueryPrepared(connection, serverName, count, values, lengths, formats, 1)
        }
        if isSent == 1 { machine.sent(command) }
        return isSent == 1
    }

    private func sendUnprepared(
        _ sql: String, _ step: EncodedStep, _ command: ConnectionStateMachine.Command
    ) -> Bool {
        let isSent = step.parameters.withArguments { count, values, lengths, formats in
            PQsendQueryParams(connection, sql, count, nil, values, lengths, formats, 1)
        }
        if isSent == 1 { machine.sent(command) }
        return isSent == 1
    }

    private func sync() -> Bool {
        guard PQpipelineSync(connection) == 1 else { return false }
        machine.sentSync()
        return flush()
    }

    /// Deallocates what the cache let go and asks for the memory, where it is time for that, in segments
    /// of their own behind the work. False: the connection is to be given up.
    func tidy() -> Bool {
        guard machine.state == .ready else { return true }
        if statements.preparedTotal >= limits.statementsPreparedBeforeRecyclingMax {
            becomeDue(.statements)
        }
        let names = statements.evict()
        // The names are made of the statements' checked names and numbers.
        guard names.isEmpty || sendControl(names.map { "DEALLOCATE \"\($0)\"" }) else {
            return false
        }
        let growth = statements.preparedTotal + 4 * tenantCount + segmentTotal / 1_024
        guard memory.ask(growth: growth) else { return true }
        machine.beginSegment(work: Self.memoryWork, commitPoint: .none, isReadOnly: true)
        return send(ControlStatements.memory, .execute) && sync()
    }

    /// Asks which server this is; until that is known it takes no work.
    func askForServer() -> Bool {
        machine.isAskedForItsServer()
        machine.beginSegment(work: Self.serverWork, commitPoint: .none, isReadOnly: true)
        return send(ControlStatements.server, .execute) && sync()
    }

    /// Stand for questions of ours among works, whose numbers begin at one.
    static let memoryWork = UInt64.max
    static let serverWork = UInt64.max - 1

    private func takeMemory(_ storage: ResultStorage) {
        let row = SQLResult(storage).first
        guard let bytes: Int = try? row?.value("bytes") else { return memory.couldNotSay() }
        if memory.measured(bytes) { becomeDue(.memory) }
    }

    /// Sends statements of ours, none of which has parameters, in one segment.
    func sendControl(_ statements: [String]) -> Bool {
        machine.beginSegment(work: 0, commitPoint: .none, isReadOnly: true)
        for sql in statements {
            guard PQsendQueryParams(connection, sql, 0, nil, nil, nil, nil, 1) == 1 else {
                return false
            }
            machine.sent(.control)
        }
        return sync()
    }

    /// Hands bytes to the socket. False: the connection is gone.
    func flush() -> Bool {
        let rest = PQflush(connection)
        wantsWrite = rest == 1
        return rest >= 0
    }

    // MARK: Receiving

    /// Reads what has come and hands every action on, with the result or the error it is about.
    /// False: the connection is gone, after everything that came before was handed on.
    func receive(
        _ handle: (ConnectionStateMachine.Action, ResultStorage?, DatabaseError?) -> Void
    ) -> Bool {
        let isOpen = PQconsumeInput(connection) == 1
        var hasFinished = false
        defer { if hasFinished, !machine.isLeased { acquaintance.begins(.now) } }
        while machine.segmentCount > 0, PQisBusy(connection) == 0 {
            guard let result = PQgetResult(connection) else {
                guard PQstatus(connection) == CONNECTION_OK else { return false }
                if machine.received(.end) == .protocolViolation { return false }
                continue
            }
            guard deliver(result, &hasFinished, handle) else { return false }
        }
        return isOpen && PQstatus(connection) == CONNECTION_OK
    }

    /// Takes over one result. False: nothing sensible can follow.
    private func deliver(
        _ result: OpaquePointer, _ hasFinished: inout Bool,
        _ handle: (ConnectionStateMachine.Action, ResultStorage?, DatabaseError?) -> Void
    ) -> Bool {
        let storage = ResultStorage(owning: result)
        switch PQresultStatus(result) {
        case PGRES_TUPLES_OK, PGRES_COMMAND_OK, PGRES_EMPTY_QUERY:
            let action = machine.received(.success(isRollback: storage.isRollback))
            switch action {
            case .prepared(let key): statements.markReady(key)
            case .collect(Self.memoryWork): takeMemory(storage)
            case .collect(Self.serverWork): server = try? SQLResult(storage).first?.value("server")
            default: break
            }
            handle(action, storage, nil)
            return action != .protocolViolation
        case PGRES_PIPELINE_SYNC:
            let action = machine.received(.sync)
            if case .finish(let work, let unprepared) = action {
                if work == Self.serverWork {
                    server = server ?? ""
                    machine.hasToldItsServer()
                }
                for key in unprepared { statements.dropUnprepared(key) }
                hasFinished = true
            }
            handle(action, nil, nil)
            return action != .protocolViolation
        case PGRES_PIPELINE_ABORTED:
            return machine.received(.aborted) != .protocolViolation
        case PGRES_FATAL_ERROR:
            let (error, isFatal) = DatabaseError.reported(by: result)
            // Without a SQLSTATE it is libpq's note that the socket has closed.
            guard error.sqlState != nil else { return false }
            if error.spoilsConnection { retire(.stale) }
            let action = machine.received(.error(isFatal: isFatal))
            if action == .fail(work: Self.memoryWork) { memory.couldNotSay() }
            handle(action, nil, error)
            return !isFatal
        default:
            // COPY has a way of its own.
            return false
        }
    }

    var isTransactionIdle: Bool { PQtransactionStatus(connection) == PQTRANS_IDLE }

    // MARK: Notifications

    /// The notifications that have come: channel and payload. To be asked after ``receive(_:)``.
    func takeNotifications() -> [(channel: String, payload: String)] {
        var taken: [(channel: String, payload: String)] = []
        while let notification = PQnotifies(connection) {
            taken.append(
                (
                    String(cString: notification.pointee.relname),
                    String(cString: notification.pointee.extra)
                ))
            PQfreemem(notification)
        }
        return taken
    }

    // MARK: Cancelling

    /// What a cancel request needs, to be used on another thread while this connection closes.
    func makeCanceller() -> Canceller? {
        PQgetCancel(connection).map(Canceller.init(owning:))
    }
}
