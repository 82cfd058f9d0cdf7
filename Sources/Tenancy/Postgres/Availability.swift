internal import Synchronization

/// Whether the database can be reached, for readiness; thread-safe.
final class Availability: Sendable {
    private struct State {
        var isAvailable = false
        var isFinished = false
        var observers: [AsyncStream<Bool>.Continuation] = []
    }

    private let state = Mutex(State())

    var isAvailable: Bool { state.withLock { $0.isAvailable } }

    func set(_ isAvailable: Bool) {
        let observers = state.withLock { state in
            guard state.isAvailable != isAvailable else {
                return [AsyncStream<Bool>.Continuation]()
            }
            state.isAvailable = isAvailable
            return state.observers
        }
        for observer in observers { observer.yield(isAvailable) }
    }

    func finish() {
        let observers = state.withLock { state in
            state.isFinished = true
            defer { state.observers = [] }
            return state.observers
        }
        for observer in observers { observer.finish() }
    }

    /// The present state and then every change; only the newest is kept for a slow reader.
    func changes() -> AsyncStream<Bool> {
        let (stream, continuation) = AsyncStream.makeStream(
            of: Bool.self, bufferingPolicy: .bufferingNewest(1))
        let isFinished = state.withLock { state in
            continuation.yield(state.isAvailable)
            if !state.isFinished { state.observers.append(continuation) }
            return state.isFinished
        }
        if isFinished { continuation.finish() }
        return stream
    }
}
