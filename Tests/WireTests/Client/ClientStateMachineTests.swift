import Testing

@testable import Wire

/// All states of a client's connection by all events.
@Suite struct ClientStateMachineTests {
    enum Step: CaseIterable { case connecting, awaitingHello, ready, goingAway, closed }

    private let orderly = RPCStatus(.ok, "DRAINING", "bye")
    private let why = RPCStatus(.unavailable, "CONNECTION_LOST", "lost")

    /// A machine in the state, with call 1 made where calls can be.
    private func machine(_ step: Step) -> ClientStateMachine {
        var machine = ClientStateMachine()
        if step == .connecting { return machine }
        if step == .closed {
            _ = machine.close(why)
            return machine
        }
        _ = machine.handshakeCompleted()
        if step == .awaitingHello { return machine }
        _ = machine.receiveHello(versions: [1])
        _ = try? machine.openCall()
        if step == .goingAway {
            _ = machine.receiveGoAway(lastCallID: .max, status: orderly)
        }
        return machine
    }

    private func isViolation(_ action: ClientStateMachine.Action) -> Bool {
        guard case .close(let status) = action else { return false }
        return status.reason == "PROTOCOL_ERROR"
    }

    @Test(arguments: Step.allCases)
    func helloIsSentOnce(_ step: Step) {
        var machine = machine(step)
        #expect(machine.handshakeCompleted() == (step == .connecting ? .sendHello : .none))
    }

    @Test(arguments: Step.allCases)
    func helloAdmitsOnce(_ step: Step) {
        var machine = machine(step)
        let action = machine.receiveHello(versions: [1])
        switch step {
        case .awaitingHello: #expect(action == .admitted)
        case .closed: #expect(action == .none)
        case .connecting, .ready, .goingAway: #expect(isViolation(action))
        }
    }

    @Test func versionThatWasNotOfferedIsRefused() {
        for versions: [UInt32] in [[], [2], [1, 2]] {
            var machine = machine(.awaitingHello)
            guard case .close(let status) = machine.receiveHello(versions: versions) else {
                Issue.record("accepted")
                continue
            }
            #expect(status.reason == "VERSION_NOT_SUPPORTED")
        }
    }

    @Test(arguments: Step.allCases)
    func orderlyGoAwayFailsWhatWasNotStarted(_ step: Step) {
        var machine = machine(step)
        let action = machine.receiveGoAway(lastCallID: 4, status: orderly)
        switch step {
        case .connecting, .awaitingHello:
            #expect(action == .close(RPCStatus(.unavailable, "DRAINING", "bye")))
        case .ready, .goingAway: #expect(action == .failCalls(above: 4))
        case .closed: #expect(action == .none)
        }
    }

    @Test(arguments: Step.allCases)
    func goAwayWithAnErrorCloses(_ step: Step) {
        var machine = machine(step)
        let refusal = RPCStatus(.permissionDenied, "REVOKED", "no")
        let action = machine.receiveGoAway(lastCallID: 0, status: refusal)
        switch step {
        case .connecting, .awaitingHello: #expect(action == .close(refusal))
        case .ready, .goingAway: #expect(action == .leave(refusal, lastCallID: 0))
        case .closed: #expect(action == .none)
        }
        if step != .closed { #expect(machine.state == .closed(refusal)) }
    }

    @Test(arguments: Step.allCases)
    func callsAreMadeOnlyWhenReady(_ step: Step) {
        var machine = machine(step)
        do {
            let id = try machine.openCall()
            #expect(step == .ready && id == 2)
        } catch {
            #expect(step == .closed ? error == why : error.reason == "NOT_PROCESSED")
        }
    }

    @Test func connectionWithoutCallIDsTakesNoFurtherCalls() throws {
        var machine = ClientStateMachine(lastCallID: 4_294_967_292)
        _ = machine.handshakeCompleted()
        _ = machine.receiveHello(versions: [1])
        #expect(try machine.openCall() == 4_294_967_293)
        #expect(machine.state == .ready)
        #expect(try machine.openCall() == 4_294_967_294)
        #expect(machine.state == .goingAway)
        #expect(throws: RPCStatus.self) { try machine.openCall() }
    }

    @Test(arguments: Step.allCases, [UInt32(0), 1, 2])
    func endIsTakenForCallsThatWereMade(_ step: Step, _ id: UInt32) {
        var machine = machine(step)
        let action = machine.receiveCallFrame(id: id)
        switch step {
        case .connecting, .awaitingHello: #expect(isViolation(action))
        case .ready, .goingAway: #expect(id == 1 ? action == .none : isViolation(action))
        case .closed: #expect(action == .none)
        }
    }

    @Test(arguments: Step.allCases)
    func pingsNeedAHello(_ step: Step) {
        var machine = machine(step)
        let action = machine.receivePing()
        #expect(
            step == .connecting || step == .awaitingHello
                ? isViolation(action) : action == .none)
    }

    @Test(arguments: Step.allCases)
    func serverMayNotSendAClientsFrames(_ step: Step) {
        var machine = machine(step)
        let action = machine.receiveClientFrame()
        #expect(step == .closed ? action == .none : isViolation(action))
    }
}
