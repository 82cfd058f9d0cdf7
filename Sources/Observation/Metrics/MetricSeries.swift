import CoreMetrics
import Synchronization

/// The value of one series that only grows. One atomic addition for each event.
final class CounterSeries: CounterHandler {
    private let count = Atomic<Int64>(0)

    var value: Int64 { count.load(ordering: .relaxed) }

    func increment(by amount: Int64) {
        count.wrappingAdd(amount, ordering: .relaxed)
    }

    func reset() {
        count.store(0, ordering: .relaxed)
    }
}

/// The value of one series that goes up and down.
final class GaugeSeries: RecorderHandler, MeterHandler {
    private let bits = Atomic<UInt64>(0)

    var value: Double { Double(bitPattern: bits.load(ordering: .relaxed)) }

    func record(_ value: Int64) { set(Double(value)) }
    func record(_ value: Double) { set(value) }
    func set(_ value: Int64) { set(Double(value)) }

    func set(_ value: Double) {
        bits.store(value.bitPattern, ordering: .relaxed)
    }

    func increment(by amount: Double) {
        var old = bits.load(ordering: .relaxed)
        while true {
            let new = (Double(bitPattern: old) + amount).bitPattern
            let (isDone, found) = bits.weakCompareExchange(
                expected: old, desired: new, ordering: .relaxed)
            if isDone { return }
            old = found
        }
    }

    func decrement(by amount: Double) { increment(by: -amount) }
}

/// How long something took, in fixed buckets. Two atomic additions for each event; the count follows
/// from the buckets, so that the two can never disagree.
final class HistogramSeries: TimerHandler {
    /// Upper bounds in nanoseconds: from half a millisecond, which a small call takes on a quiet
    /// machine, to the longest that a caller waits by default.
    static let boundsNanoseconds: [Int64] = [
        500_000, 1_000_000, 2_500_000, 5_000_000, 10_000_000, 25_000_000, 50_000_000, 100_000_000,
        250_000_000, 500_000_000, 1_000_000_000, 2_500_000_000, 10_000_000_000, 30_000_000_000,
    ]

    // One for each bound, and one for what is above them.
    private let buckets: UnsafeMutableBufferPointer<Atomic<Int64>>
    private let sum = Atomic<Int64>(0)
    private let bounds = HistogramSeries.boundsNanoseconds

    init() {
        buckets = .allocate(capacity: Self.boundsNanoseconds.count + 1)
        for index in buckets.indices { buckets.initializeElement(at: index, to: Atomic(0)) }
    }

    deinit {
        buckets.deinitialize()
        buckets.deallocate()
    }

    func recordNanoseconds(_ duration: Int64) {
        var index = 0
        while index < bounds.count, duration > bounds[index] { index += 1 }
        buckets[index].wrappingAdd(1, ordering: .relaxed)
        sum.wrappingAdd(duration, ordering: .relaxed)
    }

    /// Events in each bucket by itself, and the sum of all in seconds.
    var value: (counts: [Int64], sumSeconds: Double) {
        (
            buckets.indices.map { buckets[$0].load(ordering: .relaxed) },
            Double(sum.load(ordering: .relaxed)) / 1e9
        )
    }
}
