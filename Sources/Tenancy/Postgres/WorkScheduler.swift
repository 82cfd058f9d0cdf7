/// Decides which waiting work goes to which connection next. Pure.
///
/// Runs go to the connection with the least under way, one that has their statements prepared
/// before one that has not; they share connections up to the pipeline depth. A transaction needs
/// a connection that has nothing under way; while one waits, the least loaded connection takes
/// no more runs. Transactions never hold all connections of a pool that has more than one.
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

    private var runs = FairQueue()
    private var leases = FairQueue()
    /// With a single connection, runs and transactions take turns.
    private var lastWasLease = false
    let leasesMax: Int
    let queuedMax: Int
    let queuedPerTenantMax: Int

    init(connectionCountMax: Int, queuedMax: Int, queuedPerTenantMax: Int) {
        self.leasesMax = max(1, connectionCountMax - 1)
        self.queuedMax = queuedMax
        self.queuedPerTenantMax = queuedPerTenantMax
    }

    var queuedCount: Int { runs.count + leases.count }

    /// False when the queue is full, for all or for this tenant.
    mutating func enqueue(_ work: UInt64, tenant: String, isLease: Bool) -> Bool {
        guard queuedCount < queuedMax,
            runs.count(of: tenant) + leases.count(of: tenant) < queuedPerTenantMax
        else { return false }
        if isLease {
            leases.append(work, tenant: tenant)
        } else {
            runs.append(work, tenant: tenant)
        }
        return true
    }

    /// Takes a waiting work out. False when it is not waiting.
    mutating func remove(_ work: UInt64, tenant: String) -> Bool {
        runs.remove(work, tenant: tenant) || leases.remove(work, tenant: tenant)
    }

    /// The next assignment, taken out of the queue, or nil when nothing can go anywhere now.
    mutating func next(
        _ loads: [Load], suitability: (_ work: UInt64, _ slot: Int) -> Suitability
    ) -> Assignment? {
        var reserved: Int?
        let runsHaveTurn = lastWasLease && leasesMax == 1 && !runs.isEmpty
        if let work = leases.first, !runsHaveTurn, loads.count(where: \.isLeased) < leasesMax {
            let idle = loads.indices.filter { loads[$0].canLease }
            let chosen = idle.min {
                suitability(work, $0).rawValue < suitability(work, $1).rawValue
            }
            if let chosen {
                leases.removeFirst()
                lastWasLease = true
                return Assignment(work: work, slot: chosen, isLease: true)
            }
            reserved = loads.indices.filter { loads[$0].canRun }
                .min { loads[$0].segmentCount < loads[$1].segmentCount }
        }
        guard let work = runs.first else { return nil }
        var best: (slot: Int, cost: Int)?
        for slot in loads.indices where loads[slot].canRun && slot != reserved {
            let fit = suitability(work, slot)
            guard fit != .blocked else { continue }
            let cost = loads[slot].segmentCount * 2 + fit.rawValue
            if cost < (best?.cost ?? .max) { best = (slot, cost) }
        }
        guard let best else { return nil }
        runs.removeFirst()
        lastWasLease = false
        return Assignment(work: work, slot: best.slot, isLease: false)
    }
}
