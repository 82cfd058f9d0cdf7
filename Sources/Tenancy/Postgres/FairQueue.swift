/// Works that wait, first come first served for each tenant, tenants taking turns.
struct FairQueue {
    private var rotation: [String] = []
    private var waiting: [String: [UInt64]] = [:]
    private(set) var count = 0

    var isEmpty: Bool { count == 0 }

    func count(of tenant: String) -> Int { waiting[tenant]?.count ?? 0 }

    mutating func append(_ work: UInt64, tenant: String) {
        if waiting[tenant] == nil { rotation.append(tenant) }
        waiting[tenant, default: []].append(work)
        count += 1
    }

    /// The work whose turn it is, of the tenants that may have one more.
    func first(of isAllowed: (String) -> Bool) -> (work: UInt64, tenant: String)? {
        var found: (UInt64, String)?
        forEachTurn { work, tenant in
            if isAllowed(tenant) { found = (work, tenant) }
            return found == nil
        }
        return found
    }

    /// Calls `body` with the first work of each tenant, in turn, until it gives false.
    func forEachTurn(_ body: (_ work: UInt64, _ tenant: String) -> Bool) {
        for tenant in rotation {
            if let work = waiting[tenant]?.first, !body(work, tenant) { return }
        }
    }

    /// Takes out the work that a tenant has waited with for longest; the tenant goes to the back.
    mutating func removeFirst(of tenant: String) {
        guard let place = rotation.firstIndex(of: tenant) else { return }
        rotation.remove(at: place)
        waiting[tenant]?.removeFirst()
        count -= 1
        if waiting[tenant]?.isEmpty == true {
            waiting[tenant] = nil
        } else {
            rotation.append(tenant)
        }
    }

    /// Takes out one work wherever it stands. False when it is not there.
    mutating func remove(_ work: UInt64, tenant: String) -> Bool {
        guard let index = waiting[tenant]?.firstIndex(of: work) else { return false }
        waiting[tenant]?.remove(at: index)
        count -= 1
        if waiting[tenant]?.isEmpty == true {
            waiting[tenant] = nil
            rotation.removeAll { $0 == tenant }
        }
        return true
    }
}
