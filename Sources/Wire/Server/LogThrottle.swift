import NIOCore
import Synchronization

/// Bounds the log lines that peers can cause: a flood of bad handshakes or refused calls must not
/// fill a disk. What is not logged is counted in `ServerStatistics.endsByReason` all the same.
final class LogThrottle: Sendable {
    /// Lines in one second, of the whole server.
    static let linesPerSecondMax = 200

    private struct State {
        var second: UInt64 = 0
        var lines = 0
    }

    private let state = Mutex(State())

    /// Whether a line may be written now; counts it if so.
    func mayLog(at now: NIODeadline) -> Bool {
        let second = now.uptimeNanoseconds / 1_000_000_000
        return state.withLock { state in
            if state.second != second { state = State(second: second) }
            guard state.lines < Self.linesPerSecondMax else { return false }
            state.lines += 1
            return true
        }
    }
}
