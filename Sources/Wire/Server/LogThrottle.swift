import NIOCore
import Synchronization

/// Bounds the log lines that peers can cause: a flood of bad handshakes or refused calls must not
/// fill a disk. The next line says how many were left out, and what is not logged is counted in
/// `ServerStatistics.endsByReason` all the same.
final class LogThrottle: Sendable {
    /// Lines in one second, of the whole server.
    static let linesPerSecondMax = 200

    private struct State {
        var second: UInt64 = 0
        var lines = 0
        var suppressed = 0
    }

    private let state = Mutex(State())

    /// Counts a line that is due now.
    ///
    /// - Returns: nil when it must not be written, else how many lines were left out before it.
    func admitLine(at now: NIODeadline) -> Int? {
        let second = now.uptimeNanoseconds / 1_000_000_000
        return state.withLock { state in
            if state.second != second {
                state.second = second
                state.lines = 0
            }
            guard state.lines < Self.linesPerSecondMax else {
                state.suppressed += 1
                return nil
            }
            state.lines += 1
            defer { state.suppressed = 0 }
            return state.suppressed
        }
    }
}
