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

    /// The work whose turn it is.
    var first: UInt64? { rotation.first.flatMap { waiting[$0]?.first } }

    /// Takes out the work whose turn it is; its tenant goes to the back.
    mutating func removeFirst() {
        guard let tenant = rotation.first else { return }
        rotation.removeFirst()
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
