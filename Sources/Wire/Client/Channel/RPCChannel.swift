import Synchronization

/// A few connections to a server, opened when calls need them and replaced when they are lost.
///
/// A call that provably never started is made again wherever it may; one that failed otherwise only
/// where its method is idempotent, as often and as late as the `RetryPolicy` says. Close it when it is
/// no longer needed.
public final class RPCChannel: Sendable {
    /// What a server said when it let us in.
    public struct Admission: Sendable, Equatable {
        /// The URI under which we were admitted.
        public let admittedAs: String
        /// Name and version of the server's software.
        public let serverImplementation: String
    }

    /// A connection that a call goes to, until `release`.
    struct Lease: Sendable {
        let id: ConnectionPool.ConnectionID
        let client: RPCClient
    }

    typealias Waiter = CheckedContinuation<Result<Lease, CallFailure>, Never>

    struct State {
        var pool: ConnectionPool
        var throttle: RetryThrottle
        var clients: [ConnectionPool.ConnectionID: RPCClient] = [:]
        var waiters: [ConnectionPool.WaiterID: Waiter] = [:]
        var nextWaiter: ConnectionPool.WaiterID = 1
        var timer: Task<Void, Never>?
        var timerAt: ContinuousClock.Instant?
    }

    let configuration: ChannelConfiguration
    let state: Mutex<State>

    /// A channel; it connects when the first call is made.
    public init(_ configuration: ChannelConfiguration) {
        self.configuration = configuration
        let limits = ConnectionPool.Limits(
            connectionsMax: max(1, configuration.connectionsMax),
            waitingCallsMax: configuration.waitingCallsMax,
            idle: configuration.idleTimeout.bounded)
        state = Mutex(
            State(
                pool: ConnectionPool(limits: limits, backoff: configuration.backoff),
                throttle: RetryThrottle(policy: configuration.retry)))
    }

    deinit {
        let (clients, timer) = state.withLock { ($0.clients, $0.timer) }
        timer?.cancel()
        for client in clients.values { client.closeNow() }
    }

    /// Connects now rather than with the first call.
    ///
    /// - Throws: `RPCStatus`, as `RPCClient.connect` does.
    @discardableResult
    public func connect() async throws -> Admission {
        // Each endpoint may take its time twice: to answer, and to let us in.
        let patience = configuration.endpoints.reduce(Duration.zero) {
            ($0 + $1.connectTimeout.bounded * 2).bounded
        }
        do throws(CallFailure) {
            let lease = try await acquire(
                waitsForReady: false, deadline: .now + patience + .seconds(1))
            release(lease)
            return Admission(
                admittedAs: lease.client.admittedAs,
                serverImplementation: lease.client.serverImplementation)
        } catch {
            throw error.status
        }
    }

    /// Closes all connections. Calls in flight fail with UNAVAILABLE/CONNECTION_CLOSED, as do all
    /// later ones.
    public func close() async {
        let clients = state.withLock { Array($0.clients.values) }
        change {
            $0.close(.client(.connectionClosed, "the channel was closed"))
        }
        for client in clients { await client.close() }
    }

    /// Number of open connections, those included that their server is leaving.
    public var connectionCount: Int { state.withLock { $0.clients.count } }

    // MARK: Leases

    /// A connection for a call: at once, or when there is one with room.
    func acquire(
        waitsForReady: Bool, deadline: ContinuousClock.Instant
    ) async throws(CallFailure) -> Lease {
        let (lease, waiter) = state.withLock { state -> (Lease?, ConnectionPool.WaiterID) in
            if let id = state.pool.acquire(), let client = state.clients[id] {
                return (Lease(id: id, client: client), 0)
            }
            defer { state.nextWaiter += 1 }
            return (nil, state.nextWaiter)
        }
        if let lease { return lease }
        let result = await withTaskCancellationHandler {
            await withCheckedContinuation { (continuation: Waiter) in
                state.withLock { $0.waiters[waiter] = continuation }
                change {
                    $0.wait(waiter, waitsForReady: waitsForReady, deadline: deadline, now: .now)
                }
                // Cancelled before there was anything to cancel.
                if Task.isCancelled { abandon(waiter) }
            }
        } onCancel: {
            abandon(waiter)
        }
        return try result.get()
    }

    private func abandon(_ waiter: ConnectionPool.WaiterID) {
        let continuation = state.withLock { state in
            state.pool.abandon(waiter)
            return state.waiters.removeValue(forKey: waiter)
        }
        continuation?.resume(returning: .failure(.cancelled))
    }

    /// The call that had the lease is over.
    func release(_ lease: Lease) {
        change { $0.release(lease.id, now: .now) }
    }

    // MARK: Carrying out

    /// Lets the pool decide, and carries out what it decided.
    func change(_ decide: (inout ConnectionPool) -> [ConnectionPool.Action]) {
        var answers: [(Waiter, Result<Lease, CallFailure>)] = []
        var toOpen: [ConnectionPool.ConnectionID] = []
        var toClose: [RPCClient] = []
        state.withLock { state in
            for action in decide(&state.pool) {
                switch action {
                case .connect(let id): toOpen.append(id)
                case .give(let waiter, let id):
                    guard let waiting = state.waiters.removeValue(forKey: waiter) else {
                        continue
                    }
                    let lease = state.clients[id].map { Lease(id: id, client: $0) }
                    answers.append((waiting, lease.map { .success($0) } ?? .failure(.gone)))
                case .fail(let waiter, let failure):
                    if let waiting = state.waiters.removeValue(forKey: waiter) {
                        answers.append((waiting, .failure(failure)))
                    }
                case .close(let id):
                    if let client = state.clients.removeValue(forKey: id) {
                        toClose.append(client)
                    }
                }
            }
            armTimer(&state)
        }
        for (waiter, result) in answers { waiter.resume(returning: result) }
        for client in toClose { client.closeNow() }
        for id in toOpen { Task { [weak self] in await self?.open(id) } }
    }

    /// A timer that fires early finds nothing to do and is set anew; so it is touched only where
    /// something has to happen sooner, and not by each call.
    private func armTimer(_ state: inout State) {
        guard let next = state.pool.nextDeadline, state.timerAt.map({ next < $0 }) ?? true
        else { return }
        state.timer?.cancel()
        state.timerAt = next
        state.timer = Task { [weak self] in
            do {
                try await Task.sleep(until: next, clock: .continuous)
            } catch {
                return
            }
            self?.tick()
        }
    }

    private func tick() {
        state.withLock { $0.timerAt = nil }
        change { $0.tick(now: .now) }
    }

    /// Opens a connection to the first endpoint that lets us in.
    private func open(_ id: ConnectionPool.ConnectionID) async {
        var failure = CallFailure.client(.connectFailed, "the channel has no endpoints")
        for endpoint in configuration.endpoints {
            guard !state.withLock({ $0.pool.isClosed }) else { break }
            do throws(RPCStatus) {
                // The observer is told of a connection that is returned, and of no other.
                let client = try await RPCClient.connect(endpoint) { [weak self] change in
                    self?.connection(id, change)
                }
                state.withLock { $0.clients[id] = client }
                return change {
                    $0.connected(
                        id, openCallsMax: client.openCallsMax, now: .now,
                        random: .random(in: 0...1))
                }
            } catch {
                failure = CallFailure(status: error, origin: .connecting)
            }
        }
        let last = failure
        change { $0.connectFailed(id, last, now: .now, random: .random(in: 0...1)) }
    }

    /// A connection that was open has changed.
    private func connection(_ id: ConnectionPool.ConnectionID, _ event: ClientConnection.Change) {
        switch event {
        case .goingAway: change { $0.leaving(id, now: .now) }
        case .closed:
            state.withLock { $0.clients[id] = nil }
            change { $0.lost(id, now: .now) }
        }
    }
}

extension CallFailure {
    /// The connection that a call was to go to has been lost.
    fileprivate static let gone = CallFailure(
        status: LibraryReason.notProcessed.status(
            "the connection was lost before the call was sent"),
        origin: .unsent)
}
