/// How much a connection takes from its peer before those of others have theirs. Pure.
///
/// Without it a peer that sends a read's worth of small calls at once has a thousand of them
/// answered before anybody else is looked at.
struct ReadingTurns: Equatable {
    /// Frames of one turn. As many as good clients have in flight are taken at once.
    static let framesMax = 16
    /// Bytes of one turn, after which no further frame is begun.
    static let bytesMax = 65_536

    private var frames = 0
    private var bytes = 0
    /// The connection has more to take and queues for its next turn.
    var isWaiting = false

    /// Whether any frame was taken in this turn.
    var hasTaken: Bool { frames > 0 }

    /// Whether the next frame has to wait for another turn; afterwards, whether the last turn was
    /// used up.
    var isOver: Bool { frames >= Self.framesMax || bytes >= Self.bytesMax }

    mutating func begin() {
        frames = 0
        bytes = 0
    }

    mutating func took(frameBytes: Int) {
        frames += 1
        bytes += frameBytes
    }
}
