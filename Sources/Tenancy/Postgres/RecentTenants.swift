/// Which tenants had work last, and where: whether one has the pool to itself. Pure.
struct RecentTenants {
    /// Works for which a tenant is remembered: some seconds of a busy pool.
    static let memory = 10_000

    private struct Turn {
        var tenant: String
        var slot: Int
        var at: Int
    }

    private var count = 0
    private var latest: Turn?
    /// The last one of another tenant than the latest.
    private var other: Turn?

    /// A work of a tenant went to a connection. What the daemon does for itself, under the name of a
    /// role, counts for nobody: it looks at the registry every second.
    mutating func note(_ tenant: String, slot: Int) {
        count += 1
        guard let first = tenant.utf8.first, (0x30...0x39).contains(first) else { return }
        if let latest, latest.tenant != tenant { other = latest }
        latest = Turn(tenant: tenant, slot: slot, at: count)
    }

    /// Where the last work of somebody else went; nil where nobody else had one lately.
    func connection(ofOthersThan tenant: String) -> Int? {
        guard let turn = latest?.tenant == tenant ? other : latest else { return nil }
        return count - turn.at < Self.memory ? turn.slot : nil
    }
}
