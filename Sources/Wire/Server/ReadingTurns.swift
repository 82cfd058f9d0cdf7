import NIOCore

/// How much a connection takes from its peer before those of others have theirs. Pure.
///
/// Without it a peer that sends a read's worth of small calls at once has a thousand of them
/// answered before anybody else is looked at.
struct ReadingTurns: Equatable {
    /// Frames of one turn. As many as good clients have in flight are taken at once.
    static let framesMax = 16
    /// Bytes of one turn, after which no further frame is begun.
    static let bytesMax = 65_536
    /// Time of one turn, after which no further frame is begun.
    static let timeMax = TimeAmount.microseconds(100)
    /// Frames over so many bytes may take long: only after them is the clock read.
    private static let smallBytesMax = 512

    private var frames = 0
    private var bytes = 0
    private var isTimeOver = false
    /// The connection has more to take and queues for its next turn.
    var isWaiting = false

    /// Whether any frame was taken in this turn.
    var hasTaken: Bool { frames > 0 }

    /// Whether the next frame has to wait for another turn; afterwards, whether the last turn was
    /// used up.
    var isOver: Bool {
        frames >= Self.framesMax || bytes >= Self.bytesMax || isTimeOver
    }

    mutating func begin() {
        frames = 0
        bytes = 0
        isTimeOver = false
    }

    /// A frame was taken, in a turn that began at `start`.
    mutating func took(frameBytes: Int, since start: NIODeadline, now: () -> NIODeadline) {
        frames += 1
        bytes += frameBytes
        if frameBytes > Self.smallBytesMax { isTimeOver = now() - start > Self.timeMax }
    }
}
