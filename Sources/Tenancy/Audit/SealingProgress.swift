/// Which logs may have rows that are not sealed, and up to which moment everything is. Decides; the
/// sealer carries out.
///
/// A log's sequence tells that it has grown without a look at its rows. A number is given out before its
/// row is committed, and a little before the row's transaction gets its own number, so that a log counts
/// as settled only once every transaction that was under way when its sequence was seen has ended; and
/// all are looked at now and then whatever their sequences say.
struct SealingProgress: Sendable {
    private struct Seen: Sendable {
        var lastNumber: Int64
        /// Transactions from this one on had not begun when the number was first seen.
        var transactionMax: Int64
        var isSettled = false
    }

    private struct Mark: Sendable {
        let time: SQLTimestamp
        let transactionMax: Int64
    }

    /// Moments that are waited for at the most; of more, every second one is dropped.
    private static let marksMax = 1_024

    private var seen: [TenantSchema: Seen] = [:]
    private var marks: [Mark] = []
    private(set) var failed: Set<TenantSchema> = []

    /// The logs to look at in a round.
    ///
    /// - Parameters:
    ///   - xmin: the oldest transaction under way when the round began; all before it have ended.
    ///   - xmax: the first that had not begun.
    ///   - whole: look at all.
    mutating func logsToSeal(
        _ tenants: [(tenant: TenantSchema, lastNumber: Int64)], xmin: Int64, xmax: Int64,
        whole: Bool
    ) -> [TenantSchema] {
        let present = Set(tenants.map(\.tenant))
        seen = seen.filter { present.contains($0.key) }
        failed.formIntersection(present)
        var due: [TenantSchema] = []
        for (tenant, lastNumber) in tenants {
            if seen[tenant]?.lastNumber != lastNumber {
                seen[tenant] = Seen(lastNumber: lastNumber, transactionMax: xmax)
            }
            if whole || failed.contains(tenant) || seen[tenant]?.isSettled != true {
                due.append(tenant)
            }
        }
        return due
    }

    /// A log was sealed up to what could be sealed in a round that began with this `xmin`.
    mutating func sealed(_ tenant: TenantSchema, xmin: Int64) {
        failed.remove(tenant)
        if let entry = seen[tenant], xmin >= entry.transactionMax {
            seen[tenant]?.isSettled = true
        }
    }

    /// - Returns: whether it has just begun to fail.
    mutating func failed(_ tenant: TenantSchema) -> Bool {
        failed.insert(tenant).inserted
    }

    /// A round ended that looked at every log that was due.
    ///
    /// - Returns: the latest moment before which everything that was committed is sealed, but for logs that
    ///   fail, which are an alarm of their own; nil where none is known yet.
    mutating func complete(time: SQLTimestamp, xmin: Int64, xmax: Int64) -> SQLTimestamp? {
        if marks.count >= Self.marksMax {
            marks = marks.enumerated().filter { $0.offset.isMultiple(of: 2) }.map(\.element)
        }
        marks.append(Mark(time: time, transactionMax: xmax))
        let passed = marks.prefix { $0.transactionMax <= xmin }
        defer { marks.removeFirst(passed.count) }
        return passed.last?.time
    }
}
