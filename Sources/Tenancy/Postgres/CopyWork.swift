internal import Synchronization

/// One COPY: a bounded queue of bytes between the task that reads or writes them and the reactor's
/// thread, and what became of it. Thread-safe.
final class CopyWork: Sendable {
    enum Direction { case out, into }

    /// What the reactor finds to send.
    enum Offer {
        case bytes([UInt8])
        /// Everything has been written; with a failure the COPY is to fail.
        case end(isFailure: Bool)
        case nothing
    }

    fileprivate struct State {
        var chunks: [[UInt8]] = []
        var byteCount = 0
        /// The writer has written all, or has failed.
        var end: Bool?
        /// The reactor has stopped for want of room or of bytes.
        var isReactorWaiting = false
        var outcome: Result<Int, DatabaseError>?
        var waiter: CheckedContinuation<Void, Never>?
    }

    let lease: UInt64
    let direction: Direction
    let sql: String
    let bytesMax: Int
    private let state = Mutex(State())

    init(lease: UInt64, direction: Direction, sql: String, bytesMax: Int) {
        self.lease = lease
        self.direction = direction
        self.sql = sql
        self.bytesMax = bytesMax
    }

    // MARK: The reactor's side

    /// Whether more may be read; otherwise the reader says when.
    func hasRoom() -> Bool {
        state.withLock { state in
            state.isReactorWaiting = state.byteCount >= bytesMax
            return !state.isReactorWaiting
        }
    }

    func push(_ chunk: [UInt8]) {
        let waiter = state.withLock { state in
            state.chunks.append(chunk)
            state.byteCount += chunk.count
            return state.takeWaiter()
        }
        waiter?.resume()
    }

    func take() -> Offer {
        let (offer, waiter): (Offer, CheckedContinuation<Void, Never>?) = state.withLock { state in
            if !state.chunks.isEmpty {
                let chunk = state.chunks.removeFirst()
                state.byteCount -= chunk.count
                return (.bytes(chunk), state.takeWaiter())
            }
            if let isFailure = state.end { return (.end(isFailure: isFailure), nil) }
            state.isReactorWaiting = true
            return (.nothing, nil)
        }
        waiter?.resume()
        return offer
    }

    /// The first end counts.
    func end(_ outcome: Result<Int, DatabaseError>) {
        let waiter = state.withLock { state in
            if state.outcome == nil { state.outcome = outcome }
            return state.takeWaiter()
        }
        waiter?.resume()
    }

    // MARK: The task's side

    /// The next bytes, or nil at the end; `wakeReactor` is called when it waits for room.
    func next(_ wakeReactor: () -> Void) async throws(DatabaseError) -> [UInt8]? {
        while true {
            let (chunk, outcome, isWanted) = state.withLock { state in
                let chunk = state.chunks.isEmpty ? nil : state.chunks.removeFirst()
                state.byteCount -= chunk?.count ?? 0
                return (
                    chunk, state.outcome,
                    chunk != nil && state.takeReactorWaiting(below: bytesMax / 2)
                )
            }
            if isWanted { wakeReactor() }
            if let chunk { return chunk }
            if let outcome {
                _ = try outcome.get()
                return nil
            }
            await wait { $0.chunks.isEmpty && $0.outcome == nil }
        }
    }

    /// Waits for room and adds bytes. False when the COPY is over already, so that more is for nothing.
    func write(_ chunk: [UInt8], _ wakeReactor: () -> Void) async -> Bool {
        while true {
            let (isAdded, isOver, isWanted) = state.withLock { state in
                if state.outcome != nil { return (false, true, false) }
                guard state.byteCount < bytesMax else { return (false, false, false) }
                state.chunks.append(chunk)
                state.byteCount += chunk.count
                return (true, false, state.takeReactorWaiting(below: .max))
            }
            if isWanted { wakeReactor() }
            if isAdded || isOver { return isAdded }
            await wait { [bytesMax] in $0.byteCount >= bytesMax && $0.outcome == nil }
        }
    }

    /// Says that all is written, or that writing has failed, and waits for what became of it.
    func finishWriting(
        isFailure: Bool, _ wakeReactor: () -> Void
    ) async throws(DatabaseError) -> Int {
        let isWanted = state.withLock { state in
            state.end = isFailure
            return state.takeReactorWaiting(below: .max)
        }
        if isWanted { wakeReactor() }
        while true {
            if let outcome = state.withLock({ $0.outcome }) { return try outcome.get() }
            await wait { $0.outcome == nil }
        }
    }

    /// One task reads or writes, so that one waiter is enough.
    private func wait(while isToWait: @Sendable (borrowing State) -> Bool) async {
        await withCheckedContinuation { continuation in
            let isReady = state.withLock { state in
                guard isToWait(state) else { return true }
                state.waiter = continuation
                return false
            }
            if isReady { continuation.resume() }
        }
    }
}

extension CopyWork.State {
    fileprivate mutating func takeWaiter() -> CheckedContinuation<Void, Never>? {
        defer { waiter = nil }
        return waiter
    }

    /// True once for each time that the reactor waits, when less than so many bytes are queued.
    fileprivate mutating func takeReactorWaiting(below bytes: Int) -> Bool {
        guard isReactorWaiting, byteCount < bytes else { return false }
        isReactorWaiting = false
        return true
    }
}
