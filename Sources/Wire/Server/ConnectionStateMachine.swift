import NIOCore

/// The life of one connection as its server sees it, from the end of the TLS handshake to the close
/// (PROTOCOL.md, "States of a connection").
///
/// Decides only: every event returns the action to carry out. Time comes in as an argument.
struct ConnectionStateMachine {
    /// Where the connection is.
    enum State: Equatable {
        /// Waiting for the client's Hello; the limit is for its arrival and the admission together.
        case awaitingHello
        /// The Hello was right and the authority is being asked.
        case admitting
        /// Calls may come.
        case ready
        /// The first GoAway is out; calls are still taken until its ping has come back.
        case announcedDrain(reason: LibraryReason)
        /// The second GoAway is out; only calls up to `lastCallID` finish.
        case draining(lastCallID: UInt32)
        /// Nothing is read any more.
        case closed
    }

    /// What to do.
    enum Action: Equatable {
        case none
        /// Ask the authority.
        case admit
        /// Send the server's Hello and start reading calls.
        case sendHello
        /// Go on with this call.
        case openCall
        /// Go on with this frame: its call exists or existed.
        case deliver
        /// Drop the frame.
        case ignore
        /// End this call with that reason; the connection goes on.
        case refuseCall(LibraryReason)
        /// Give the client so much of the connection's credit back.
        case giveCredit(Int)
        /// Give nothing back until there is room, and look again soon.
        case withholdCredit
        /// Send a GoAway that takes back nothing yet, and a ping.
        case announceDrain(LibraryReason)
        /// Send the GoAway that names the last call; close at once if `close`.
        case finishDrain(LibraryReason, lastCallID: UInt32, close: Bool)
        /// Flush and close in good order.
        case close
        /// Close at once and cancel every handler.
        case abort
        /// Send a GoAway with this status, flush, close, and cancel every handler.
        case fail(RPCStatus)
    }

    /// The greatest id of a call: one above it stands for all calls in the first GoAway.
    static let callIDMax = UInt32.max - 1
    /// The value of the ping that goes with the first GoAway.
    static let drainPing: UInt64 = 0x6472_6169_6e00_0001

    private(set) var state = State.awaitingHello
    private(set) var openCalls = 0
    private(set) var lastCallID: UInt32 = 0
    /// What all streaming calls together may still send to the client.
    private(set) var outboundCredit: CreditWindow
    /// What the client may still send in all streaming calls together.
    private(set) var inboundCredit: CreditWindow
    /// Whether credit is owed to the client that there is no room for.
    private(set) var isWithholdingCredit = false
    private var inboundDebt: CreditDebt
    private let limits: Limits
    private let helloDeadline: NIODeadline
    private let ageDeadline: NIODeadline
    private var idleSince: NIODeadline
    private var drainDeadline = NIODeadline.distantFuture
    private var frameDeadline = NIODeadline.distantFuture
    /// When the frame whose end has not come began.
    private var frameSince: NIODeadline?
    /// Since when the server itself keeps the peer's bytes waiting.
    private var frameHeldSince: NIODeadline?
    /// For how long it has done so since the frame began.
    private var frameHeld = TimeAmount.zero

    /// A connection whose handshake ended `now`; `ageFactor` is 0.9 to 1.1 at random.
    init(limits: Limits, ageFactor: Double, now: NIODeadline) {
        self.limits = limits
        helloDeadline = now + .milliseconds(Int64(limits.helloMillisecondsMax))
        let age = min(limits.ageMillisecondsMax, Duration.longest.wholeMilliseconds)
        ageDeadline = now + .milliseconds(Int64(Double(age) * ageFactor))
        idleSince = now
        outboundCredit = CreditWindow(bytes: limits.connectionCreditBytes)
        inboundCredit = CreditWindow(bytes: limits.connectionCreditBytes)
        inboundDebt = CreditDebt(windowBytes: limits.connectionCreditBytes)
    }

    // MARK: Frames

    /// The client's Hello, with the versions that it speaks.
    mutating func receiveHello(versions: [UInt32]) -> Action {
        switch state {
        case .awaitingHello:
            guard versions.contains(ProtocolVersion.current) else {
                let status = LibraryReason.versionNotSupported.status(
                    "this server speaks version \(ProtocolVersion.current) only")
                return fail(status)
            }
            state = .admitting
            return .admit
        case .closed: return .ignore
        case .admitting, .ready, .announcedDrain, .draining:
            return violation("a second Hello came")
        }
    }

    /// The authority has answered; nil admits.
    mutating func receiveAdmission(refusal: RPCStatus?, now: NIODeadline) -> Action {
        guard state == .admitting else { return .ignore }
        if let refusal { return fail(refusal) }
        state = .ready
        idleSince = now
        return .sendHello
    }

    /// A Call frame.
    mutating func receiveCall(id: UInt32) -> Action {
        switch state {
        case .awaitingHello, .admitting: return violation("a call came before the Hello")
        case .closed: return .ignore
        case .ready, .announcedDrain, .draining: break
        }
        guard id > lastCallID, id <= Self.callIDMax else {
            return violation(
                id == 0 || id > Self.callIDMax
                    ? "a call has the id \(id)" : "call id \(id) is not above \(lastCallID)")
        }
        lastCallID = id
        if case .draining = state { return .ignore }
        guard openCalls < limits.openCallsMax else { return .refuseCall(.tooManyOpenCalls) }
        openCalls += 1
        return .openCall
    }

    /// A Message, Credit or Cancel frame of the call `id`.
    mutating func receiveFrame(callID id: UInt32) -> Action {
        switch state {
        case .awaitingHello, .admitting: return violation("a frame came before the Hello")
        case .closed: return .ignore
        case .ready, .announcedDrain, .draining: break
        }
        guard id != 0, id <= lastCallID else {
            return violation("a frame names call \(id), which was never opened")
        }
        return .deliver
    }

    /// A frame that belongs to the connection: Ping, Pong, Credit for the connection.
    mutating func receiveConnectionFrame() -> Action {
        switch state {
        case .awaitingHello, .admitting: return violation("a frame came before the Hello")
        case .closed: return .ignore
        case .ready, .announcedDrain, .draining: return .deliver
        }
    }

    /// A Credit frame for the connection as a whole.
    mutating func receiveConnectionCredit(bytes: Int) -> Action {
        let action = receiveConnectionFrame()
        guard action == .deliver else { return action }
        guard outboundCredit.grant(bytes) else {
            return violation("a Credit frame gives nothing or too much")
        }
        return .none
    }

    /// A message of a streaming call has arrived, be the call still open or not. `withhold`: what is
    /// held of messages altogether is too much already.
    mutating func receiveStreamMessage(payloadBytes: Int, withhold: Bool) -> Action {
        guard state != .closed else { return .ignore }
        guard inboundCredit.spend(payloadBytes) else {
            return violation("the calls of a connection sent more than its credit")
        }
        inboundDebt.withhold(CreditWindow.cost(of: payloadBytes))
        guard withhold else { return giveCredit() }
        isWithholdingCredit = true
        return .withholdCredit
    }

    /// There is room again for what was withheld.
    mutating func giveWithheldCredit() -> Action {
        guard isWithholdingCredit, state != .closed else { return .none }
        return giveCredit()
    }

    private mutating func giveCredit() -> Action {
        isWithholdingCredit = false
        let bytes = inboundDebt.giveBack()
        return bytes > 0 && inboundCredit.grant(bytes) ? .giveCredit(bytes) : .none
    }

    /// A streaming call sends a message to the client; the window was found open before.
    mutating func sendStreamMessage(payloadBytes: Int) {
        _ = outboundCredit.spend(payloadBytes)
    }

    /// A kind of frame that only a server sends.
    mutating func receiveServerFrame(_ kind: FrameKind) -> Action {
        state == .closed ? .ignore : violation("a client sent a frame of kind \(kind)")
    }

    /// A Pong.
    mutating func receivePong(opaque: UInt64) -> Action {
        guard opaque == Self.drainPing, case .announcedDrain(let reason) = state else {
            return .none
        }
        state = .draining(lastCallID: lastCallID)
        return .finishDrain(reason, lastCallID: lastCallID, close: closeIfDrained())
    }

    // MARK: Calls

    /// A call's End has been sent.
    mutating func endCall(now: NIODeadline) -> Action {
        openCalls -= 1
        if openCalls == 0 { idleSince = now }
        if case .draining = state, closeIfDrained() { return .close }
        return .none
    }

    private mutating func closeIfDrained() -> Bool {
        guard openCalls == 0 else { return false }
        state = .closed
        return true
    }

    // MARK: Leaving

    /// Leave in good order, within `limit` from `now`.
    mutating func drain(_ reason: LibraryReason, within limit: TimeAmount, now: NIODeadline)
        -> Action
    {
        switch state {
        case .awaitingHello, .admitting:
            state = .closed
            return .finishDrain(reason, lastCallID: 0, close: true)
        case .ready:
            state = .announcedDrain(reason: reason)
            drainDeadline = now + limit
            return .announceDrain(reason)
        case .announcedDrain, .draining:
            drainDeadline = min(drainDeadline, now + limit)
            return .none
        case .closed: return .none
        }
    }

    /// Something happened that the connection cannot go on from.
    mutating func fail(_ status: RPCStatus) -> Action {
        guard state != .closed else { return .ignore }
        state = .closed
        return .fail(status)
    }

    /// The peer's bytes have ended, or the channel has.
    mutating func endOfInput() -> Action {
        guard state != .closed else { return .none }
        state = .closed
        return .abort
    }

    private mutating func violation(_ text: String) -> Action {
        fail(LibraryReason.protocolError.status(text))
    }

    // MARK: Time

    /// Bytes were read. `insideFrame`: a frame has begun and its rest is awaited; `isNewFrame`: it is
    /// not the one that was awaited before.
    mutating func noteRead(insideFrame: Bool, isNewFrame: Bool, now: NIODeadline) {
        guard insideFrame else {
            frameSince = nil
            frameDeadline = .distantFuture
            return
        }
        if isNewFrame || frameSince == nil { frameHeld = .zero }
        let since = isNewFrame ? now : frameSince ?? now
        frameSince = since
        frameDeadline = min(
            now + .milliseconds(Int64(limits.frameGapMillisecondsMax)),
            since + .milliseconds(Int64(limits.frameMillisecondsMax)))
    }

    /// The server lets the peer's bytes wait, or does so no more: the peer must not pay for that time,
    /// but has all of its own behind it. As much again as a frame may take is forgiven and no more: a peer
    /// that does not read its answers is let wait, too, and could keep a frame open by that.
    mutating func holdFrame(_ isHeld: Bool, now: NIODeadline) {
        guard isHeld != (frameHeldSince != nil) else { return }
        guard let since = frameHeldSince else {
            frameHeldSince = now
            return
        }
        frameHeldSince = nil
        guard let began = frameSince else { return }
        // A frame may have begun meanwhile.
        let most = TimeAmount.milliseconds(Int64(limits.frameMillisecondsMax)) - frameHeld
        let held = min(now - max(since, began), most)
        frameHeld = frameHeld + held
        frameSince = began + held
        frameDeadline = frameDeadline + held
    }

    /// When `tick` has to be called next.
    var nextDeadline: NIODeadline {
        let frameDeadline = frameHeldSince == nil ? frameDeadline : .distantFuture
        return switch state {
        case .awaitingHello, .admitting: min(helloDeadline, frameDeadline)
        case .ready: min(openCalls == 0 ? idleDeadline : .distantFuture, ageDeadline, frameDeadline)
        case .announcedDrain, .draining: min(drainDeadline, frameDeadline)
        case .closed: .distantFuture
        }
    }

    private var idleDeadline: NIODeadline {
        idleSince + .milliseconds(Int64(limits.idleMillisecondsMax))
    }

    /// Time passed.
    mutating func tick(now: NIODeadline) -> Action {
        guard now >= nextDeadline else { return .none }
        if now >= frameDeadline, frameHeldSince == nil {
            return fail(
                LibraryReason.frameTimeout.status("the rest of a frame did not come in time"))
        }
        let grace = TimeAmount.milliseconds(Int64(limits.drainMillisecondsMax))
        switch state {
        case .awaitingHello, .admitting:
            return fail(
                LibraryReason.helloTimeout.status("no Hello was complete and admitted in time"))
        case .ready:
            return drain(now >= ageDeadline ? .maxAge : .idle, within: grace, now: now)
        case .announcedDrain, .draining:
            state = .closed
            return .abort
        case .closed: return .none
        }
    }
}
