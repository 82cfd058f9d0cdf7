import Testing

@testable import Tenancy

/// Which connection a tenant gets: one that knows it, unless that is much busier.
@Suite struct AffinityTests {
    private static let depthMax = 16

    private static func load(
        _ segments: Int, tenants: Int = 0, stalls: Int = 0
    ) -> WorkScheduler.Load {
        WorkScheduler.Load(
            canRun: segments < depthMax, canLease: segments == 0, isLeased: false,
            segmentCount: segments, tenantCount: tenants, stallCount: stalls)
    }

    private static func leased(stalls: Int = 0) -> WorkScheduler.Load {
        WorkScheduler.Load(
            canRun: false, canLease: false, isLeased: true, segmentCount: 1, stallCount: stalls)
    }

    private static let gone = WorkScheduler.Load.none

    private func scheduler(_ connections: Int = 4) -> WorkScheduler {
        WorkScheduler(
            connectionCountMax: connections, queuedMax: 1_024,
            quotaDefault: TenantQuota(worksUnderWayMax: 64, worksWaitingMax: 256))
    }

    /// Where one work of a tenant goes that only the connections `home` know.
    private func slot(
        _ loads: [WorkScheduler.Load], home: Set<Int>, isLease: Bool = false
    ) -> Int? {
        var scheduler = scheduler(loads.count)
        _ = scheduler.enqueue(1, tenant: "a", isLease: isLease)
        return scheduler.next(loads) { _, slot in home.contains(slot) ? .warm : .strange }?.slot
    }

    @Test(arguments: [false, true])
    func aTenantKeepsToTheConnectionThatKnowsIt(isLease: Bool) {
        let idle = Array(repeating: Self.load(0), count: 4)
        for home in idle.indices {
            #expect(slot(idle, home: [home], isLease: isLease) == home)
        }
        let busier = [Self.load(0), Self.load(3), Self.load(0), Self.load(0)]
        #expect(slot(busier, home: [1]) == 1)
        #expect(slot(busier, home: [1, 2], isLease: isLease) == 2, "both know it")
    }

    @Test func aTenantSpillsWhereItsConnectionIsMuchBusier() {
        let busy = [Self.load(12), Self.load(0), Self.load(2), Self.load(2)]
        #expect(slot(busy, home: [0]) == 1)
        let full = [Self.load(16), Self.load(15), Self.load(15), Self.load(15)]
        #expect(slot(full, home: [0]) == nil, "it waits where all are as busy")
        #expect(slot([Self.load(16), Self.load(1)], home: [0]) == 1)
        #expect(slot([Self.gone, Self.load(3), Self.load(1)], home: [0]) == 2)
    }

    @Test func aTransactionWaitsForOneOrTwoBeforeItAndNotForMore() {
        var scheduler = scheduler()
        for work in 1...4 {
            _ = scheduler.enqueue(UInt64(work), tenant: "\(work)", isLease: true)
        }
        let loads = [Self.leased(), Self.load(0), Self.load(0), Self.load(0)]
        let first = scheduler.next(loads) { _, slot in slot == 0 ? .warm : .strange }
        #expect(first == .init(work: 3, slot: 1, isLease: true))
        let second = scheduler.next([Self.load(0), Self.leased(), Self.load(0), Self.load(0)]) {
            _, slot in slot == 0 ? .warm : .strange
        }
        #expect(second == .init(work: 1, slot: 0, isLease: true), "and each has its turn")
    }

    @Test func nobodyWaitsForAConnectionThatStalls() {
        #expect(slot([Self.leased(), Self.load(0)], home: [0]) == nil)
        let later = [Self.leased(stalls: 1), Self.load(14)]
        #expect(slot(later, home: [0]) == nil)
        let last = [Self.leased(stalls: ConnectionCost.stallCountMax), Self.load(15, tenants: 200)]
        #expect(slot(last, home: [0]) == 1)
        let idle = [
            Self.leased(stalls: ConnectionCost.stallCountMax), Self.load(0, tenants: 200),
            Self.gone,
        ]
        #expect(slot(idle, home: [0], isLease: true) == 1)
        let behind = [Self.load(16, stalls: 4), Self.load(15)]
        #expect(slot(behind, home: [0]) == 1)
    }

    @Test func aNewTenantGoesToTheConnectionThatKnowsFewest() {
        let loads = [Self.load(1, tenants: 9), Self.load(3, tenants: 1), Self.load(0, tenants: 8)]
        #expect(slot(loads, home: []) == 1)
    }

    /// Tenants at random on four connections, each of which ends a segment a turn: afterwards each
    /// connection knows its quarter, and a few more that spilled onto it.
    @Test func eachConnectionHoldsItsShareOfTheTenants() {
        var run = Simulation(connections: 4, inFlight: 128, tenants: 292)
        for _ in 0..<4_000 { run.turn() }
        for known in run.known { #expect(known.count < 110, "\(run.known.map(\.count))") }
        #expect(run.worksDone.count == 292, "nobody starves")
        #expect(run.idleTurns < 400, "\(run.idleTurns) of 16,000 turns without work")
    }

    @Test func theTenantsOfALostConnectionGoToTheNextAndOthersStay() {
        var run = Simulation(connections: 4, inFlight: 128, tenants: 292)
        for _ in 0..<4_000 { run.turn() }
        let before = run.known
        run.replace(slot: 2)
        for _ in 0..<4_000 { run.turn() }
        for slot in [0, 1, 3] {
            #expect(run.known[slot].subtracting(before[slot]).count < 30, "\(slot)")
        }
        #expect(run.known[2].count < 110)
    }

    @Test func aSingleBusyTenantGetsAllConnections() {
        var run = Simulation(connections: 4, inFlight: 128, tenants: 1)
        for _ in 0..<1_000 { run.turn() }
        #expect(run.known == Array(repeating: [0], count: 4))
        #expect(run.idleTurns < 100, "\(run.idleTurns) of 4,000")
    }
}

/// Tenants that each ask for one work after the other, in as many lanes as are in flight.
private struct Simulation {
    private var scheduler: WorkScheduler
    private var random = RandomBits()
    private let tenants: Int
    private var tenantOfWork: [UInt64: Int] = [:]
    private var lastWork: UInt64 = 0
    private var pipelines: [[UInt64]]
    private(set) var known: [Set<Int>]
    private(set) var worksDone: [Int: Int] = [:]
    /// Turns of a connection in which it had nothing to do.
    private(set) var idleTurns = 0

    init(connections: Int, inFlight: Int, tenants: Int) {
        self.tenants = tenants
        scheduler = WorkScheduler(
            connectionCountMax: connections, queuedMax: 1_024,
            quotaDefault: TenantQuota(worksUnderWayMax: 64, worksWaitingMax: 256))
        pipelines = Array(repeating: [], count: connections)
        known = Array(repeating: [], count: connections)
        for _ in 0..<inFlight { ask() }
    }

    private mutating func ask() {
        lastWork += 1
        let tenant = Int(random.next() % UInt64(tenants))
        tenantOfWork[lastWork] = tenant
        _ = scheduler.enqueue(lastWork, tenant: "\(tenant)", isLease: false)
    }

    mutating func replace(slot: Int) { known[slot] = [] }

    /// Sends what can be sent; then one segment of each connection ends.
    mutating func turn() {
        while true {
            let loads = pipelines.indices.map { slot in
                WorkScheduler.Load(
                    canRun: pipelines[slot].count < 16, canLease: pipelines[slot].isEmpty,
                    isLeased: false, segmentCount: pipelines[slot].count,
                    tenantCount: known[slot].count)
            }
            let next = scheduler.next(loads) { work, slot in
                known[slot].contains(tenantOfWork[work] ?? -1) ? .warm : .strange
            }
            guard let next else { break }
            pipelines[next.slot].append(next.work)
            known[next.slot].insert(tenantOfWork[next.work] ?? -1)
        }
        for slot in pipelines.indices {
            guard !pipelines[slot].isEmpty else {
                idleTurns += 1
                continue
            }
            let work = pipelines[slot].removeFirst()
            let tenant = tenantOfWork.removeValue(forKey: work) ?? -1
            worksDone[tenant, default: 0] += 1
            scheduler.ended(tenant: "\(tenant)")
            ask()
        }
    }
}

/// The same numbers in each run (xorshift).
private struct RandomBits {
    private var state: UInt64 = 0x9E37_79B9_7F4A_7C15

    mutating func next() -> UInt64 {
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        return state >> 16
    }
}
