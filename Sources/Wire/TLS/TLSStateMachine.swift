/// What a TLS connection does next. Pure: it knows neither OpenSSL nor NIO, so that all states can
/// be tested with all events.
struct TLSStateMachine: Equatable {
    enum State: Equatable, Sendable {
        /// Before the channel is active.
        case idle
        case handshaking
        case active
        /// The peer has sent close_notify; this side may still write.
        case inputClosed
        /// This side has asked to close; the peer's close_notify is awaited. `isSent`: the
        /// transport has taken all of this side's bytes.
        case closing(isSent: Bool)
        /// Both sides have asked to close, or enough was dropped; only this side's last bytes are awaited.
        case flushing
        /// The connection has failed and the peer is told; what it still sends is read and dropped,
        /// so that the transport's end does not overtake the alert.
        case lingering
        case closed
    }

    enum Event: Equatable, Sendable {
        case activated
        /// Ciphertext came in.
        case received
        case handshakeDone
        /// There may be writes to encrypt: a flush, or the channel is writable again.
        case flush
        /// The peer's close_notify, after all plaintext before it.
        case closeNotify
        case closeRequested
        /// The transport has taken this side's close_notify and all before it.
        case drained
        /// The transport has ended.
        case endOfInput
        case timerFired
        case failed(TLSFailure)
        /// There was no alert to send, or enough was dropped.
        case lingerOver
    }

    enum Action: Equatable, Sendable {
        case none
        /// Make the session, start the handshake's timer, send what it has to send.
        case beginHandshake
        case advanceHandshake
        /// Tell of the handshake, then encrypt what was held and decrypt what came with it.
        case announce
        case decrypt
        /// Decrypt to find the peer's close_notify, and pass nothing on.
        case discard
        case encrypt
        /// Tell of the peer's close_notify and start the timer of a half-closed connection.
        case announceInputClosed
        /// Tell of the end without close_notify, then close the channel.
        case announceTruncation
        /// Encrypt what was flushed, send close_notify, start the timer of the shutdown.
        case sendCloseNotify
        case closeChannel
        /// Send OpenSSL's alert where there is one, tell of the failure; then linger or, where the
        /// state is `closed`, close the channel.
        case fail(TLSFailure)
        /// Forget what came in.
        case drop
    }

    private(set) var state: State

    init(state: State = .idle) {
        self.state = state
    }

    /// Whether a write can still reach the peer, at once or after the handshake.
    var acceptsWrites: Bool {
        switch state {
        case .idle, .handshaking, .active, .inputClosed: true
        case .closing, .flushing, .lingering, .closed: false
        }
    }

    /// Whether ciphertext that comes in is still of use; otherwise it is not kept.
    var takesInput: Bool {
        switch state {
        case .handshaking, .active, .closing, .lingering: true
        case .idle, .inputClosed, .flushing, .closed: false
        }
    }

    /// Whether plaintext is passed on.
    var deliversPlaintext: Bool { state == .active }

    /// Whether the connection needs the peer's bytes although nobody above has asked for any.
    var needsInput: Bool {
        switch state {
        case .handshaking, .closing, .lingering: true
        case .idle, .active, .inputClosed, .flushing, .closed: false
        }
    }

    mutating func handle(_ event: Event) -> Action {
        switch state {
        case .idle: idle(event)
        case .handshaking: handshaking(event)
        case .active: active(event)
        case .inputClosed: inputClosed(event)
        case .closing(let isSent): closing(event, isSent: isSent)
        case .flushing: flushing(event)
        case .lingering: lingering(event)
        case .closed: event == .closeRequested ? .closeChannel : .none
        }
    }

    private mutating func move(to next: State, _ action: Action) -> Action {
        state = next
        return action
    }

    private mutating func idle(_ event: Event) -> Action {
        switch event {
        case .activated: move(to: .handshaking, .beginHandshake)
        case .closeRequested: move(to: .closed, .closeChannel)
        case .endOfInput: move(to: .closed, .none)
        case .failed(let failure): move(to: .closed, .fail(failure))
        case .received, .handshakeDone, .flush, .closeNotify, .drained, .timerFired, .lingerOver:
            .none
        }
    }

    private mutating func handshaking(_ event: Event) -> Action {
        switch event {
        case .received: .advanceHandshake
        case .handshakeDone: move(to: .active, .announce)
        // close_notify cannot be sent before the handshake is complete.
        case .closeRequested: move(to: .closed, .closeChannel)
        case .closeNotify, .endOfInput:
            move(to: .closed, .fail(TLSFailure(.closedInHandshake)))
        case .timerFired: move(to: .closed, .fail(TLSFailure(.timeout)))
        case .failed(let failure): move(to: .lingering, .fail(failure))
        case .activated, .flush, .drained, .lingerOver: .none
        }
    }

    private mutating func active(_ event: Event) -> Action {
        switch event {
        case .received: .decrypt
        case .flush: .encrypt
        case .closeNotify: move(to: .inputClosed, .announceInputClosed)
        case .closeRequested: move(to: .closing(isSent: false), .sendCloseNotify)
        case .endOfInput: move(to: .closed, .announceTruncation)
        case .failed(let failure): move(to: .lingering, .fail(failure))
        case .activated, .handshakeDone, .drained, .timerFired, .lingerOver: .none
        }
    }

    private mutating func inputClosed(_ event: Event) -> Action {
        switch event {
        case .flush: .encrypt
        case .closeRequested: move(to: .flushing, .sendCloseNotify)
        case .endOfInput, .timerFired: move(to: .closed, .closeChannel)
        case .failed(let failure): move(to: .closed, .fail(failure))
        // Bytes after close_notify mean nothing (RFC 8446, section 6.1).
        case .received, .activated, .handshakeDone, .closeNotify, .drained, .lingerOver: .none
        }
    }

    private mutating func closing(_ event: Event, isSent: Bool) -> Action {
        switch event {
        case .received: .discard
        case .drained: move(to: .closing(isSent: true), .none)
        // Whoever sends as much as to be given up has not heard of the end, or does not care.
        case .closeNotify, .lingerOver:
            isSent ? move(to: .closed, .closeChannel) : move(to: .flushing, .none)
        // What goes wrong in a connection that is being left is nobody's concern any more.
        case .endOfInput, .timerFired, .failed: move(to: .closed, .closeChannel)
        case .activated, .handshakeDone, .flush, .closeRequested: .none
        }
    }

    private mutating func flushing(_ event: Event) -> Action {
        switch event {
        case .drained, .endOfInput, .timerFired, .failed: move(to: .closed, .closeChannel)
        case .activated, .received, .handshakeDone, .flush, .closeNotify, .closeRequested,
            .lingerOver:
            .none
        }
    }

    /// Those above who close in answer to the failure get their wish at the end.
    private mutating func lingering(_ event: Event) -> Action {
        switch event {
        case .received: .drop
        case .lingerOver, .endOfInput, .timerFired, .failed: move(to: .closed, .closeChannel)
        case .activated, .handshakeDone, .flush, .closeNotify, .closeRequested, .drained: .none
        }
    }
}
