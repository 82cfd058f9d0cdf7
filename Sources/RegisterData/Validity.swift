/// The days on which a row of the register holds, both ends included.
public struct Validity: Sendable, Hashable {
    public let from: CivilDate
    /// Last day; nothing where none is known.
    public let to: CivilDate?

    /// Nothing where the last day comes before the first.
    public init?(from: CivilDate, to: CivilDate?) {
        if let to, to < from { return nil }
        self.from = from
        self.to = to
    }

    public func contains(_ day: CivilDate) -> Bool {
        from <= day && (to.map { day <= $0 } ?? true)
    }

    /// Every day of `other` lies within this one.
    public func covers(_ other: Validity) -> Bool {
        guard from <= other.from else { return false }
        guard let to else { return true }
        return other.to.map { $0 <= to } ?? false
    }

    public func overlaps(_ other: Validity) -> Bool {
        let startsBeforeOtherEnds = other.to.map { from <= $0 } ?? true
        let endsAfterOtherStarts = to.map { other.from <= $0 } ?? true
        return startsBeforeOtherEnds && endsAfterOtherStarts
    }
}
