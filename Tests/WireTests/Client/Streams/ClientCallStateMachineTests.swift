import Testing

@testable import Wire

/// What a server's frames mean for calls of each kind.
@Suite struct ClientCallStateMachineTests {
    typealias Action = ClientCallStateMachine.Action

    static let kinds: [CallKind] = [.unary, .serverStream, .clientStream, .bidirectional]

    private func machine(_ kind: CallKind, credit: Int = 100) -> ClientCallStateMachine {
        ClientCallStateMachine(kind: kind, creditBytes: credit)
    }

    private func isViolation(_ action: Action) -> Bool {
        if case .violation = action { true } else { false }
    }

    @Test(arguments: kinds)
    func messagesComeOnlyForStreamsOfAnswers(_ kind: CallKind) {
        var machine = machine(kind)
        let action = machine.receiveMessage(
            payloadBytes: 1, hasMetadata: false, endOfStream: false)
        if kind == .serverStream || kind == .bidirectional {
            #expect(action == .deliver)
        } else {
            #expect(isViolation(action))
        }
    }

    @Test func messageThatEndsTheStreamIsAViolation() {
        var machine = machine(.serverStream)
        #expect(
            isViolation(
                machine.receiveMessage(payloadBytes: 1, hasMetadata: false, endOfStream: true)))
    }

    @Test func messageThatSaysNothingIsAViolation() {
        var machine = machine(.serverStream)
        #expect(
            isViolation(
                machine.receiveMessage(payloadBytes: nil, hasMetadata: false, endOfStream: false)))
    }

    @Test func leadingMetadataComesFirstOrNever() {
        var machine = machine(.serverStream)
        #expect(
            machine.receiveMessage(payloadBytes: nil, hasMetadata: true, endOfStream: false)
                == .deliver)
        #expect(
            machine.receiveMessage(payloadBytes: 1, hasMetadata: false, endOfStream: false)
                == .deliver)
        #expect(
            isViolation(
                machine.receiveMessage(payloadBytes: 1, hasMetadata: true, endOfStream: false)))
        #expect(isViolation(machine.receiveEnd(hasPayload: false, hasMetadata: true)))
        #expect(machine.receiveEnd(hasPayload: false, hasMetadata: false) == .deliver)
    }

    @Test func metadataAloneCostsNoCredit() {
        var machine = machine(.serverStream, credit: 1)
        _ = machine.receiveMessage(payloadBytes: nil, hasMetadata: true, endOfStream: false)
        #expect(
            machine.receiveMessage(payloadBytes: 500, hasMetadata: false, endOfStream: false)
                == .deliver)
        #expect(
            isViolation(
                machine.receiveMessage(payloadBytes: 0, hasMetadata: false, endOfStream: false)))
    }

    @Test func creditGivenBackIsSpentAgain() {
        var machine = machine(.serverStream, credit: 64)
        _ = machine.receiveMessage(payloadBytes: 0, hasMetadata: false, endOfStream: false)
        #expect(machine.giveBack(64) == true)
        #expect(
            machine.receiveMessage(payloadBytes: 0, hasMetadata: false, endOfStream: false)
                == .deliver)
    }

    @Test(arguments: kinds)
    func endHasAnAnswerWhereThereIsOne(_ kind: CallKind) {
        let machine = machine(kind)
        let isStream = kind == .serverStream || kind == .bidirectional
        #expect(isViolation(machine.receiveEnd(hasPayload: true, hasMetadata: false)) == isStream)
        #expect(machine.receiveEnd(hasPayload: false, hasMetadata: true) == .deliver)
    }

    @Test(arguments: kinds)
    func creditComesOnlyForStreamsOfRequests(_ kind: CallKind) {
        var machine = machine(kind)
        let isStream = kind == .clientStream || kind == .bidirectional
        #expect((machine.receiveCredit(bytes: 5) == .deliver) == isStream)
        #expect(isViolation(machine.receiveCredit(bytes: 0)))
        #expect(isViolation(machine.receiveCredit(bytes: CreditWindow.bytesMax)))
    }

    @Test func messagesAreSentWhileTheWindowIsAboveZero() {
        var machine = machine(.clientStream, credit: 65)
        #expect(machine.maySend)
        machine.send(payloadBytes: 0)
        #expect(machine.maySend)
        machine.send(payloadBytes: 0)
        #expect(!machine.maySend)
        #expect(machine.receiveCredit(bytes: 63) == .deliver)
        #expect(!machine.maySend)
        #expect(machine.receiveCredit(bytes: 1) == .deliver)
        #expect(machine.maySend)
    }

    @Test func framesOfAnAbandonedCallAreCheckedAndIgnored() {
        var machine = machine(.bidirectional, credit: 64)
        #expect(machine.abandon() == true)
        #expect(machine.abandon() == false)
        #expect(
            machine.receiveMessage(payloadBytes: 0, hasMetadata: true, endOfStream: false)
                == .ignore)
        #expect(machine.receiveCredit(bytes: 5) == .ignore)
        #expect(machine.giveBack(64) == false)
        #expect(
            isViolation(
                machine.receiveMessage(payloadBytes: 0, hasMetadata: false, endOfStream: false)))
        #expect(machine.receiveEnd(hasPayload: false, hasMetadata: false) == .ignore)
    }
}
