import Tenancy

/// How often one organisation may be refused about the clients of others before its calls of that kind
/// are no longer looked at.
///
/// Each such refusal is a row in another organisation's log. Without a bound, a caller could fill a log
/// that is not its own, or try identity codes one after the other (Act 906/2019 section 23: abnormal
/// retrieval is detected automatically). A person who errs is far below it.
struct RefusalBudget: Sendable {
    /// Refusals that an organisation may have at once.
    static let countMax = 600
    /// Time after which one more is allowed again.
    static let recoveryTime: Duration = .milliseconds(500)

    private struct Spent: Sendable {
        var count: Int
        var since: ContinuousClock.Instant
        var isReported = false
    }

    /// Bounded by the number of registered organisations: others do not get as far as a call.
    private var spent: [OrganisationKey: Spent] = [:]

    enum Verdict: Sendable, Equatable {
        case withinBudget
        /// `isFirst`: since it was last within its budget.
        case exhausted(isFirst: Bool)
    }

    /// Whether another refusal would be within the budget.
    mutating func look(
        at organisation: OrganisationKey, now: ContinuousClock.Instant
    ) -> Verdict {
        recover(organisation, now: now)
        guard let entry = spent[organisation], entry.count >= Self.countMax else {
            return .withinBudget
        }
        spent[organisation]?.isReported = true
        return .exhausted(isFirst: !entry.isReported)
    }

    /// Counts a refusal.
    mutating func spend(by organisation: OrganisationKey, now: ContinuousClock.Instant) {
        recover(organisation, now: now)
        spent[organisation, default: Spent(count: 0, since: now)].count += 1
    }

    private mutating func recover(
        _ organisation: OrganisationKey, now: ContinuousClock.Instant
    ) {
        guard var entry = spent[organisation] else { return }
        let recovered = Int((now - entry.since) / Self.recoveryTime)
        guard recovered > 0 else { return }
        if recovered >= entry.count {
            spent[organisation] = nil
            return
        }
        entry.count -= recovered
        entry.since += Self.recoveryTime * recovered
        // Reported again only after a pause: not at every refusal of one who goes on and on.
        if entry.count <= Self.countMax / 2 { entry.isReported = false }
        spent[organisation] = entry
    }
}
