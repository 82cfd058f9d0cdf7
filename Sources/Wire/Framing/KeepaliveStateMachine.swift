import NIOCore

/// Pings, both ways: strikes for a client that pings too often, and whether a silent peer is still
/// there (PROTOCOL.md, "Keepalive").
struct KeepaliveStateMachine {
    /// What to do with a client's ping.
    enum PingAction: Equatable { case pong, tooManyPings }
    /// What to do at a point in time.
    enum TickAction: Equatable { case none, sendPing, peerIsGone }

    private let pingIntervalMin: TimeAmount
    private let strikesMax: Int
    private let interval: TimeAmount
    private let timeout: TimeAmount

    private var lastPing: NIODeadline?
    private var strikes = 0
    private var callSincePing = false
    private var lastBytes: NIODeadline
    private var pingSent: NIODeadline?

    /// A machine for a connection that is ready since `now`.
    init(limits: Limits, now: NIODeadline) {
        pingIntervalMin = .milliseconds(Int64(limits.pingIntervalMillisecondsMin))
        strikesMax = limits.pingStrikesMax
        interval = .milliseconds(Int64(limits.keepaliveMilliseconds))
        timeout = .milliseconds(Int64(limits.keepaliveTimeoutMilliseconds))
        lastBytes = now
    }

    /// When `tick` has to be called next.
    var nextDeadline: NIODeadline {
        if let pingSent { return pingSent + timeout }
        return lastBytes + interval
    }

    /// Any byte arrived: the peer is there.
    mutating func receiveBytes(now: NIODeadline) {
        lastBytes = now
        pingSent = nil
    }

    /// A call was opened: the next ping is welcome, and strikes are forgotten.
    mutating func noteCall() {
        callSincePing = true
        strikes = 0
    }

    /// A ping arrived.
    mutating func receivePing(now: NIODeadline) -> PingAction {
        defer {
            lastPing = now
            callSincePing = false
        }
        guard let lastPing, !callSincePing, now - lastPing < pingIntervalMin else { return .pong }
        strikes += 1
        return strikes > strikesMax ? .tooManyPings : .pong
    }

    /// Time passed.
    mutating func tick(now: NIODeadline) -> TickAction {
        guard now >= nextDeadline else { return .none }
        if pingSent != nil { return .peerIsGone }
        pingSent = now
        return .sendPing
    }
}
