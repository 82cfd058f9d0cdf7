internal import Synchronization

/// How far this daemon knows the sealing to be. A call asks it whether it may still be served.
public final class SealingStatus: Sendable {
    private struct State {
        /// The lag of the last round that succeeded, and when that was.
        var lag: Duration = .zero
        var measured: ContinuousClock.Instant
        var rowsSealed = 0
        /// How long logs that cannot be sealed had failed then.
        var failing: [TenantSchema: Duration] = [:]
        var checkpointSize: UInt64 = 0
    }

    private let limit: Duration?
    private let state: Mutex<State>

    /// - Parameter limit: the lag over which nothing is served that leaves a row; nil for none.
    public init(limit: Duration?, now: ContinuousClock.Instant = .now) {
        self.limit = limit
        state = Mutex(State(measured: now))
    }

    public func record(_ round: AuditSealer.Round, now: ContinuousClock.Instant = .now) {
        state.withLock { state in
            state.lag = round.lag
            state.measured = now
            state.rowsSealed += round.rowsSealed
            state.failing = round.failing
        }
    }

    public func record(checkpointSize: UInt64) {
        state.withLock { $0.checkpointSize = checkpointSize }
    }

    /// Time since the moment before which everything is known to be sealed. It goes on growing while no
    /// round succeeds.
    public func lag(now: ContinuousClock.Instant = .now) -> Duration {
        state.withLock { $0.lag + (now - $0.measured) }
    }

    /// Whether rows have waited for their seals for too long, of all logs or of this municipality's.
    public func isOverdue(
        municipalityCode: String? = nil, now: ContinuousClock.Instant = .now
    ) -> Bool {
        guard let limit else { return false }
        guard lag(now: now) <= limit else { return true }
        guard let municipalityCode,
            let tenant = TenantSchema(municipalityCode: municipalityCode)
        else { return false }
        return state.withLock { state in
            state.failing[tenant].map { $0 + (now - state.measured) > limit } ?? false
        }
    }

    /// Rows that this daemon has sealed.
    public var rowsSealed: Int { state.withLock { $0.rowsSealed } }
    /// Logs that could not be sealed when this daemon last looked.
    public var failedCount: Int { state.withLock { $0.failing.count } }
    /// Size of the newest checkpoint.
    public var checkpointSize: UInt64 { state.withLock { $0.checkpointSize } }
}
