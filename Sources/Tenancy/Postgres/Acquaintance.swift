/// Whom a connection has met, and since when it has been busy with one thing.
struct Acquaintance {
    /// Schemas by number; there are at most a thousand.
    private var schemas: Set<UInt16> = []
    private var busySince: ContinuousClock.Instant?

    var count: Int { schemas.count }

    /// - Parameter schema: zero for work that belongs to no tenant.
    func knows(_ schema: UInt16) -> Bool { schema == 0 || schemas.contains(schema) }

    mutating func meet(_ schema: UInt16) {
        if schema != 0 { schemas.insert(schema) }
    }

    /// Work begins on it, or goes on with the next.
    mutating func begins(_ now: ContinuousClock.Instant) { busySince = now }

    /// For how many times ``ConnectionCost/stallTime`` it has been busy with the same.
    func stallCount(_ now: ContinuousClock.Instant) -> Int {
        guard let busySince, now > busySince else { return 0 }
        let count = busySince.duration(to: now) / ConnectionCost.stallTime
        return min(ConnectionCost.stallCountMax, Int(count))
    }

    /// Nothing has begun or ended on it for a minute.
    func isResting(_ now: ContinuousClock.Instant) -> Bool {
        busySince.map { now >= $0 + .seconds(60) } ?? true
    }

    /// When that count next grows; nil when it does not.
    func nextStall(_ now: ContinuousClock.Instant) -> ContinuousClock.Instant? {
        let count = stallCount(now)
        guard let busySince, count < ConnectionCost.stallCountMax else { return nil }
        return busySince + ConnectionCost.stallTime * (count + 1)
    }
}
