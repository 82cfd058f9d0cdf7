/// Which connection of a channel a call goes to, and when connections are opened and closed. Decides
/// only: what it wants done it returns.
///
/// Connections are opened when a call finds none with room, one at a time and no more than
/// `connectionsMax` besides those that their server is leaving. A call goes to the one with the fewest
/// calls. Where connecting fails, calls fail unless they wait for it.
struct ConnectionPool {
    typealias Instant = ContinuousClock.Instant
    typealias ConnectionID = UInt64
    typealias WaiterID = UInt64

    /// What to do.
    enum Action: Equatable {
        /// Open a connection of this name.
        case connect(ConnectionID)
        /// The waiting call may go to the connection.
        case give(WaiterID, ConnectionID)
        /// The waiting call fails.
        case fail(WaiterID, CallFailure)
        /// Close the connection: nothing uses it.
        case close(ConnectionID)
    }

    /// The sizes of a pool.
    struct Limits {
        /// Connections that take calls.
        var connectionsMax = 4
        /// Calls that wait for room.
        var waitingCallsMax = 1_024
        /// How long a connection besides the first may be without a call.
        var idle = Duration.seconds(60)
    }

    private struct Connection {
        let id: ConnectionID
        var isReady = false
        /// Its server wants no new calls.
        var isLeaving = false
        var openCalls = 0
        var openCallsMax = 0
        var idleSince: Instant?

        var hasRoom: Bool { isReady && !isLeaving && openCalls < openCallsMax }
    }

    private struct Waiter {
        let id: WaiterID
        let waitsForReady: Bool
        let deadline: Instant
    }

    private let limits: Limits
    private var backoff: ConnectionBackoff
    private var connections: [Connection] = []
    private var waiters: [Waiter] = []
    private var nextID: ConnectionID = 1
    private var lastFailure: CallFailure?
    private var closed: CallFailure?

    init(limits: Limits, backoff: BackoffPolicy) {
        self.limits = limits
        self.backoff = ConnectionBackoff(policy: backoff)
    }

    /// Whether the channel is closed.
    var isClosed: Bool { closed != nil }

    // MARK: Calls

    /// A connection for a call now; nil where it has to wait.
    mutating func acquire() -> ConnectionID? {
        guard waiters.isEmpty, let index = leastLoaded() else { return nil }
        return take(index)
    }

    /// A call waits for a connection.
    mutating func wait(
        _ id: WaiterID, waitsForReady: Bool, deadline: Instant, now: Instant
    ) -> [Action] {
        if let closed { return [.fail(id, closed)] }
        if !backoff.mayConnect(now: now), !waitsForReady, let lastFailure,
            connections.allSatisfy({ $0.isLeaving })
        {
            return [.fail(id, lastFailure)]
        }
        guard waiters.count < limits.waitingCallsMax else {
            return [
                .fail(
                    id,
                    .client(
                        .tooManyOpenCalls,
                        "\(waiters.count) calls wait for a connection already, which is the limit"))
            ]
        }
        waiters.append(Waiter(id: id, waitsForReady: waitsForReady, deadline: deadline))
        return serve(now: now)
    }

    /// A waiting call was given up.
    mutating func abandon(_ id: WaiterID) {
        waiters.removeAll { $0.id == id }
    }

    /// A call on the connection is over.
    mutating func release(_ id: ConnectionID, now: Instant) -> [Action] {
        guard let index = connections.firstIndex(where: { $0.id == id }) else { return [] }
        connections[index].openCalls -= 1
        if connections[index].openCalls == 0 { connections[index].idleSince = now }
        return serve(now: now)
    }

    // MARK: Connections

    /// A connection was opened; its server takes so many calls at once.
    mutating func connected(
        _ id: ConnectionID, openCallsMax: Int, now: Instant, random: Double
    ) -> [Action] {
        guard let index = connections.firstIndex(where: { $0.id == id }) else {
            return [.close(id)]
        }
        guard !connections[index].isLeaving else {
            // It could be reached, so calls wait for the next attempt; but a server that lets us in only
            // to leave must not make us run in circles.
            connections.remove(at: index)
            backoff.failed(now: now, random: random)
            lastFailure = nil
            return [.close(id)]
        }
        backoff.succeeded()
        lastFailure = nil
        connections[index].isReady = true
        connections[index].openCallsMax = max(1, openCallsMax)
        connections[index].idleSince = now
        return serve(now: now)
    }

    /// A connection could not be opened.
    mutating func connectFailed(
        _ id: ConnectionID, _ failure: CallFailure, now: Instant, random: Double
    ) -> [Action] {
        connections.removeAll { $0.id == id }
        guard closed == nil else { return [] }
        backoff.failed(now: now, random: random)
        lastFailure = failure
        guard !connections.contains(where: { $0.isReady && !$0.isLeaving }) else { return [] }
        let failed = waiters.filter { !$0.waitsForReady }
        waiters.removeAll { !$0.waitsForReady }
        return failed.map { .fail($0.id, failure) }
    }

    /// The connection's server wants no new calls on it.
    mutating func leaving(_ id: ConnectionID, now: Instant) -> [Action] {
        guard let index = connections.firstIndex(where: { $0.id == id }) else { return [] }
        connections[index].isLeaving = true
        return serve(now: now)
    }

    /// The connection is closed.
    mutating func lost(_ id: ConnectionID, now: Instant) -> [Action] {
        guard let index = connections.firstIndex(where: { $0.id == id }) else { return [] }
        if connections[index].isReady {
            connections.remove(at: index)
        } else {
            // Lost as soon as it was opened: whoever opens it says so next.
            connections[index].isLeaving = true
        }
        return serve(now: now)
    }

    /// The channel is closed, for this reason.
    mutating func close(_ failure: CallFailure) -> [Action] {
        guard closed == nil else { return [] }
        closed = failure
        defer {
            waiters = []
            connections = []
        }
        return waiters.map { .fail($0.id, failure) } + connections.map { .close($0.id) }
    }

    // MARK: Time

    /// When `tick` has to be called next.
    var nextDeadline: Instant? {
        var next = waiters.map(\.deadline).min()
        if !waiters.isEmpty, let retryAt = backoff.retryAt, mayOpenMore {
            next = next.map { min($0, retryAt) } ?? retryAt
        }
        if let since = idleExtras().compactMap({ connections[$0].idleSince }).min() {
            let at = since + limits.idle
            next = next.map { min($0, at) } ?? at
        }
        return next
    }

    /// Time passed.
    mutating func tick(now: Instant) -> [Action] {
        var actions: [Action] = []
        for waiter in waiters where waiter.deadline <= now {
            actions.append(.fail(waiter.id, tooLate))
        }
        waiters.removeAll { $0.deadline <= now }
        let idle = idleExtras().filter { index in
            connections[index].idleSince.map { $0 + limits.idle <= now } ?? false
        }
        for index in idle.reversed() {
            actions.append(.close(connections.remove(at: index).id))
        }
        return actions + serve(now: now)
    }

    private var tooLate: CallFailure {
        let why = lastFailure.map { "; connecting failed last with: \($0.status.message)" } ?? ""
        return .client(
            .deadlineExceeded, "the call's time is over, and there was no connection for it\(why)")
    }

    // MARK: Parts

    private func leastLoaded() -> Int? {
        var best: Int?
        for (index, connection) in connections.enumerated() where connection.hasRoom {
            if let best, connections[best].openCalls <= connection.openCalls { continue }
            best = index
        }
        return best
    }

    private mutating func take(_ index: Int) -> ConnectionID {
        connections[index].openCalls += 1
        connections[index].idleSince = nil
        return connections[index].id
    }

    /// Gives waiting calls what room there is, and opens a connection where there is none left.
    private mutating func serve(now: Instant) -> [Action] {
        guard closed == nil else { return [] }
        var actions: [Action] = []
        while let waiter = waiters.first, let index = leastLoaded() {
            waiters.removeFirst()
            actions.append(.give(waiter.id, take(index)))
        }
        if !waiters.isEmpty, mayOpenMore, backoff.mayConnect(now: now) {
            actions.append(.connect(nextID))
            connections.append(Connection(id: nextID))
            nextID += 1
        }
        return actions
    }

    /// Whether another connection may be opened, as far as numbers go.
    private var mayOpenMore: Bool {
        connections.filter { !$0.isLeaving }.count < limits.connectionsMax
            && connections.allSatisfy(\.isReady)
    }

    /// Connections without a call, but for one that stays where no other would.
    private func idleExtras() -> [Int] {
        let usable = connections.indices.filter {
            connections[$0].isReady && !connections[$0].isLeaving
        }
        let idle = usable.filter { connections[$0].idleSince != nil }
        return idle.count == usable.count ? Array(idle.dropFirst()) : idle
    }
}
