import Synchronization

/// Opened once, or failed once; whoever waits goes on then. What comes first counts.
final class Gate: Sendable {
    private enum State {
        case closed(waiting: [UInt64: CheckedContinuation<Void, any Error>], next: UInt64)
        case decided(Result<Void, any Error>)
    }

    private let state = Mutex(State.closed(waiting: [:], next: 0))

    /// Whether it has been opened.
    var isOpen: Bool {
        state.withLock { if case .decided(.success) = $0 { true } else { false } }
    }

    func open() { decide(.success(())) }

    func fail(_ error: any Error) { decide(.failure(error)) }

    /// Returns once it is open.
    ///
    /// - Throws: The error it failed with; `CancellationError` where the task is cancelled first.
    func wait() async throws {
        let number = state.withLock { state -> UInt64 in
            guard case .closed(let waiting, let next) = state else { return 0 }
            state = .closed(waiting: waiting, next: next + 1)
            return next
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let result = state.withLock { state -> Result<Void, any Error>? in
                    guard case .closed(var waiting, let next) = state else {
                        guard case .decided(let result) = state else { return nil }
                        return result
                    }
                    if Task.isCancelled { return .failure(CancellationError()) }
                    waiting[number] = continuation
                    state = .closed(waiting: waiting, next: next)
                    return nil
                }
                if let result { continuation.resume(with: result) }
            }
        } onCancel: {
            let continuation = state.withLock { state -> CheckedContinuation<Void, any Error>? in
                guard case .closed(var waiting, let next) = state else { return nil }
                let found = waiting.removeValue(forKey: number)
                state = .closed(waiting: waiting, next: next)
                return found
            }
            continuation?.resume(throwing: CancellationError())
        }
    }

    private func decide(_ result: Result<Void, any Error>) {
        let waiting = state.withLock { state -> [CheckedContinuation<Void, any Error>] in
            guard case .closed(let waiting, _) = state else { return [] }
            state = .decided(result)
            return Array(waiting.values)
        }
        for continuation in waiting { continuation.resume(with: result) }
    }
}
