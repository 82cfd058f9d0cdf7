internal import Synchronization

/// How far this daemon knows the sealing to be. A call asks it whether it may still be served.
public final class SealingStatus: Sendable {
    private struct State {
        /// The lag of the last round that succeeded, and when that was.
        var lag: Duration = .zero
        var measured: ContinuousClock.Instant
        var rowsSealed = 0
        var failedCount = 0
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
            state.failedCount = round.failed.count
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

    public func isOverdue(now: ContinuousClock.Instant = .now) -> Bool {
        limit.map { lag(now: now) > $0 } ?? false
    }

    /// Rows that this daemon has sealed.
    public var rowsSealed: Int { state.withLock { $0.rowsSealed } }
    /// Logs that could not be sealed when this daemon last led a round.
    public var failedCount: Int { state.withLock { $0.failedCount } }
    /// Size of the newest checkpoint.
    public var checkpointSize: UInt64 { state.withLock { $0.checkpointSize } }
}
