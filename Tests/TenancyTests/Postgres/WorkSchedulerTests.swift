import Testing

@testable import Tenancy

@Suite struct WorkSchedulerTests {
    private static func idle() -> WorkScheduler.Load { load(0) }

    private static func load(_ segments: Int) -> WorkScheduler.Load {
        WorkScheduler.Load(
            canRun: segments < 4, canLease: segments == 0, isLeased: false, segmentCount: segments)
    }

    private static let leased = WorkScheduler.Load(
        canRun: false, canLease: false, isLeased: true, segmentCount: 1)

    /// Asks with the same answer for every pair.
    private func next(
        _ scheduler: inout WorkScheduler, _ loads: [WorkScheduler.Load],
        _ suitability: WorkScheduler.Suitability = .cold
    ) -> WorkScheduler.Assignment? {
        scheduler.next(loads) { _, _ in suitability }
    }

    private func scheduler(connections: Int = 4, underWayMax: Int = 16) -> WorkScheduler {
        WorkScheduler(
            connectionCountMax: connections, queuedMax: 8,
            quotaDefault: TenantQuota(worksUnderWayMax: underWayMax, worksWaitingMax: 4))
    }

    @Test func runsGoToTheLeastLoadedConnectionAndThenToAWarmOne() {
        var scheduler = scheduler()
        for work in 1...3 { _ = scheduler.enqueue(UInt64(work), tenant: "a", isLease: false) }
        let loads = [Self.load(1), Self.idle(), Self.idle()]
        let warm = scheduler.next(loads) { _, slot in slot == 2 ? .warm : .cold }
        #expect(warm == .init(work: 1, slot: 2, isLease: false))
        let busy = [Self.load(3), Self.load(1), Self.load(2)]
        let answer1 = next(&scheduler, busy, .cold)
        #expect(answer1?.slot == 1)
        let answer2 = next(&scheduler, [Self.load(4), Self.leased], .cold)
        #expect(answer2 == nil)
        #expect(scheduler.queuedCount == 1)
    }

    @Test func aRunWaitsForStatementsThatAnotherIsPreparing() {
        var scheduler = scheduler()
        _ = scheduler.enqueue(1, tenant: "a", isLease: false)
        let answer3 = next(&scheduler, [Self.load(1)], .blocked)
        #expect(answer3 == nil)
        let answer4 = next(&scheduler, [Self.load(1)], .warm)
        #expect(answer4?.work == 1)
    }

    @Test func aWaitingTransactionKeepsTheLeastLoadedConnectionFree() {
        var scheduler = scheduler()
        _ = scheduler.enqueue(1, tenant: "a", isLease: true)
        _ = scheduler.enqueue(2, tenant: "a", isLease: false)
        let run = next(&scheduler, [Self.load(1), Self.load(2)], .cold)
        #expect(run == .init(work: 2, slot: 1, isLease: false))
        let lease = next(&scheduler, [Self.idle(), Self.load(3)], .cold)
        #expect(lease == .init(work: 1, slot: 0, isLease: true))
    }

    @Test func transactionsLeaveOneConnectionToRuns() {
        var scheduler = scheduler(connections: 2)
        _ = scheduler.enqueue(1, tenant: "a", isLease: true)
        let answer5 = next(&scheduler, [Self.leased, Self.idle()], .cold)
        #expect(answer5 == nil)
        _ = scheduler.enqueue(2, tenant: "a", isLease: false)
        let answer6 = next(&scheduler, [Self.leased, Self.idle()], .cold)
        #expect(answer6?.work == 2)
    }

    @Test func onASingleConnectionRunsAndTransactionsTakeTurns() {
        var scheduler = scheduler(connections: 1)
        for work in 1...2 { _ = scheduler.enqueue(UInt64(work), tenant: "a", isLease: true) }
        for work in 3...4 { _ = scheduler.enqueue(UInt64(work), tenant: "a", isLease: false) }
        var order: [UInt64] = []
        while let next = scheduler.next([Self.idle()], suitability: { _, _ in .warm }) {
            order.append(next.work)
        }
        #expect(order == [1, 3, 2, 4])
    }

    @Test func tenantsTakeTurns() {
        var scheduler = scheduler()
        for work in 1...3 { _ = scheduler.enqueue(UInt64(work), tenant: "a", isLease: false) }
        _ = scheduler.enqueue(4, tenant: "b", isLease: false)
        var order: [UInt64] = []
        while let next = scheduler.next([Self.idle()], suitability: { _, _ in .warm }) {
            order.append(next.work)
        }
        #expect(order == [1, 4, 2, 3])
    }

    @Test func theQueueRefusesAtItsLimits() {
        var scheduler = scheduler()
        func refusal(_ work: UInt64, _ tenant: String, isLease: Bool = false)
            -> WorkScheduler.Refusal?
        {
            switch scheduler.enqueue(work, tenant: tenant, isLease: isLease) {
            case .success: nil
            case .failure(let refusal): refusal
            }
        }
        for work in 1...4 {
            let found = refusal(UInt64(work), "a", isLease: work > 2)
            #expect(found == nil)
        }
        let fifth = refusal(5, "a")
        #expect(fifth == .tenantFull)
        for work in 6...9 {
            let found = refusal(UInt64(work), "b")
            #expect(found == nil)
        }
        let ninth = refusal(10, "c")
        #expect(ninth == .full)
    }

    @Test func aTenantAtItsQuotaIsPassedOver() {
        var scheduler = scheduler(underWayMax: 2)
        for work in 1...3 { _ = scheduler.enqueue(UInt64(work), tenant: "a", isLease: work == 2) }
        _ = scheduler.enqueue(4, tenant: "b", isLease: false)
        var order: [UInt64] = []
        func takeAll() {
            while let next = scheduler.next([Self.idle()], suitability: { _, _ in .warm }) {
                order.append(next.work)
            }
        }
        takeAll()
        #expect(order == [2, 1, 4], "the transaction first, then one run each")
        #expect(scheduler.use(of: "a") == TenantUse(worksUnderWay: 2, worksWaiting: 1))
        scheduler.ended(tenant: "a")
        takeAll()
        #expect(order.last == 3)
        for _ in 0..<5 { scheduler.ended(tenant: "a") }
        #expect(scheduler.use(of: "a") == TenantUse(), "never below nothing")
    }

    @Test func aQuotaOfItsOwnCountsForATenant() {
        var scheduler = scheduler()
        scheduler.set(["a": TenantQuota(worksUnderWayMax: 0, worksWaitingMax: 1)])
        _ = scheduler.enqueue(1, tenant: "a", isLease: false)
        guard case .failure(.tenantFull) = scheduler.enqueue(2, tenant: "a", isLease: false) else {
            Issue.record("a second one waits")
            return
        }
        _ = next(&scheduler, [Self.idle()])
        _ = scheduler.enqueue(3, tenant: "a", isLease: false)
        let second = next(&scheduler, [Self.idle()])
        #expect(second == nil, "a quota of nothing counts as one")
    }

    @Test func aFloodLeavesTheLeastLoadedConnectionToOthers() {
        var scheduler = scheduler()
        let idle = [Self.load(1), Self.load(1), Self.load(0)]
        for work in 1...4 {
            _ = scheduler.enqueue(UInt64(work), tenant: "a", isLease: false)
        }
        for _ in 1...3 { _ = next(&scheduler, idle) }
        let busy = [Self.load(2), Self.load(3), Self.load(1)]
        let fourth = next(&scheduler, busy)
        #expect(fourth?.slot == 0, "not the one with the least before it")
        _ = scheduler.enqueue(5, tenant: "a", isLease: false)
        let full = next(&scheduler, [Self.load(4), Self.load(4), Self.load(1)])
        #expect(full == nil)
        _ = scheduler.enqueue(6, tenant: "b", isLease: false)
        scheduler.ended(tenant: "a")
        let other = next(&scheduler, [Self.load(4), Self.load(4), Self.load(1)])
        #expect(other?.work == 6 && other?.slot == 2)
    }

    @Test func aFloodLeavesAloneTheConnectionWhereOthersHadTheirWork() {
        var scheduler = scheduler()
        _ = scheduler.enqueue(1, tenant: "564", isLease: false)
        let first = next(&scheduler, [Self.load(1), Self.load(1), Self.load(0)])
        #expect(first?.slot == 2)
        scheduler.ended(tenant: "564")
        for work in 2...5 {
            _ = scheduler.enqueue(UInt64(work), tenant: "837", isLease: false)
        }
        for _ in 1...3 { _ = next(&scheduler, [Self.load(0), Self.load(0), Self.load(0)]) }
        let fourth = next(&scheduler, [Self.load(2), Self.load(1), Self.load(0)])
        #expect(fourth?.slot == 1, "more than its share, so that the idle one is not for it")
        _ = scheduler.enqueue(6, tenant: "837", isLease: false)
        let full = next(&scheduler, [Self.load(4), Self.load(4), Self.load(0)])
        #expect(full == nil)
        _ = scheduler.enqueue(7, tenant: "564", isLease: false)
        let other = next(&scheduler, [Self.load(4), Self.load(4), Self.load(0)])
        #expect(other?.work == 7 && other?.slot == 2)
    }

    @Test func aTenantIsAloneAgainWhenOthersHaveHadNoWorkForLong() {
        var recent = RecentTenants()
        let start = ContinuousClock.now
        recent.note("564", slot: 3, at: start)
        recent.note("icds_registry_reader", slot: 2, at: start)
        func others(than tenant: String, after milliseconds: Int) -> Int? {
            recent.connection(ofOthersThan: tenant, at: start + .milliseconds(milliseconds))
        }
        #expect(others(than: "564", after: 0) == nil, "a role is nobody")
        #expect(others(than: "837", after: 0) == 3)
        recent.note("837", slot: 0, at: start + .milliseconds(500))
        #expect(others(than: "837", after: 500) == 3)
        #expect(others(than: "564", after: 500) == 0)
        #expect(others(than: "837", after: 1_000) == nil)
        #expect(others(than: "564", after: 1_000) == 0)
    }

    @Test func aWithdrawnWorkIsGone() {
        var scheduler = scheduler()
        _ = scheduler.enqueue(1, tenant: "a", isLease: false)
        let isDone11 = scheduler.remove(1, tenant: "a")
        #expect(isDone11)
        let isDone12 = scheduler.remove(1, tenant: "a")
        #expect(!isDone12)
        #expect(scheduler.queuedCount == 0)
        let answer13 = next(&scheduler, [Self.idle()], .warm)
        #expect(answer13 == nil)
    }
}
