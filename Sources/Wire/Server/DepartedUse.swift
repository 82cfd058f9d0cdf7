import NIOCore

/// How much of an event loop the busiest of those connections had used that are closed, by organisation:
/// whoever leaves and comes again, with however many, goes on from there, and does not begin anew as one
/// that has used nothing. Pure.
struct DepartedUse {
    /// Organisations after which those are forgotten that have used next to nothing of late.
    static let countMax = 64
    private static let forgottenBelow = UInt64(1_000)

    private var uses: [String: LoopUse] = [:]

    var count: Int { uses.count }

    /// A connection of `organisation` is closed.
    mutating func remember(_ use: LoopUse, of organisation: String, at now: NIODeadline) {
        let least = max(Self.forgottenBelow, counted(organisation, at: now))
        guard use.counted(at: now) >= least else { return }
        uses[organisation] = use
        guard uses.count > Self.countMax else { return }
        uses = uses.filter { $0.value.counted(at: now) >= Self.forgottenBelow }
    }

    /// What is to be counted, in nanoseconds, for a connection of `organisation` that begins.
    func counted(_ organisation: String, at now: NIODeadline) -> UInt64 {
        uses[organisation]?.counted(at: now) ?? 0
    }
}
