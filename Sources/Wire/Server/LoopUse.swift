import NIOCore

/// How much of its event loop's time a connection has used of late. Pure.
///
/// Time is cut into periods; what was used in the last one counts for half, in the one before for a
/// quarter, and so on. Whoever has used less goes first where connections wait: a peer that asks for
/// little now and then is not held up by those who ask for all that they can get, however many.
struct LoopUse {
    static let period = TimeAmount.milliseconds(50)

    private var nanoseconds: UInt64 = 0
    private var periodOfUse: UInt64 = 0
    /// Its last turn, with the read before it: the next may take as long.
    private(set) var last = TimeAmount.zero

    /// What has been used, as it counts at `now`, in nanoseconds.
    func counted(at now: NIODeadline) -> UInt64 {
        nanoseconds >> (Self.period(of: now) - min(periodOfUse, Self.period(of: now)))
    }

    /// The connection used `work` until `now`.
    mutating func add(_ work: TimeAmount, at now: NIODeadline) {
        nanoseconds = counted(at: now) + UInt64(max(0, work.nanoseconds))
        periodOfUse = Self.period(of: now)
        last = work
    }

    /// What others used counts for this connection, too.
    mutating func takeOver(_ nanoseconds: UInt64, at now: NIODeadline) {
        self.nanoseconds = counted(at: now) + nanoseconds
        periodOfUse = Self.period(of: now)
    }

    private static func period(of time: NIODeadline) -> UInt64 {
        time.uptimeNanoseconds / UInt64(period.nanoseconds)
    }
}
