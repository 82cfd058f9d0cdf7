/// Pauses between attempts to connect: each twice the last, half of it at random so that many
/// daemons do not come back at the same moment.
struct Backoff {
    let first: Duration
    let last: Duration
    private var failureCount = 0

    init(first: Duration, last: Duration) {
        self.first = first
        self.last = last
    }

    mutating func succeeded() { failureCount = 0 }

    /// The pause after one more failure. `random` is in 0 ..< 1.
    mutating func failed(random: Double) -> Duration {
        let doublings = min(failureCount, 20)
        failureCount += 1
        let full = min(first * (1 << doublings), last)
        return full / 2 + full / 2 * random
    }
}
