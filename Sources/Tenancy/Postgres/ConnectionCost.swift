/// What it costs a work to go to a connection, or to wait for it, in halves of the time of one segment.
///
/// A segment mostly waits for a commit; meeting a tenant is milliseconds of planning and of reading the
/// catalogue, and memory for as long as the connection lives. docs/performance.md has the measurements.
enum ConnectionCost {
    private static let segment = 2
    private static let preparing = 1
    /// A transaction that has the connection: some round trips and a commit.
    private static let leased = 12
    /// A run meets two or three tables with it, a transaction most of them.
    private static let meetingInRun = 16
    private static let meetingInLease = 28
    /// At most so much for a difference in how many tenants connections know.
    private static let imbalanceMax = 16
    /// For each ``stallTime`` without an answer. After a few, what waits for the connection goes
    /// anywhere that takes it.
    private static let stall = 14

    /// How long a connection may work on one thing before those who wait for it look elsewhere.
    static let stallTime = Duration.milliseconds(50)
    static let stallCountMax = 8

    static func ofRun(
        _ load: WorkScheduler.Load, _ fit: WorkScheduler.Suitability, fewestTenants: Int,
        isReserved: Bool
    ) -> Int {
        load.segmentCount * segment + load.stallCount * stall
            + (load.isLeased || isReserved ? leased : 0)
            + acquaintance(load, fit, fewestTenants, meeting: meetingInRun)
    }

    /// - Parameter waiting: transactions that come before it there.
    static func ofLease(
        _ load: WorkScheduler.Load, _ fit: WorkScheduler.Suitability, fewestTenants: Int,
        waiting: Int
    ) -> Int {
        load.segmentCount * segment + load.stallCount * stall
            + ((load.isLeased ? 1 : 0) + waiting) * leased
            + acquaintance(load, fit, fewestTenants, meeting: meetingInLease)
    }

    /// Among connections that do not know a tenant, those that know fewer are preferred: each is to have
    /// its share.
    private static func acquaintance(
        _ load: WorkScheduler.Load, _ fit: WorkScheduler.Suitability, _ fewestTenants: Int,
        meeting: Int
    ) -> Int {
        switch fit {
        case .warm, .blocked: 0
        case .cold: preparing
        case .strange: meeting + min(imbalanceMax, max(0, load.tenantCount - fewestTenants))
        }
    }
}
