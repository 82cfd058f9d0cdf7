import NIOCore
import Synchronization

/// Counts handshakes in progress and open connections, and says when accepting has to wait.
final class HandshakeGate: Sendable {
    private struct State {
        var handshakes = 0
        var connections = 0
        var resume: (@Sendable () -> Void)?
    }

    private let state = Mutex(State())
    private let handshakesMax: Int
    private let connectionsMax: Int

    init(limits: Limits) {
        handshakesMax = limits.handshakesMax
        connectionsMax = limits.connectionsMax
    }

    /// A connection was accepted and begins its handshake.
    func connectionAccepted() {
        state.withLock { state in
            state.handshakes += 1
            state.connections += 1
        }
    }

    /// Its handshake is over, well or not.
    func handshakeEnded() { release { $0.handshakes -= 1 } }

    /// It has closed.
    func connectionClosed() { release { $0.connections -= 1 } }

    /// Whether another connection may be accepted now. If not, `resume` is called once when it may.
    func mayAccept(orElse resume: @escaping @Sendable () -> Void) -> Bool {
        state.withLock { state in
            if isOpen(state) { return true }
            state.resume = resume
            return false
        }
    }

    /// Whether it is for handshakes that nobody more may come in.
    var isFullOfHandshakes: Bool { state.withLock { $0.handshakes >= handshakesMax } }

    private func isOpen(_ state: State) -> Bool {
        state.handshakes < handshakesMax && state.connections < connectionsMax
    }

    private func release(_ change: (inout State) -> Void) {
        let resume: (@Sendable () -> Void)? = state.withLock { state in
            change(&state)
            guard isOpen(state), let resume = state.resume else { return nil }
            state.resume = nil
            return resume
        }
        resume?()
    }
}
