/// Decides which waiting work goes to which connection next. Pure.
///
/// Runs go to the connection with the least under way, one that has their statements prepared
/// before one that has not; they share connections up to the pipeline depth. A transaction needs
/// a connection that has nothing under way; while one waits, the least loaded connection takes
/// no more runs. Transactions never hold all connections of a pool that has more than one.
///
/// Tenants take turns. One that has its quota under way is passed over until something of it ends,
/// so that it cannot fill every connection's pipeline while it is alone there for a moment.
struct WorkScheduler {
    struct Load: Equatable {
        var canRun: Bool
        var canLease: Bool
        var isLeased: Bool
        var segmentCount: Int
    }

    enum Suitability: Int {
        case warm = 0
        case cold = 1
        case blocked = 2
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

    /// A tenant that has more under way than there are connections fills all pipelines but the least
    /// loaded one, where it has at most one run: whoever comes next finds little before it there.
    private func connectionToSpare(_ loads: [Load], for tenant: String) -> Int? {
        guard loads.count > 1, (underWay[tenant] ?? 0) >= loads.count else { return nil }
        let least = loads.indices.filter { loads[$0].canRun }
            .min { loads[$0].segmentCount < loads[$1].segmentCount }
        return least.flatMap { loads[$0].segmentCount > 0 ? $0 : nil }
    }

    /// The next assignment, taken out of the queue and counted as under way until ``ended(tenant:)``,
    /// or nil when nothing can go anywhere now.
    mutating func next(
        _ loads: [Load], suitability: (_ work: UInt64, _ slot: Int) -> Suitability
    ) -> Assignment? {
        var reserved: Int?
        let run = runs.first(of: mayHaveOneMore)
        let runsHaveTurn = lastWasLease && leasesMax == 1 && run != nil
        if !leases.isEmpty, !runsHaveTurn, loads.count(where: \.isLeased) < leasesMax,
            let (work, tenant) = leases.first(of: mayHaveOneMore)
        {
            let idle = loads.indices.filter { loads[$0].canLease }
            let chosen = idle.min {
                suitability(work, $0).rawValue < suitability(work, $1).rawValue
            }
            if let chosen {
                leases.removeFirst(of: tenant)
                underWay[tenant, default: 0] += 1
                lastWasLease = true
                return Assignment(work: work, slot: chosen, isLease: true)
            }
            reserved = loads.indices.filter { loads[$0].canRun }
                .min { loads[$0].segmentCount < loads[$1].segmentCount }
        }
        guard run != nil, loads.contains(where: \.canRun) else { return nil }
        return nextRun(loads, except: reserved, suitability)
    }

    /// The first run, by turns, that some connection can take: one that must wait for its own sake
    /// keeps its turn and nobody up.
    private mutating func nextRun(
        _ loads: [Load], except reserved: Int?,
        _ suitability: (_ work: UInt64, _ slot: Int) -> Suitability
    ) -> Assignment? {
        var chosen: (work: UInt64, slot: Int, tenant: String)?
        runs.forEachTurn { work, tenant in
            guard mayHaveOneMore(tenant) else { return true }
            let spared = connectionToSpare(loads, for: tenant)
            var best: (slot: Int, cost: Int)?
            for slot in loads.indices
            where loads[slot].canRun && slot != reserved && slot != spared {
                let fit = suitability(work, slot)
                guard fit != .blocked else { continue }
                let cost = loads[slot].segmentCount * 2 + fit.rawValue
                if cost < (best?.cost ?? .max) { best = (slot, cost) }
            }
            guard let best else { return true }
            chosen = (work, best.slot, tenant)
            return false
        }
        guard let chosen else { return nil }
        runs.removeFirst(of: chosen.tenant)
        underWay[chosen.tenant, default: 0] += 1
        lastWasLease = false
        return Assignment(work: chosen.work, slot: chosen.slot, isLease: false)
    }
}
