/// The life of one connection as its client sees it (PROTOCOL.md, "States of a connection").
///
/// Decides only; time and sockets are its caller's.
struct ClientStateMachine {
    /// Where the connection is.
    enum State: Equatable {
        /// TCP and TLS are under way.
        case connecting
        /// Our Hello is out; the server has not said yet that we are in.
        case awaitingHello
        /// Calls may be made.
        case ready
        /// The server wants no new calls, or there are no ids for them.
        case goingAway
        /// Over, for this reason.
        case closed(RPCStatus)
    }

    /// What to do.
    enum Action: Equatable {
        case none
        /// Send our Hello.
        case sendHello
        /// Tell the caller of `connect` that we are in.
        case admitted
        /// Fail the calls above this id: the server never started them.
        case failCalls(above: UInt32)
        /// Fail everything with this status and close.
        case close(RPCStatus)
        /// Fail the calls above this id, which the server never started, and all others with what it
        /// says; close.
        case leave(RPCStatus, lastCallID: UInt32)
    }

    private(set) var state = State.connecting
    private(set) var lastCallID: UInt32

    /// A machine whose next call is the one after `lastCallID`.
    init(lastCallID: UInt32 = 0) {
        self.lastCallID = lastCallID
    }

    /// TLS is up.
    mutating func handshakeCompleted() -> Action {
        guard state == .connecting else { return .none }
        state = .awaitingHello
        return .sendHello
    }

    /// The server's Hello, with the version that it chose.
    mutating func receiveHello(versions: [UInt32]) -> Action {
        switch state {
        case .awaitingHello:
            guard versions == [ProtocolVersion.current] else {
                return close(
                    LibraryReason.versionNotSupported.status(
                        "the server chose a version of the protocol that we did not offer"))
            }
            state = .ready
            return .admitted
        case .closed: return .none
        case .connecting, .ready, .goingAway: return violation("a second Hello")
        }
    }

    /// A GoAway. One with a code other than OK ends the connection.
    mutating func receiveGoAway(lastCallID: UInt32, status: RPCStatus) -> Action {
        switch state {
        case .closed: return .none
        case .connecting, .awaitingHello: return close(refusal(status))
        case .ready, .goingAway:
            guard status.code == .ok else {
                state = .closed(status)
                return .leave(status, lastCallID: lastCallID)
            }
            state = .goingAway
            return .failCalls(above: lastCallID)
        }
    }

    /// A server that leaves in good order before it has let us in has not let us in.
    private func refusal(_ status: RPCStatus) -> RPCStatus {
        guard status.code == .ok else { return status }
        return RPCStatus(.unavailable, status.reason, status.message)
    }

    /// An End, Message or Credit for a call. The call may be over on our side already.
    mutating func receiveCallFrame(id: UInt32) -> Action {
        switch state {
        case .closed: return .none
        case .connecting, .awaitingHello: return violation("a frame before the Hello")
        case .ready, .goingAway:
            return id == 0 || id > lastCallID ? violation("a frame for a call never made") : .none
        }
    }

    /// A Ping or Pong.
    mutating func receivePing() -> Action {
        switch state {
        case .closed, .ready, .goingAway: .none
        case .connecting, .awaitingHello: violation("a frame before the Hello")
        }
    }

    /// A kind of frame that only a client sends.
    mutating func receiveClientFrame() -> Action {
        if case .closed = state { return .none }
        return violation("a frame that only a client sends")
    }

    /// Asks for the id of a new call. With the last one that there is the connection takes no
    /// further calls, as if its server were leaving.
    mutating func openCall() throws(RPCStatus) -> UInt32 {
        switch state {
        case .ready:
            lastCallID += 1
            if lastCallID >= ConnectionStateMachine.callIDMax { state = .goingAway }
            return lastCallID
        case .connecting, .awaitingHello:
            throw LibraryReason.notProcessed.status("the connection is not ready")
        case .goingAway:
            throw LibraryReason.notProcessed.status("the connection takes no new calls")
        case .closed(let status): throw status
        }
    }

    /// The connection cannot go on.
    mutating func close(_ status: RPCStatus) -> Action {
        if case .closed = state { return .none }
        state = .closed(status)
        return .close(status)
    }

    /// The server broke the protocol; `what` completes "the server sent …".
    mutating func violation(_ what: String) -> Action {
        close(LibraryReason.protocolError.status("the server sent \(what)"))
    }
}
