import Synchronization

/// What a server has done since it was started, and what it does now. For metrics and tests.
public struct ServerStatistics: Sendable, Equatable {
    /// Connections that are open now, those in their handshake included.
    public var openConnections = 0
    /// Calls that are open now.
    public var openCalls = 0
    /// Handlers that run now, those of calls included that have ended.
    public var runningHandlers = 0
    /// Bytes of requests that are held now: of running handlers, of streams' messages that nobody has
    /// taken, and of large frames whose end has not come.
    public var requestBytesHeld = 0
    /// Connections accepted from the kernel.
    public var connectionsAccepted = 0
    /// Handshakes that ended well.
    public var handshakesCompleted = 0
    /// Handshakes that did not.
    public var handshakesFailed = 0
    /// Calls that arrived, those refused at once included.
    public var callsReceived = 0
    /// Calls that ended with OK.
    public var callsSucceeded = 0
    /// Plaintext bytes read.
    public var bytesReceived = 0
    /// Plaintext bytes written.
    public var bytesSent = 0
    /// How many calls, connections and handshakes ended with each reason other than OK.
    public var endsByReason: [String: Int] = [:]
}

/// The counters behind `ServerStatistics`; one for the whole server, shared by its event loops.
final class ServerCounters: Sendable {
    /// Reasons that are told apart; the rest is counted as "OTHER", so that nothing grows for ever.
    private static let reasonsMax = 256

    let metrics: ServerMetrics
    private let openConnections = Atomic(0)
    private let openCalls = Atomic(0)
    private let runningHandlers = Atomic(0)
    private let requestBytes = Atomic(0)
    private let unreadBytes = Atomic(0)
    private let connectionsAccepted = Atomic(0)
    private let handshakesCompleted = Atomic(0)
    private let handshakesFailed = Atomic(0)
    private let callsReceived = Atomic(0)
    private let callsSucceeded = Atomic(0)
    private let bytesReceived = Atomic(0)
    private let bytesSent = Atomic(0)
    private let reasons = Mutex<[String: Int]>([:])
    /// Who waits until no handler runs.
    private let idleWaiters = Mutex<[CheckedContinuation<Void, Never>]>([])

    init(metrics: ServerMetrics = ServerMetrics()) {
        self.metrics = metrics
    }

    func connectionOpened() {
        openConnections.add(1, ordering: .relaxed)
        connectionsAccepted.add(1, ordering: .relaxed)
    }

    func connectionClosed() { openConnections.subtract(1, ordering: .relaxed) }

    func connectionRefused(reason: String) {
        metrics.connectionRefused(reason: reason)
        count(reason)
    }

    func handshakeCompleted() {
        handshakesCompleted.add(1, ordering: .relaxed)
        metrics.handshakeCompleted()
    }

    func handshakeFailed(reason: String) {
        handshakesFailed.add(1, ordering: .relaxed)
        metrics.handshakeFailed(reason: reason)
        count(reason)
    }

    /// Takes one of `limit` places for a handler; false when all are taken.
    func startHandler(limit: Int) -> Bool {
        runningHandlers.take(limit: limit)
    }

    /// Takes one of `limit` places for an open call; false when all are taken.
    func openCall(limit: Int) -> Bool { openCalls.take(limit: limit) }

    func endCall() { openCalls.subtract(1, ordering: .relaxed) }

    /// Takes `bytes` of the room for requests whether there is some or not.
    ///
    /// - Returns: the bytes that are taken now.
    func holdRequest(bytes: Int) -> Int {
        requestBytes.add(bytes, ordering: .relaxed).newValue
    }

    /// Bytes of requests that are held now.
    var bytesHeld: Int { requestBytes.load(ordering: .relaxed) }

    /// Gives `bytes` of that room back.
    func releaseRequest(bytes: Int) { requestBytes.subtract(bytes, ordering: .relaxed) }

    /// Counts bytes that wait for peers which do not read; negative when they wait no more.
    ///
    /// - Returns: the bytes that wait now.
    func countUnread(bytes: Int) -> Int {
        unreadBytes.add(bytes, ordering: .relaxed).newValue
    }

    /// Handlers that run now.
    var handlersRunning: Int { runningHandlers.load(ordering: .relaxed) }

    func endHandler() {
        let left = runningHandlers.subtract(1, ordering: .relaxed).newValue
        if left == 0 { releaseIdleWaiters() }
    }

    /// Resumes `waiter` once no handler runs, or when `releaseIdleWaiters` is called.
    func whenIdle(_ waiter: CheckedContinuation<Void, Never>) {
        let isIdle = idleWaiters.withLock { waiters in
            // Whoever ends the last handler takes the lock afterwards and finds the waiter.
            guard handlersRunning > 0 else { return true }
            waiters.append(waiter)
            return false
        }
        if isIdle { waiter.resume() }
    }

    /// Resumes everybody who waits, whether handlers run or not.
    func releaseIdleWaiters() {
        let waiters = idleWaiters.withLock { waiters in
            defer { waiters = [] }
            return waiters
        }
        for waiter in waiters { waiter.resume() }
    }

    func callReceived() { callsReceived.add(1, ordering: .relaxed) }
    func callSucceeded() { callsSucceeded.add(1, ordering: .relaxed) }
    func received(bytes: Int) { bytesReceived.add(bytes, ordering: .relaxed) }
    func sent(bytes: Int) { bytesSent.add(bytes, ordering: .relaxed) }

    /// Counts an end that was not OK.
    func count(_ reason: String) {
        reasons.withLock { reasons in
            let key = reasons[reason] != nil || reasons.count < Self.reasonsMax ? reason : "OTHER"
            reasons[key, default: 0] += 1
        }
    }

    /// The counters as they are now; each by itself, not all of one instant.
    var snapshot: ServerStatistics {
        ServerStatistics(
            openConnections: openConnections.load(ordering: .relaxed),
            openCalls: openCalls.load(ordering: .relaxed),
            runningHandlers: runningHandlers.load(ordering: .relaxed),
            requestBytesHeld: bytesHeld,
            connectionsAccepted: connectionsAccepted.load(ordering: .relaxed),
            handshakesCompleted: handshakesCompleted.load(ordering: .relaxed),
            handshakesFailed: handshakesFailed.load(ordering: .relaxed),
            callsReceived: callsReceived.load(ordering: .relaxed),
            callsSucceeded: callsSucceeded.load(ordering: .relaxed),
            bytesReceived: bytesReceived.load(ordering: .relaxed),
            bytesSent: bytesSent.load(ordering: .relaxed),
            endsByReason: reasons.withLock { $0 })
    }
}
