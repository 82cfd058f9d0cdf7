/// How long to wait before connecting again. The defaults are gRPC's.
public struct BackoffPolicy: Sendable, Equatable {
    /// Wait after the first failure.
    public var initial = Duration.seconds(1)
    /// By what each further failure makes the wait longer.
    public var multiplier = 1.6
    /// Part of the wait that is added or taken off at random, so that clients which lost the same
    /// server do not come back at the same moment.
    public var jitter = 0.2
    /// The longest wait, before jitter.
    public var max = Duration.seconds(120)

    public init() {}

    /// The wait after `failures` failures in a row, `random` being 0 to 1.
    func delay(failures: Int, random: Double) -> Duration {
        let longest = max.bounded
        let factor = multiplier.within(1...1_000)
        var delay = initial.bounded
        for _ in 1..<Swift.max(failures, 1) where delay < longest { delay = delay * factor }
        return min(delay, longest) * (1 + jitter.within(0...1) * (2 * random - 1))
    }
}

extension Double {
    /// The nearest number of the range; its least for what is no number.
    fileprivate func within(_ range: ClosedRange<Double>) -> Double {
        isNaN ? range.lowerBound : min(max(self, range.lowerBound), range.upperBound)
    }
}

/// When a channel may connect again. Decides only.
struct ConnectionBackoff: Equatable {
    private let policy: BackoffPolicy
    private var failures = 0
    /// Before this no connection is tried; nil: now.
    private(set) var retryAt: ContinuousClock.Instant?

    init(policy: BackoffPolicy) {
        self.policy = policy
    }

    /// Connecting failed.
    mutating func failed(now: ContinuousClock.Instant, random: Double) {
        failures += 1
        retryAt = now + policy.delay(failures: failures, random: random)
    }

    /// A server let us in.
    mutating func succeeded() {
        failures = 0
        retryAt = nil
    }

    /// Whether a connection may be tried.
    func mayConnect(now: ContinuousClock.Instant) -> Bool {
        retryAt.map { $0 <= now } ?? true
    }
}
