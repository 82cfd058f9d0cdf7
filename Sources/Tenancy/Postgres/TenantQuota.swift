/// How much of one pool an organisation may take at a time.
public struct TenantQuota: Sendable, Equatable {
    /// Units of work (a run or a transaction) under way at once. One more waits.
    public var worksUnderWayMax: Int
    /// Units of work that wait. One more is refused with `.tenantBusy`.
    public var worksWaitingMax: Int

    /// Numbers below 1 count as 1: an organisation is shut out by suspending it, not by a quota.
    public init(worksUnderWayMax: Int, worksWaitingMax: Int) {
        self.worksUnderWayMax = max(1, worksUnderWayMax)
        self.worksWaitingMax = max(1, worksWaitingMax)
    }
}

/// What an organisation takes of one pool now.
public struct TenantUse: Sendable, Equatable {
    public var worksUnderWay: Int
    public var worksWaiting: Int

    public init(worksUnderWay: Int = 0, worksWaiting: Int = 0) {
        self.worksUnderWay = worksUnderWay
        self.worksWaiting = worksWaiting
    }
}
