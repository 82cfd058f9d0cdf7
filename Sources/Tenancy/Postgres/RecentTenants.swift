/// Which tenants had work last, and where: whether one has the pool to itself. Pure.
struct RecentTenants {
    /// For how long a tenant that had work is remembered. What is kept free for it costs others, so that
    /// it is not long.
    static let memory = Duration.seconds(1)

    private struct Turn {
        var tenant: String
        var slot: Int
        var at: ContinuousClock.Instant
    }

    private var latest: Turn?
    /// The last one of another tenant than the latest.
    private var other: Turn?

    /// A work of a tenant went to a connection. What the daemon does for itself, under the name of a
    /// role, counts for nobody: it looks at the registry every second.
    mutating func note(_ tenant: String, slot: Int, at now: ContinuousClock.Instant) {
        guard let first = tenant.utf8.first, (0x30...0x39).contains(first) else { return }
        if let latest, latest.tenant != tenant { other = latest }
        latest = Turn(tenant: tenant, slot: slot, at: now)
    }

    /// Where the last work of somebody else went; nil where nobody else had one lately.
    func connection(ofOthersThan tenant: String, at now: ContinuousClock.Instant) -> Int? {
        guard let turn = latest?.tenant == tenant ? other : latest else { return nil }
        return turn.at.duration(to: now) < Self.memory ? turn.slot : nil
    }
}
