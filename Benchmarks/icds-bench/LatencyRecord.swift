/// Times of calls in buckets of a sixteenth of their power of two: exact to 6 %, fixed in size.
struct LatencyRecord: Sendable {
    private var buckets = [UInt64](repeating: 0, count: 64 * 16)
    private(set) var count: UInt64 = 0

    mutating func add(nanoseconds: UInt64) {
        buckets[LatencyRecord.index(nanoseconds)] += 1
        count += 1
    }

    mutating func add(duration: Duration) {
        let parts = duration.components
        add(
            nanoseconds: UInt64(parts.seconds) * 1_000_000_000
                + UInt64(parts.attoseconds / 1_000_000_000))
    }

    mutating func add(_ other: LatencyRecord) {
        for index in buckets.indices { buckets[index] += other.buckets[index] }
        count += other.count
    }

    /// Microseconds under which the given part of the calls stayed; 0 where there was none.
    func microseconds(atQuantile quantile: Double) -> Double {
        var left = (Double(count) * quantile).rounded(.up)
        for (index, found) in buckets.enumerated() where found > 0 {
            left -= Double(found)
            if left <= 0 { return Double(LatencyRecord.upperBound(index)) / 1_000 }
        }
        return 0
    }

    private static func index(_ value: UInt64) -> Int {
        guard value >= 16 else { return Int(value) }
        let exponent = 63 - value.leadingZeroBitCount
        return (exponent - 3) * 16 + Int((value >> UInt64(exponent - 4)) & 15)
    }

    private static func upperBound(_ index: Int) -> UInt64 {
        guard index >= 16 else { return UInt64(index) }
        let exponent = UInt64(index / 16 + 3)
        return (UInt64(index % 16) + 17) << (exponent - 4)
    }
}
