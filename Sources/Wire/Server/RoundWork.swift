import NIOCore

/// What an event loop has done since it looked at its sockets last, and what follows from it for those
/// who wait. Pure.
struct RoundWork {
    /// After how much work of one round greedy connections wait for the next.
    static let greedyMax = TimeAmount.microseconds(250)
    /// Work of those who wait, at the least, before the loop looks at its sockets again.
    static let waitingMin = TimeAmount.microseconds(150)
    /// Where rounds are long those who wait get so great a part of them, lest others keep them from
    /// being served.
    private static let roundsPerWaiting: Int64 = 4
    /// After how much work what there is to send goes out, though the round goes on.
    static let unflushedMax = TimeAmount.microseconds(250)

    /// Connections inside large frames that read on in one round without waiting for their turn: one that is
    /// alone, or nearly so, is not to be slowed down.
    private static let largeReadsMax = 2

    /// Work of this round.
    private(set) var current = TimeAmount.zero
    /// Work of the round before.
    private var last = TimeAmount.zero
    private var unflushed = TimeAmount.zero
    private var largeReads = 0

    /// Whether greedy connections wait for the next round.
    var isEnoughForGreedy: Bool { current > Self.greedyMax }

    /// Whether so much was done that what there is to send goes out.
    var isFlushDue: Bool { unflushed > Self.unflushedMax }

    /// How long those who wait may use the loop before it looks at its sockets.
    var forWaiting: TimeAmount {
        max(Self.waitingMin, .nanoseconds(last.nanoseconds / Self.roundsPerWaiting))
    }

    /// The loop has worked for `work`.
    mutating func add(_ work: TimeAmount) {
        current = current + work
        unflushed = unflushed + work
    }

    /// A connection that reads much wants to read on.
    ///
    /// - Returns: whether it may at once; then it counts.
    mutating func takeLargeRead() -> Bool {
        guard largeReads < Self.largeReadsMax else { return false }
        largeReads += 1
        return true
    }

    /// Everything was sent.
    mutating func flushed() { unflushed = .zero }

    /// The loop has been through its ready sockets. Several may say so of one round: the first is right.
    mutating func socketsHadTheirs() {
        guard current > .zero else { return }
        last = current
        current = .zero
        largeReads = 0
    }
}
