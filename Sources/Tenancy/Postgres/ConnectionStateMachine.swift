/// What one connection is doing, and what follows from each thing that happens to it.
///
/// Pure: it knows works and leases by number only, sends nothing and waits for nothing. The
/// reactor tells it what was sent and received and carries out what it answers.
///
/// Work is sent in segments, each ended by one Sync. A run is one segment, and many may be under
/// way; it has no BEGIN, so that PostgreSQL commits it at its Sync and an error in it ends with
/// it. (A failed BEGIN block would outlive its Sync and fail the segments behind it.) A lease
/// gives the connection to one transaction, whose segments are between BEGIN and COMMIT.
struct ConnectionStateMachine {
    enum State: Equatable {
        case connecting
        case ready
        case leased(UInt64)
        case closed
    }

    enum Command: Equatable {
        case prepare(StatementKey)
        /// A statement of ours, whose result nobody wants (BEGIN, set_config, DEALLOCATE).
        case control
        /// A statement of the work.
        case execute
        case commit
    }

    /// What commits a segment.
    enum CommitPoint: Equatable { case none, sync, command }

    /// What came from libpq for the command at the head.
    enum Received: Equatable {
        case success(isRollback: Bool)
        case error(isFatal: Bool)
        case aborted
        /// The end of the results of one command.
        case end
        case sync
    }

    enum Action: Equatable {
        case none
        /// The result belongs to this work.
        case collect(work: UInt64)
        case prepared(StatementKey)
        /// The work has failed with this error; it is over at its Sync.
        case fail(work: UInt64)
        /// COMMIT was answered by ROLLBACK: an earlier statement had failed.
        case failCommit(work: UInt64)
        /// The segment is over. These statements were to be prepared in it and were not.
        case finish(work: UInt64, unprepared: [StatementKey])
        /// libpq and this machine disagree; only closing is safe.
        case protocolViolation
    }

    enum Verdict: Equatable {
        /// The outcome was already known (an error, or a COMMIT that was answered).
        case asRecorded
        case unavailable
        case outcomeUnknown
    }

    enum IdleAction: Equatable { case keep, close }

    enum AbandonAction: Equatable {
        /// Stop the statement and close: the transaction is rolled back.
        case cancelAndClose
        /// Nothing is running: closing rolls back.
        case close
        /// COMMIT was sent: it may only be waited for.
        case awaitCommit
        case none
    }

    private struct Segment {
        var work: UInt64
        var commitPoint: CommitPoint
        var isReadOnly: Bool
        var endsLease: Bool
        var commands: [Command] = []
        var next = 0
        var isSealed = false
        var hasFailed = false
        var isCommitted = false

        var commitMayBeUnderWay: Bool {
            switch commitPoint {
            case .none: false
            case .sync: isSealed
            case .command: commands.contains(.commit)
            }
        }

        /// Whether the command whose answer is awaited is the one that commits.
        var isAtCommit: Bool {
            switch commitPoint {
            case .none: false
            case .sync: next >= commands.count
            case .command: next >= commands.count || commands[next] == .commit
            }
        }
    }

    private(set) var state: State = .connecting
    private(set) var isRetiring = false
    /// It is not known yet which server it leads to: it takes no work.
    private(set) var isStranger = false
    private var segments: [Segment] = []
    /// A fatal error has arrived: nothing behind it will be carried out.
    private var diedAtHead = false

    var segmentCount: Int { segments.count }
    var isIdle: Bool { state == .ready && segments.isEmpty }
    var isEstablished: Bool { state != .connecting && state != .closed }
    /// On its way: connecting, or not yet known which server it leads to.
    var isArriving: Bool { state == .connecting || isStranger }
    /// It takes new work again when what it does has ended.
    var isStaying: Bool { isEstablished && !isRetiring && !isStranger }
    /// A transaction holds it.
    var isLeased: Bool { if case .leased = state { true } else { false } }
    /// Something is under way on it, or a transaction holds it.
    var isWorking: Bool { isLeased || !segments.isEmpty }
    var works: [UInt64] { segments.map(\.work) }

    // MARK: Decisions before sending

    func canRun(depthMax: Int) -> Bool {
        state == .ready && !isRetiring && !isStranger && segments.count < depthMax
    }

    var canLease: Bool { isIdle && !isRetiring && !isStranger }

    mutating func connected() {
        if state == .connecting { state = .ready }
    }

    /// Between these two it takes no work.
    mutating func isAskedForItsServer() { isStranger = true }
    mutating func hasToldItsServer() { isStranger = false }

    mutating func lease(_ lease: UInt64) {
        if isIdle { state = .leased(lease) }
    }

    /// No new work; the connection closes when it has nothing under way.
    mutating func retire() { isRetiring = true }

    // MARK: What was sent

    mutating func beginSegment(
        work: UInt64, commitPoint: CommitPoint, isReadOnly: Bool, endsLease: Bool = false
    ) {
        segments.append(
            Segment(
                work: work, commitPoint: commitPoint, isReadOnly: isReadOnly, endsLease: endsLease))
    }

    mutating func sent(_ command: Command) {
        guard !segments.isEmpty else { return }
        segments[segments.count - 1].commands.append(command)
    }

    mutating func sentSync() {
        guard !segments.isEmpty else { return }
        segments[segments.count - 1].isSealed = true
    }

    // MARK: What was received

    mutating func received(_ event: Received) -> Action {
        guard isEstablished, !segments.isEmpty else { return .protocolViolation }
        let head = segments[0]
        let command = head.next < head.commands.count ? head.commands[head.next] : nil
        switch event {
        case .sync: return finishHead()
        case .end:
            if command != nil { segments[0].next += 1 }
            return .none
        case .aborted: return command == nil ? .protocolViolation : .none
        case .error(let isFatal):
            if isFatal { diedAtHead = true }
            // Dying at the commit itself leaves its outcome open.
            if isFatal && head.isAtCommit { return .none }
            guard !head.hasFailed else { return .none }
            segments[0].hasFailed = true
            return .fail(work: head.work)
        case .success(let isRollback):
            switch command {
            case .none: return .protocolViolation
            case .prepare(let key): return .prepared(key)
            case .control: return .none
            case .execute: return .collect(work: head.work)
            case .commit:
                segments[0].isCommitted = !isRollback
                segments[0].hasFailed = isRollback
                return isRollback ? .failCommit(work: head.work) : .none
            }
        }
    }

    private mutating func finishHead() -> Action {
        let head = segments.removeFirst()
        guard head.isSealed, head.next >= head.commands.count else { return .protocolViolation }
        if head.endsLease { state = .ready }
        guard head.hasFailed else { return .finish(work: head.work, unprepared: []) }
        let keys = head.commands.compactMap { command -> StatementKey? in
            if case .prepare(let key) = command { key } else { nil }
        }
        return .finish(work: head.work, unprepared: keys)
    }

    /// Asked whenever nothing is under way any more. `isTransactionIdle` is libpq's word.
    mutating func becameIdle(isTransactionIdle: Bool) -> IdleAction {
        guard segments.isEmpty, state == .ready else { return .keep }
        guard isTransactionIdle, !isRetiring else { return .close }
        return .keep
    }

    /// The holder of the lease gives up: its deadline has passed or its task was cancelled.
    func abandon(lease: UInt64, isCopying: Bool = false) -> AbandonAction {
        guard state == .leased(lease) else { return .none }
        if isCopying { return .cancelAndClose }
        if segments.contains(where: \.commitMayBeUnderWay) { return .awaitCommit }
        return segments.isEmpty ? .close : .cancelAndClose
    }

    /// The connection is gone. Tells what became of every work under way, in order.
    mutating func lost() -> [(work: UInt64, verdict: Verdict)] {
        var verdicts: [(work: UInt64, verdict: Verdict)] = []
        for (index, segment) in segments.enumerated() {
            verdicts.append((segment.work, verdict(of: segment, isHead: index == 0)))
        }
        segments.removeAll()
        state = .closed
        return verdicts
    }

    private func verdict(of segment: Segment, isHead: Bool) -> Verdict {
        if segment.hasFailed || segment.isCommitted { return .asRecorded }
        if !segment.commitMayBeUnderWay || segment.isReadOnly { return .unavailable }
        // A server that says why it goes has carried out nothing behind the head.
        if diedAtHead && !isHead { return .unavailable }
        return .outcomeUnknown
    }
}
