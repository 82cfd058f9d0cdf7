import Testing

@testable import Wire

@Suite struct TLSStateMachineTests {
    typealias State = TLSStateMachine.State
    typealias Event = TLSStateMachine.Event
    typealias Action = TLSStateMachine.Action

    private static let failure = TLSFailure(.protocolViolation)

    private static let states: [State] = [
        .idle, .handshaking, .active, .inputClosed, .closing(isSent: false),
        .closing(isSent: true), .flushing, .lingering, .closed,
    ]

    private static let events: [Event] = [
        .activated, .received, .handshakeDone, .flush, .closeNotify, .closeRequested, .drained,
        .endOfInput, .timerFired, .failed(failure), .lingerOver,
    ]

    /// Every pair that changes the state or does something. All others do nothing.
    private static let moves: [(from: State, event: Event, to: State, action: Action)] = [
        (.idle, .activated, .handshaking, .beginHandshake),
        (.idle, .closeRequested, .closed, .closeChannel),
        (.idle, .endOfInput, .closed, .none),
        (.idle, .failed(failure), .closed, .fail(failure)),

        (.handshaking, .received, .handshaking, .advanceHandshake),
        (.handshaking, .handshakeDone, .active, .announce),
        (.handshaking, .closeNotify, .closed, .fail(TLSFailure(.closedInHandshake))),
        (.handshaking, .closeRequested, .closed, .closeChannel),
        (.handshaking, .endOfInput, .closed, .fail(TLSFailure(.closedInHandshake))),
        (.handshaking, .timerFired, .closed, .fail(TLSFailure(.timeout))),
        (.handshaking, .failed(failure), .lingering, .fail(failure)),

        (.active, .received, .active, .decrypt),
        (.active, .flush, .active, .encrypt),
        (.active, .closeNotify, .inputClosed, .announceInputClosed),
        (.active, .closeRequested, .closing(isSent: false), .sendCloseNotify),
        (.active, .endOfInput, .closed, .announceTruncation),
        (.active, .failed(failure), .lingering, .fail(failure)),

        (.inputClosed, .flush, .inputClosed, .encrypt),
        (.inputClosed, .closeRequested, .flushing, .sendCloseNotify),
        (.inputClosed, .endOfInput, .closed, .closeChannel),
        (.inputClosed, .timerFired, .closed, .closeChannel),
        (.inputClosed, .failed(failure), .closed, .fail(failure)),

        (.closing(isSent: false), .received, .closing(isSent: false), .discard),
        (.closing(isSent: false), .drained, .closing(isSent: true), .none),
        (.closing(isSent: false), .closeNotify, .flushing, .none),
        (.closing(isSent: false), .lingerOver, .flushing, .none),
        (.closing(isSent: false), .endOfInput, .closed, .closeChannel),
        (.closing(isSent: false), .timerFired, .closed, .closeChannel),
        (.closing(isSent: false), .failed(failure), .closed, .closeChannel),

        (.closing(isSent: true), .received, .closing(isSent: true), .discard),
        (.closing(isSent: true), .closeNotify, .closed, .closeChannel),
        (.closing(isSent: true), .lingerOver, .closed, .closeChannel),
        (.closing(isSent: true), .endOfInput, .closed, .closeChannel),
        (.closing(isSent: true), .timerFired, .closed, .closeChannel),
        (.closing(isSent: true), .failed(failure), .closed, .closeChannel),

        (.flushing, .drained, .closed, .closeChannel),
        (.flushing, .endOfInput, .closed, .closeChannel),
        (.flushing, .timerFired, .closed, .closeChannel),
        (.flushing, .failed(failure), .closed, .closeChannel),

        (.lingering, .received, .lingering, .drop),
        (.lingering, .lingerOver, .closed, .closeChannel),
        (.lingering, .endOfInput, .closed, .closeChannel),
        (.lingering, .timerFired, .closed, .closeChannel),
        (.lingering, .failed(failure), .closed, .closeChannel),

        (.closed, .closeRequested, .closed, .closeChannel),
    ]

    @Test func everyEventInEveryState() {
        for state in Self.states {
            for event in Self.events {
                let move = Self.moves.first { $0.from == state && $0.event == event }
                var machine = TLSStateMachine(state: state)
                let action = machine.handle(event)
                #expect(action == move?.action ?? .none, "\(event) in \(state)")
                #expect(machine.state == move?.to ?? state, "\(event) in \(state)")
            }
        }
    }

    @Test func nothingLeadsOutOfClosed() {
        for event in Self.events {
            var machine = TLSStateMachine(state: .closed)
            _ = machine.handle(event)
            #expect(machine.state == .closed)
        }
    }

    @Test func plaintextIsPassedOnInOneStateOnly() {
        let delivering = Self.states.filter { TLSStateMachine(state: $0).deliversPlaintext }
        #expect(delivering == [.active])
    }

    @Test func writesAreAcceptedUntilTheCloseOfThisSide() {
        let accepting = Self.states.filter { TLSStateMachine(state: $0).acceptsWrites }
        #expect(accepting == [.idle, .handshaking, .active, .inputClosed])
    }

    @Test func ciphertextIsKeptOnlyWhereItIsRead() {
        for state in Self.states {
            var machine = TLSStateMachine(state: state)
            let isRead = machine.handle(.received) != .none
            #expect(TLSStateMachine(state: state).takesInput == isRead, "\(state)")
        }
    }
}
