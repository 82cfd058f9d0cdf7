internal import Synchronization

/// Wakes those who wait for a tenant's changes when this process has made one.
///
/// It says only that there may be something: what there is, and what others have made, is in the
/// outbox. So nothing depends on it but how soon a watcher looks.
public final class ChangeSignal: Sendable {
    private struct Waiter {
        let continuation: CheckedContinuation<Void, Never>
        let timer: Task<Void, Never>
    }

    private struct State {
        var counts: [TenantSchema: UInt64] = [:]
        var waiters: [TenantSchema: [UInt64: Waiter]] = [:]
        var lastID: UInt64 = 0
    }

    private let state = Mutex(State())

    public init() {}

    /// Changes that were signalled so far: what `wait` is given to miss none.
    public func count(_ tenant: TenantSchema) -> UInt64 {
        state.withLock { $0.counts[tenant] ?? 0 }
    }

    /// To be called after a commit.
    public func changed(_ tenant: TenantSchema) {
        let woken = state.withLock { state in
            state.counts[tenant, default: 0] &+= 1
            return state.waiters.removeValue(forKey: tenant)
        }
        for waiter in (woken ?? [:]).values { Self.resume(waiter) }
    }

    /// Returns when a change was signalled since there were `seen` of them, when `limit` is over, or
    /// when the task is cancelled.
    public func wait(for tenant: TenantSchema, after seen: UInt64, atMost limit: Duration) async {
        let id = state.withLock { state in
            state.lastID += 1
            return state.lastID
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let waits = state.withLock { state in
                    guard (state.counts[tenant] ?? 0) == seen, !Task.isCancelled else {
                        return false
                    }
                    let timer = Task { [weak self] in
                        try? await Task.sleep(for: limit)
                        self?.wake(id, tenant)
                    }
                    state.waiters[tenant, default: [:]][id] = Waiter(
                        continuation: continuation, timer: timer)
                    return true
                }
                if !waits { continuation.resume() }
            }
        } onCancel: {
            wake(id, tenant)
        }
    }

    private func wake(_ id: UInt64, _ tenant: TenantSchema) {
        let waiter = state.withLock { state in
            let waiter = state.waiters[tenant]?.removeValue(forKey: id)
            if state.waiters[tenant]?.isEmpty == true { state.waiters[tenant] = nil }
            return waiter
        }
        if let waiter { Self.resume(waiter) }
    }

    private static func resume(_ waiter: Waiter) {
        waiter.timer.cancel()
        waiter.continuation.resume()
    }
}
