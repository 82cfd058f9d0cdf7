import Synchronization
import Tenancy

/// How many watch at once: each asks the database once a second.
final class ChangeWatchers: Sendable {
    struct Limits: Sendable {
        /// One more of one municipality: RESOURCE_EXHAUSTED/TOO_MANY_WATCHERS.
        var perTenantMax = 16
        /// One more altogether: the same.
        var max = 1_024
    }

    private let limits: Limits
    private let counts = Mutex<(all: Int, byTenant: [TenantSchema: Int])>((0, [:]))

    init(limits: Limits = Limits()) {
        self.limits = limits
    }

    /// Takes a place, which is given back by `leave`.
    ///
    /// - Returns: false where there is none.
    func enter(_ tenant: TenantSchema) -> Bool {
        counts.withLock { counts in
            let own = counts.byTenant[tenant] ?? 0
            guard own < limits.perTenantMax, counts.all < limits.max else { return false }
            counts.byTenant[tenant] = own + 1
            counts.all += 1
            return true
        }
    }

    func leave(_ tenant: TenantSchema) {
        counts.withLock { counts in
            counts.all -= 1
            let own = (counts.byTenant[tenant] ?? 1) - 1
            counts.byTenant[tenant] = own == 0 ? nil : own
        }
    }

    var count: Int { counts.withLock { $0.all } }
}
