import Testing

@testable import Tenancy

@Suite struct ConnectionStateMachineTests {
    typealias Machine = ConnectionStateMachine
    private static let key = StatementKey(statement: 7, schema: 0)

    private static func ready() -> Machine {
        var machine = Machine()
        machine.connected()
        return machine
    }

    /// One run as the connection sends it: settings, one prepared statement, Sync.
    private static func send(run work: UInt64, to machine: inout Machine, readOnly: Bool = false) {
        machine.beginSegment(work: work, commitPoint: .sync, isReadOnly: readOnly)
        machine.sent(.control)
        machine.sent(.prepare(key))
        machine.sent(.execute)
        machine.sentSync()
    }

    private static func sendCommit(work: UInt64, to machine: inout Machine) {
        machine.beginSegment(
            work: work, commitPoint: .command, isReadOnly: false, endsLease: true)
        machine.sent(.control)
        machine.sent(.commit)
        machine.sentSync()
    }

    private static let success = Machine.Received.success(isRollback: false)

    @Test func onlyAReadyConnectionTakesWork() {
        var leased = Self.ready()
        leased.lease(1)
        var retiring = Self.ready()
        retiring.retire()
        var closed = Self.ready()
        _ = closed.lost()
        var busy = Self.ready()
        Self.send(run: 1, to: &busy)
        let table: [(Machine, run: Bool, lease: Bool)] = [
            (Machine(), false, false), (Self.ready(), true, true), (leased, false, false),
            (retiring, false, false), (closed, false, false), (busy, true, false),
        ]
        for (machine, run, lease) in table {
            #expect(machine.canRun(depthMax: 2) == run)
            #expect(machine.canLease == lease)
        }
        #expect(!busy.canRun(depthMax: 1))
    }

    /// Nothing goes to it, nor waits for it: it may never say it.
    @Test func oneThatHasNotSaidItsServerIsStillArriving() {
        var machine = Machine()
        #expect(machine.isArriving && !machine.isStaying)
        machine.connected()
        machine.isAskedForItsServer()
        #expect(machine.isArriving && !machine.isStaying)
        #expect(!machine.canRun(depthMax: 2) && !machine.canLease)
        machine.hasToldItsServer()
        #expect(!machine.isArriving && machine.isStaying)
        #expect(machine.canRun(depthMax: 2) && machine.canLease)
    }

    @Test func resultsWithoutWorkAreAViolationInEveryState() {
        var leased = Self.ready()
        leased.lease(1)
        var closed = Self.ready()
        _ = closed.lost()
        let events: [Machine.Received] = [
            Self.success, .success(isRollback: true), .error(isFatal: false),
            .error(isFatal: true), .aborted, .end, .sync,
        ]
        for state in [Machine(), Self.ready(), leased, closed] {
            for event in events {
                var machine = state
                #expect(machine.received(event) == .protocolViolation)
            }
        }
    }

    @Test func aRunIsFinishedAtItsSync() {
        var machine = Self.ready()
        Self.send(run: 5, to: &machine)
        let script: [(Machine.Received, Machine.Action)] = [
            (Self.success, .none), (.end, .none),
            (Self.success, .prepared(Self.key)), (.end, .none),
            (Self.success, .collect(work: 5)), (.end, .none),
            (.sync, .finish(work: 5, unprepared: [])),
        ]
        for (event, action) in script { #expect(machine.received(event) == action) }
        #expect(machine.isIdle)
        #expect(machine.becameIdle(isTransactionIdle: true) == .keep)
    }

    @Test func anErrorIsReportedOnceAndTheNextRunIsUntouched() {
        var machine = Self.ready()
        Self.send(run: 1, to: &machine)
        Self.send(run: 2, to: &machine)
        #expect(machine.received(.error(isFatal: false)) == .fail(work: 1))
        #expect(machine.received(.end) == .none)
        for _ in 0..<2 {
            #expect(machine.received(.aborted) == .none)
            #expect(machine.received(.end) == .none)
        }
        #expect(machine.received(.sync) == .finish(work: 1, unprepared: [Self.key]))
        #expect(machine.received(Self.success) == .none)
        #expect(machine.works == [2])
    }

    @Test func anErrorAtTheSyncFailsTheRun() {
        var machine = Self.ready()
        Self.send(run: 1, to: &machine)
        for _ in 0..<3 {
            _ = machine.received(Self.success)
            _ = machine.received(.end)
        }
        #expect(machine.received(.error(isFatal: false)) == .fail(work: 1))
        #expect(machine.received(.end) == .none)
        #expect(machine.received(.sync) == .finish(work: 1, unprepared: [Self.key]))
    }

    @Test func aSyncBeforeAllResultsIsAViolation() {
        var machine = Self.ready()
        Self.send(run: 1, to: &machine)
        #expect(machine.received(.sync) == .protocolViolation)
    }

    @Test func losingTheConnectionTellsWhatIsKnown() {
        var sealed = Self.ready()
        Self.send(run: 1, to: &sealed)
        Self.send(run: 2, to: &sealed, readOnly: true)
        expect(sealed.lost(), [(1, .outcomeUnknown), (2, .unavailable)])

        var unsealed = Self.ready()
        unsealed.beginSegment(work: 1, commitPoint: .sync, isReadOnly: false)
        unsealed.sent(.execute)
        expect(unsealed.lost(), [(1, .unavailable)])

        var failed = Self.ready()
        Self.send(run: 1, to: &failed)
        _ = failed.received(.error(isFatal: false))
        expect(failed.lost(), [(1, .asRecorded)])
    }

    @Test func aServerThatDiesInAStatementHasCarriedOutNothingBehindIt() {
        var machine = Self.ready()
        Self.send(run: 1, to: &machine)
        Self.send(run: 2, to: &machine)
        #expect(machine.received(.error(isFatal: true)) == .fail(work: 1))
        expect(machine.lost(), [(1, .asRecorded), (2, .unavailable)])
    }

    @Test func aServerThatDiesAtTheCommitLeavesItOpen() {
        var run = Self.ready()
        Self.send(run: 1, to: &run)
        Self.send(run: 2, to: &run)
        for _ in 0..<3 {
            _ = run.received(Self.success)
            _ = run.received(.end)
        }
        #expect(run.received(.error(isFatal: true)) == .none)
        expect(run.lost(), [(1, .outcomeUnknown), (2, .unavailable)])

        var transaction = Self.ready()
        transaction.lease(9)
        Self.sendCommit(work: 1, to: &transaction)
        _ = transaction.received(Self.success)
        _ = transaction.received(.end)
        #expect(transaction.received(.error(isFatal: true)) == .none)
        expect(transaction.lost(), [(1, .outcomeUnknown)])
    }

    @Test func anAnsweredCommitStaysCommittedWhateverFollows() {
        var machine = Self.ready()
        machine.lease(9)
        Self.sendCommit(work: 1, to: &machine)
        for _ in 0..<2 {
            #expect(machine.received(Self.success) == .none)
            #expect(machine.received(.end) == .none)
        }
        expect(machine.lost(), [(1, .asRecorded)])
    }

    @Test func aCommitAnsweredByRollbackIsAFailure() {
        var machine = Self.ready()
        machine.lease(9)
        Self.sendCommit(work: 1, to: &machine)
        _ = machine.received(Self.success)
        _ = machine.received(.end)
        #expect(machine.received(.success(isRollback: true)) == .failCommit(work: 1))
        #expect(machine.received(.end) == .none)
        #expect(machine.received(.sync) == .finish(work: 1, unprepared: []))
        #expect(machine.state == .ready)
    }

    @Test func abandoningALeaseDependsOnWhatIsUnderWay() {
        var idle = Self.ready()
        #expect(idle.abandon(lease: 9) == .none)
        idle.lease(9)
        #expect(idle.abandon(lease: 8) == .none)
        #expect(idle.abandon(lease: 9) == .close)

        var running = idle
        running.beginSegment(work: 1, commitPoint: .none, isReadOnly: false)
        running.sent(.execute)
        running.sentSync()
        #expect(running.abandon(lease: 9) == .cancelAndClose)

        var committing = idle
        Self.sendCommit(work: 2, to: &committing)
        #expect(committing.abandon(lease: 9) == .awaitCommit)
        _ = running.lost()
        #expect(running.abandon(lease: 9) == .none)
    }

    @Test func aConnectionThatIsNotCleanlyIdleCloses() {
        var machine = Self.ready()
        #expect(machine.becameIdle(isTransactionIdle: false) == .close)
        machine.retire()
        #expect(machine.becameIdle(isTransactionIdle: true) == .close)
        var leased = Self.ready()
        leased.lease(1)
        #expect(leased.becameIdle(isTransactionIdle: false) == .keep)
    }

    private func expect(
        _ actual: [(work: UInt64, verdict: Machine.Verdict)],
        _ expected: [(UInt64, Machine.Verdict)],
        sourceLocation: SourceLocation = #_sourceLocation
    ) {
        #expect(
            actual.map(\.work) == expected.map(\.0) && actual.map(\.verdict) == expected.map(\.1),
            sourceLocation: sourceLocation)
    }
}
