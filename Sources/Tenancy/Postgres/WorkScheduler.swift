/// Decides which waiting work goes to which connection next. Pure.
///
/// A connection that has met a tenant has its plans and its rows of the catalogue: about a megabyte
/// that it never gives back, and milliseconds to get. So a tenant keeps to the connections that know it,
/// a new one goes to the connection that knows fewest, and each holds its share of all tenants. Where
/// those that know it are that much busier (``ConnectionCost``), it spills onto another, so that a
/// single busy tenant gets all of them. A work that waits for such a connection keeps its turn and
/// nobody up, and for no longer than the connection goes on giving answers.
///
/// Runs share connections up to the pipeline depth. A transaction needs a connection that has nothing
/// under way; while one waits, the connection that it is to get takes no more runs. Transactions never
/// hold all connections of a pool that has more than one.
///
/// Tenants take turns. One that has its quota under way is passed over until something of it ends,
/// so that it cannot fill every connection's pipeline while it is alone there for a moment.
struct WorkScheduler {
    struct Load: Equatable {
        var canRun: Bool
        var canLease: Bool
        var isLeased: Bool
        var segmentCount: Int
        /// It will take work again: established, and not to be closed.
        var isStaying = true
        /// Tenants that it has met.
        var tenantCount = 0
        /// For how many of ``ConnectionCost/stallTime`` it has had work and given no answer.
        var stallCount = 0

        static let none = Load(
            canRun: false, canLease: false, isLeased: false, segmentCount: 0, isStaying: false)
    }

    /// What a connection has of what a work needs.
    enum Suitability {
        /// Every statement is prepared.
        case warm
        /// It knows the tenant, or there is none to know, but has to prepare something.
        case cold
        /// It has never met the tenant.
        case strange
        /// Another segment is preparing a statement, and may fail: not now, but soon.
        case blocked
    }

    struct Assignment: Equatable {
        var work: UInt64
        var slot: Int
        var isLease: Bool
    }

    /// Why a work may not wait.
    enum Refusal: Error, Equatable {
        /// Too much waits, of all tenants.
        case full
        /// Too much of this tenant waits.
        case tenantFull
    }

    private var runs = FairQueue()
    private var leases = FairQueue()
    /// Units of work under way by tenant; none has zero.
    private var underWay: [String: Int] = [:]
    /// What was set for single tenants.
    private var quotas: [String: TenantQuota] = [:]
    private var recent = RecentTenants()
    /// The time of the assignment that is being made.
    private var now = ContinuousClock.now
    /// With a single connection, runs and transactions take turns.
    private var lastWasLease = false
    let leasesMax: Int
    let queuedMax: Int
    let quotaDefault: TenantQuota

    init(connectionCountMax: Int, queuedMax: Int, quotaDefault: TenantQuota) {
        self.leasesMax = max(1, connectionCountMax - 1)
        self.queuedMax = queuedMax
        self.quotaDefault = quotaDefault
    }

    var queuedCount: Int { runs.count + leases.count }

    func quota(of tenant: String) -> TenantQuota { quotas[tenant] ?? quotaDefault }

    /// Holds for what comes from now on; what waits already stays.
    mutating func set(_ quotas: [String: TenantQuota]) { self.quotas = quotas }

    func use(of tenant: String) -> TenantUse {
        TenantUse(
            worksUnderWay: underWay[tenant] ?? 0,
            worksWaiting: runs.count(of: tenant) + leases.count(of: tenant))
    }

    mutating func enqueue(
        _ work: UInt64, tenant: String, isLease: Bool
    ) -> Result<Void, Refusal> {
        guard use(of: tenant).worksWaiting < quota(of: tenant).worksWaitingMax else {
            return .failure(.tenantFull)
        }
        guard queuedCount < queuedMax else { return .failure(.full) }
        if isLease {
            leases.append(work, tenant: tenant)
        } else {
            runs.append(work, tenant: tenant)
        }
        return .success(())
    }

    /// Takes a waiting work out. False when it is not waiting.
    mutating func remove(_ work: UInt64, tenant: String) -> Bool {
        runs.remove(work, tenant: tenant) || leases.remove(work, tenant: tenant)
    }

    /// A run or transaction that was assigned is over.
    mutating func ended(tenant: String) {
        guard let count = underWay[tenant] else { return }
        underWay[tenant] = count > 1 ? count - 1 : nil
    }

    private func mayHaveOneMore(_ tenant: String) -> Bool {
        (underWay[tenant] ?? 0) < quota(of: tenant).worksUnderWayMax
    }

    /// The next assignment, taken out of the queue and counted as under way until ``ended(tenant:)``,
    /// or nil when nothing can go anywhere now.
    mutating func next(
        _ loads: [Load], at now: ContinuousClock.Instant = .now,
        suitability: (_ work: UInt64, _ slot: Int) -> Suitability
    ) -> Assignment? {
        self.now = now
        let fewest = loads.lazy.filter(\.isStaying).map(\.tenantCount).min() ?? 0
        var reserved: Int?
        let runsHaveTurn =
            lastWasLease && leasesMax == 1 && runs.first(of: mayHaveOneMore) != nil
        if !leases.isEmpty, !runsHaveTurn, loads.count(where: \.isLeased) < leasesMax {
            switch leaseNow(loads, fewest, suitability) {
            case .assign(let assignment): return assignment
            case .reserve(let slot): reserved = slot
            case .none: break
            }
        }
        let isRoom = loads.indices.contains { loads[$0].canRun && $0 != reserved }
        guard isRoom, !runs.isEmpty else { return nil }
        return nextRun(loads, fewest, except: reserved, suitability)
    }

    // MARK: Transactions

    private enum LeaseDecision {
        case assign(Assignment)
        /// The first one waits for what is under way there.
        case reserve(Int)
        case none
    }

    private mutating func leaseNow(
        _ loads: [Load], _ fewest: Int,
        _ suitability: (_ work: UInt64, _ slot: Int) -> Suitability
    ) -> LeaseDecision {
        var chosen: (work: UInt64, slot: Int, tenant: String)?
        var reserved: Int?
        // Transactions before this one that wait for each connection.
        var waiting = Array(repeating: 0, count: loads.count)
        let isRoom = loads.contains(where: \.canLease)
        leases.forEachTurn { work, tenant in
            guard mayHaveOneMore(tenant) else { return true }
            let best = Self.cheapest(loads) { slot in
                ConnectionCost.ofLease(
                    loads[slot], suitability(work, slot), fewestTenants: fewest,
                    waiting: waiting[slot])
            }
            guard let best else { return false }
            if loads[best].canLease {
                chosen = (work, best, tenant)
                return false
            }
            if waiting.allSatisfy({ $0 == 0 }), loads[best].canRun { reserved = best }
            waiting[best] += 1
            return isRoom
        }
        guard let chosen else { return reserved.map { .reserve($0) } ?? .none }
        leases.removeFirst(of: chosen.tenant)
        underWay[chosen.tenant, default: 0] += 1
        recent.note(chosen.tenant, slot: chosen.slot, at: now)
        lastWasLease = true
        return .assign(Assignment(work: chosen.work, slot: chosen.slot, isLease: true))
    }

    // MARK: Runs

    /// What a tenant leaves to others, of the connections and of each pipeline.
    private struct Courtesy {
        var spared: Int?
        var segmentsMax = Int.max
    }

    /// Segments in a pipeline to which a tenant with more than its share adds one while others have work,
    /// too: enough that the connection is never without work.
    private static let sharedSegmentsMax = 3

    /// A tenant that has more under way than there are connections leaves one of them alone while others
    /// have work, the one where they had it last, and keeps the other pipelines short. Where it is alone
    /// it fills them, and has at most one run in the least loaded one: whoever comes next finds little
    /// before it there.
    private func courtesy(of tenant: String, _ loads: [Load]) -> Courtesy {
        let count = loads.count(where: \.isStaying)
        guard count > 1, (underWay[tenant] ?? 0) >= count else { return Courtesy() }
        let least = loads.indices.filter { loads[$0].canRun }
            .min { loads[$0].segmentCount < loads[$1].segmentCount }
        guard let theirs = recent.connection(ofOthersThan: tenant, at: now) else {
            return Courtesy(spared: least.flatMap { loads[$0].segmentCount > 0 ? $0 : nil })
        }
        return Courtesy(
            spared: loads[theirs].canRun ? theirs : least, segmentsMax: Self.sharedSegmentsMax)
    }

    /// The first run, by turns, that goes to some connection now: one that must wait for its own sake
    /// keeps its turn and nobody up.
    private mutating func nextRun(
        _ loads: [Load], _ fewest: Int, except reserved: Int?,
        _ suitability: (_ work: UInt64, _ slot: Int) -> Suitability
    ) -> Assignment? {
        var chosen: (work: UInt64, slot: Int, tenant: String)?
        runs.forEachTurn { work, tenant in
            guard mayHaveOneMore(tenant) else { return true }
            let courtesy = courtesy(of: tenant, loads)
            let best = Self.cheapest(loads) { slot in
                guard slot != courtesy.spared,
                    loads[slot].segmentCount <= courtesy.segmentsMax
                else { return nil }
                return ConnectionCost.ofRun(
                    loads[slot], suitability(work, slot), fewestTenants: fewest,
                    isReserved: slot == reserved)
            }
            guard let best, loads[best].canRun, best != reserved,
                suitability(work, best) != .blocked
            else { return true }
            chosen = (work, best, tenant)
            return false
        }
        guard let chosen else { return nil }
        runs.removeFirst(of: chosen.tenant)
        underWay[chosen.tenant, default: 0] += 1
        recent.note(chosen.tenant, slot: chosen.slot, at: now)
        lastWasLease = false
        return Assignment(work: chosen.work, slot: chosen.slot, isLease: false)
    }

    /// The first of the connections that stay with the least cost.
    private static func cheapest(_ loads: [Load], _ cost: (_ slot: Int) -> Int?) -> Int? {
        var best: (slot: Int, cost: Int)?
        for slot in loads.indices where loads[slot].isStaying {
            guard let cost = cost(slot), cost < best?.cost ?? .max else { continue }
            best = (slot, cost)
        }
        return best?.slot
    }
}
