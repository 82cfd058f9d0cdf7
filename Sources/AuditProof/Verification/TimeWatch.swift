/// Sees whether the times that a log says fit the order in which it was written. Rows stand in the order of
/// their transactions, so that each is written after the ones before it, but for the length of a
/// transaction. A row that was made up later and dated back stands among newer ones.
struct TimeWatch: Sendable {
    /// Far over the length of a transaction and what clocks differ by.
    static let backMicrosecondsMax: Int64 = 600_000_000
    /// What the clocks of a primary and of the standby that follows it may differ by.
    static let aheadMicrosecondsMax: Int64 = 60_000_000
    /// Sealing takes seconds.
    static let unsealedMicrosecondsMax: Int64 = 3_600_000_000

    private struct Moment {
        let row: LogPosition
        let time: Int64
    }

    /// Of the newest row.
    private(set) var lastRowTime: Int64?
    private(set) var lastSealTime: Int64?
    private(set) var longestWait: LogSummary.Wait?
    private var oldestUnsealed: Moment?
    private var newestUnsealed: Moment?

    /// The seal that an export begins behind.
    mutating func begin(_ seal: Seal) { lastSealTime = seal.time }

    mutating func take(_ row: AuditRow) throws(LogFinding) {
        let moment = Moment(row: row.position, time: row.time)
        if let last = lastRowTime {
            let back = Self.distance(from: moment.time, to: last)
            guard back <= Self.backMicrosecondsMax else {
                throw .backdated(row.position, seconds: back / 1_000_000)
            }
        }
        lastRowTime = max(lastRowTime ?? moment.time, moment.time)
        if oldestUnsealed.map({ moment.time < $0.time }) ?? true { oldestUnsealed = moment }
        if newestUnsealed.map({ moment.time > $0.time }) ?? true { newestUnsealed = moment }
    }

    /// A seal over the rows since the one before.
    mutating func take(_ seal: Seal) throws(LogFinding) {
        if let last = lastSealTime {
            let back = Self.distance(from: seal.time, to: last)
            guard back <= Self.backMicrosecondsMax else {
                throw .backdatedSeal(number: seal.number, seconds: back / 1_000_000)
            }
        }
        lastSealTime = seal.time
        if let newest = newestUnsealed {
            let ahead = Self.distance(from: seal.time, to: newest.time)
            guard ahead <= Self.aheadMicrosecondsMax else {
                throw .postdated(newest.row, seal: seal.number, seconds: ahead / 1_000_000)
            }
        }
        if let oldest = oldestUnsealed {
            let wait = max(0, Self.distance(from: oldest.time, to: seal.time))
            if longestWait.map({ wait > $0.microseconds }) ?? true {
                longestWait = .init(row: oldest.row, microseconds: wait)
            }
        }
        oldestUnsealed = nil
        newestUnsealed = nil
    }

    /// - Returns: the time of the oldest row without a seal; nil where each has one.
    func finish() throws(LogFinding) -> Int64? {
        guard let oldest = oldestUnsealed, let newest = lastRowTime else { return nil }
        let age = Self.distance(from: oldest.time, to: newest)
        guard age <= Self.unsealedMicrosecondsMax else {
            throw .unsealed(since: oldest.row, seconds: age / 1_000_000)
        }
        return oldest.time
    }

    /// Anybody can write any number into an export.
    static func distance(from start: Int64, to end: Int64) -> Int64 {
        let (difference, isOver) = end.subtractingReportingOverflow(start)
        return isOver ? (end > start ? .max : .min) : difference
    }
}
