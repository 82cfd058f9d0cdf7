import Testing

@testable import Wire

/// All states of a call by all events.
@Suite struct CallStateMachineTests {
    enum Step: CaseIterable { case idle, running, streaming, halfClosed, ended }

    /// A machine of a bidirectional call in the state, or of a unary one for `running`.
    private func machine(_ step: Step) -> CallStateMachine {
        let kind: CallKind = step == .running ? .unary : .bidirectional
        var machine = CallStateMachine(kind: kind, creditBytes: 100)
        if step == .idle { return machine }
        _ = machine.receiveCall(
            hasPayload: true, payloadBytes: 10, endOfStream: step != .streaming)
        if step == .ended { _ = machine.sendEnd() }
        return machine
    }

    @Test(arguments: Step.allCases)
    func callIsStartedOnceOnly(_ step: Step) {
        var machine = machine(step)
        let action = machine.receiveCall(hasPayload: true, payloadBytes: 1, endOfStream: true)
        if step == .idle {
            #expect(action == .start(hasMessage: true))
        } else {
            #expect(action == .violation("a call id was used twice"))
        }
    }

    @Test(arguments: Step.allCases)
    func messageIsDeliveredOnlyWhileTheClientMayStream(_ step: Step) {
        var machine = machine(step)
        let action = machine.receiveMessage(hasPayload: true, payloadBytes: 1, endOfStream: false)
        switch step {
        case .streaming: #expect(action == .deliver(hasMessage: true, isLast: false))
        case .ended: #expect(action == .ignore)
        case .idle, .running, .halfClosed:
            #expect(action == .violation("a message came after the end of its stream"))
        }
    }

    @Test(arguments: Step.allCases)
    func creditLetsAnOpenCallWriteOn(_ step: Step) {
        var machine = machine(step)
        #expect(machine.receiveCredit(bytes: 5) == (step == .ended ? .ignore : .resumeWriting))
    }

    @Test(arguments: Step.allCases)
    func creditOfNothingIsAViolationUntilTheEnd(_ step: Step) {
        var machine = machine(step)
        let violation = CallStateMachine.Action.violation(
            "a Credit frame gives nothing or too much")
        #expect(machine.receiveCredit(bytes: 0) == (step == .ended ? .ignore : violation))
    }

    @Test(arguments: Step.allCases)
    func cancelCancelsUntilTheEnd(_ step: Step) {
        var machine = machine(step)
        #expect(machine.receiveCancel() == (step == .ended ? .ignore : .cancel))
    }

    @Test(arguments: Step.allCases)
    func endIsSentOnceAndOnlyForAStartedCall(_ step: Step) {
        var machine = machine(step)
        #expect(machine.sendEnd() == (step != .idle && step != .ended))
        #expect(machine.sendEnd() == false)
    }

    @Test(arguments: Step.allCases)
    func onlyAStreamingKindSendsMessagesAndOnlyWhileOpen(_ step: Step) {
        var machine = machine(step)
        #expect(machine.sendMessage(payloadBytes: 1) == (step == .streaming || step == .halfClosed))
    }

    @Test(arguments: [CallKind.unary, .serverStream])
    func callOfOneMessageMustEndItsStream(_ kind: CallKind) {
        var machine = CallStateMachine(kind: kind, creditBytes: 100)
        #expect(
            machine.receiveCall(hasPayload: true, payloadBytes: 1, endOfStream: false)
                == .refuse(.wrongCallKind))
    }

    @Test func streamMayBeginWithoutAMessage() {
        var machine = CallStateMachine(kind: .clientStream, creditBytes: 100)
        #expect(
            machine.receiveCall(hasPayload: false, payloadBytes: 0, endOfStream: false)
                == .start(hasMessage: false))
        #expect(
            machine.receiveMessage(hasPayload: false, payloadBytes: 0, endOfStream: true)
                == .deliver(hasMessage: false, isLast: true))
    }

    @Test func messageLargerThanTheWindowPassesWhileItIsOpenAndNoOtherAfterIt() {
        // The call's first message took 10 + 64 of 100.
        var machine = machine(.streaming)
        #expect(machine.inboundCredit.available == 26)
        #expect(
            machine.receiveMessage(hasPayload: true, payloadBytes: 500, endOfStream: false)
                == .deliver(hasMessage: true, isLast: false))
        #expect(
            machine.receiveMessage(hasPayload: true, payloadBytes: 0, endOfStream: false)
                == .violation("a call sent more than its credit"))
    }

    @Test func endOfAStreamNeedsNoCredit() {
        var machine = machine(.streaming)
        _ = machine.receiveMessage(hasPayload: true, payloadBytes: 500, endOfStream: false)
        #expect(
            machine.receiveMessage(hasPayload: false, payloadBytes: 0, endOfStream: true)
                == .deliver(hasMessage: false, isLast: true))
    }

    @Test func writerWaitsForCredit() {
        var machine = machine(.streaming)
        #expect(machine.sendMessage(payloadBytes: 36) == true)
        #expect(machine.sendMessage(payloadBytes: 0) == false)
        #expect(machine.receiveCredit(bytes: 1) == .resumeWriting)
        #expect(machine.sendMessage(payloadBytes: 1) == true)
    }
}
