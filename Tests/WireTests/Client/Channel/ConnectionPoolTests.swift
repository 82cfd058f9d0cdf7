import Testing

@testable import Wire

/// A pool's decisions, step by step. Connection and call limits are small; random is always the
/// middle, so that the first wait is a second.
@Suite struct ConnectionPoolTests {
    typealias Action = ConnectionPool.Action

    private let now = ContinuousClock.now
    private let unreachable = CallFailure(
        status: LibraryReason.connectFailed.status("nothing listens there"), origin: .connecting)

    private func pool(connectionsMax: Int = 2, waitingCallsMax: Int = 10) -> ConnectionPool {
        ConnectionPool(
            limits: .init(
                connectionsMax: connectionsMax, waitingCallsMax: waitingCallsMax,
                idle: .seconds(60)),
            backoff: BackoffPolicy())
    }

    /// A pool with one connection that takes two calls.
    private func readyPool(connectionsMax: Int = 2) -> ConnectionPool {
        var pool = pool(connectionsMax: connectionsMax)
        _ = wait(&pool, 1)
        _ = connected(&pool, 1)
        _ = pool.release(1, now: now)
        return pool
    }

    private func wait(
        _ pool: inout ConnectionPool, _ id: UInt64, ready: Bool = false, after: Duration = .zero,
        timeout: Duration = .seconds(100)
    ) -> [Action] {
        pool.wait(
            id, waitsForReady: ready, deadline: now + after + timeout, now: now + after)
    }

    private func connected(
        _ pool: inout ConnectionPool, _ id: UInt64, after: Duration = .zero
    ) -> [Action] {
        pool.connected(id, openCallsMax: 2, now: now + after, random: 0.5)
    }

    private func failed(
        _ pool: inout ConnectionPool, _ id: UInt64, after: Duration = .zero
    ) -> [Action] {
        pool.connectFailed(id, unreachable, now: now + after, random: 0.5)
    }

    // MARK: Opening

    @Test func firstCallConnectsAndTheNextWaitForTheSame() {
        var pool = pool()
        #expect(pool.acquire() == nil)
        #expect(wait(&pool, 1) == [.connect(1)])
        #expect(wait(&pool, 2) == [])
        #expect(connected(&pool, 1) == [.give(1, 1), .give(2, 1)])
    }

    @Test func anotherIsOpenedWhenAllAreFull() {
        var pool = readyPool()
        #expect(pool.acquire() == 1)
        #expect(pool.acquire() == 1)
        #expect(pool.acquire() == nil)
        #expect(wait(&pool, 2) == [.connect(2)])
        #expect(connected(&pool, 2) == [.give(2, 2)])
    }

    @Test func noMoreThanTheMaximumIsOpened() {
        var pool = readyPool(connectionsMax: 1)
        _ = pool.acquire()
        _ = pool.acquire()
        #expect(wait(&pool, 2) == [])
        #expect(pool.release(1, now: now) == [.give(2, 1)])
    }

    @Test func leastLoadedIsTakenFirst() {
        var pool = readyPool()
        _ = pool.acquire()
        _ = pool.acquire()
        _ = wait(&pool, 2)
        _ = connected(&pool, 2)
        _ = pool.release(1, now: now)
        _ = pool.release(1, now: now)
        #expect(pool.acquire() == 1)
        #expect(pool.acquire() == 1)
        _ = pool.release(1, now: now)
        _ = pool.release(2, now: now)
        #expect(pool.acquire() == 2)
    }

    @Test func callsThatWaitAreServedInOrder() {
        var pool = readyPool(connectionsMax: 1)
        _ = pool.acquire()
        _ = pool.acquire()
        _ = wait(&pool, 2)
        _ = wait(&pool, 3)
        #expect(pool.acquire() == nil)
        #expect(pool.release(1, now: now) == [.give(2, 1)])
        #expect(pool.release(1, now: now) == [.give(3, 1)])
    }

    @Test func onlySoManyCallsWait() {
        var pool = pool(waitingCallsMax: 1)
        _ = wait(&pool, 1)
        guard case .fail(2, let failure)? = wait(&pool, 2).first else {
            Issue.record("waits")
            return
        }
        #expect(failure.status.reason == "TOO_MANY_OPEN_CALLS")
        pool.abandon(1)
        #expect(wait(&pool, 3) == [])
    }

    // MARK: Failing

    @Test func failureFailsWhoDoesNotWaitForAConnection() {
        var pool = pool()
        _ = wait(&pool, 1)
        _ = wait(&pool, 2, ready: true)
        #expect(failed(&pool, 1) == [.fail(1, unreachable)])
        // Until it may connect again it says at once why not.
        #expect(wait(&pool, 3, after: .milliseconds(999)) == [.fail(3, unreachable)])
        #expect(pool.nextDeadline == now + .seconds(1))
        #expect(pool.tick(now: now + .seconds(1)) == [.connect(2)])
        #expect(failed(&pool, 2, after: .seconds(1)) == [])
        #expect(pool.nextDeadline.map { $0 > now + .milliseconds(2_599) } == true)
        #expect(pool.tick(now: now + .seconds(2)) == [])
        #expect(pool.tick(now: now + .seconds(3)) == [.connect(3)])
        #expect(connected(&pool, 3) == [.give(2, 3)])
    }

    @Test func whoComesAfterTheWaitConnects() {
        var pool = pool()
        _ = wait(&pool, 1)
        _ = failed(&pool, 1)
        #expect(pool.nextDeadline == nil)
        #expect(pool.tick(now: now + .seconds(5)) == [])
        #expect(wait(&pool, 2, after: .seconds(5)) == [.connect(2)])
    }

    @Test func anotherConnectionThatFailsFailsNobody() {
        var pool = readyPool()
        _ = pool.acquire()
        _ = pool.acquire()
        _ = wait(&pool, 2)
        #expect(failed(&pool, 2) == [])
        #expect(pool.nextDeadline == now + .seconds(1))
        #expect(pool.release(1, now: now) == [.give(2, 1)])
    }

    @Test func callsTimeEndsItsWait() {
        var pool = pool()
        _ = wait(&pool, 1, ready: true, timeout: .seconds(1) / 2)
        _ = failed(&pool, 1)
        #expect(pool.nextDeadline == now + .milliseconds(500))
        guard case .fail(1, let failure)? = pool.tick(now: now + .milliseconds(500)).first else {
            Issue.record("waits on")
            return
        }
        #expect(failure.status.reason == "DEADLINE_EXCEEDED")
        #expect(failure.status.message.hasSuffix("nothing listens there"))
        #expect(pool.tick(now: now + .seconds(5)) == [])
    }

    // MARK: Leaving

    @Test func connectionThatItsServerLeavesIsReplacedByTheNextCall() {
        var pool = readyPool()
        #expect(pool.acquire() == 1)
        #expect(pool.leaving(1, now: now) == [])
        #expect(pool.acquire() == nil)
        #expect(wait(&pool, 2) == [.connect(2)])
        #expect(connected(&pool, 2) == [.give(2, 2)])
        #expect(pool.release(1, now: now) == [])
        #expect(pool.lost(1, now: now) == [])
        #expect(pool.acquire() == 2)
    }

    @Test func callsThatWaitForRoomMoveWhenTheServerLeaves() {
        var pool = readyPool(connectionsMax: 1)
        _ = pool.acquire()
        _ = pool.acquire()
        _ = wait(&pool, 2)
        #expect(pool.leaving(1, now: now) == [.connect(2)])
    }

    @Test func lostConnectionIsReplaced() {
        var pool = readyPool()
        _ = pool.acquire()
        #expect(pool.lost(1, now: now) == [])
        #expect(pool.release(1, now: now) == [])
        #expect(wait(&pool, 2) == [.connect(2)])
    }

    @Test func serverThatLetsInOnlyToLeaveIsAskedAgainAfterAWhile() {
        var pool = pool()
        _ = wait(&pool, 1)
        #expect(pool.leaving(1, now: now) == [])
        #expect(connected(&pool, 1) == [.close(1)])
        #expect(pool.nextDeadline == now + .seconds(1))
        #expect(wait(&pool, 2) == [])
        #expect(pool.tick(now: now + .seconds(1)) == [.connect(2)])
        #expect(connected(&pool, 2) == [.give(1, 2), .give(2, 2)])

        var other = self.pool()
        _ = wait(&other, 1, ready: true)
        #expect(other.lost(1, now: now) == [])
        #expect(connected(&other, 1) == [.close(1)])
        #expect(other.nextDeadline == now + .seconds(1))
    }

    // MARK: Idle

    @Test func idleExtrasAreClosedAndOneStays() {
        var pool = readyPool()
        _ = pool.acquire()
        _ = pool.acquire()
        _ = wait(&pool, 2)
        _ = connected(&pool, 2)
        _ = pool.release(2, now: now + .seconds(1))
        #expect(pool.nextDeadline == now + .seconds(61))
        #expect(pool.tick(now: now + .seconds(60)) == [])
        #expect(pool.tick(now: now + .seconds(61)) == [.close(2)])
        _ = pool.release(1, now: now)
        _ = pool.release(1, now: now)
        #expect(pool.nextDeadline == nil)
        #expect(pool.tick(now: now + .seconds(1_000)) == [])
        #expect(pool.acquire() == 1)
    }

    // MARK: Closing

    @Test func closedPoolFailsEverythingFromThenOn() {
        var pool = readyPool(connectionsMax: 1)
        _ = pool.acquire()
        _ = pool.acquire()
        _ = wait(&pool, 2)
        let closed = CallFailure.client(.connectionClosed, "closed")
        #expect(pool.close(closed) == [.fail(2, closed), .close(1)])
        #expect(pool.close(closed) == [])
        #expect(pool.acquire() == nil)
        #expect(wait(&pool, 3) == [.fail(3, closed)])
        #expect(pool.release(1, now: now) == [])
        #expect(pool.nextDeadline == nil)
    }

    @Test func connectionThatOpensAfterTheCloseIsClosed() {
        var pool = pool()
        _ = wait(&pool, 1)
        _ = pool.close(.client(.connectionClosed, "closed"))
        #expect(connected(&pool, 1) == [.close(1)])
        #expect(failed(&pool, 1) == [])
    }
}
