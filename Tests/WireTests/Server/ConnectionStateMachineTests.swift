import NIOCore
import Testing

@testable import Wire

/// All states of a connection by all events.
@Suite struct ConnectionStateMachineTests {
    enum Step: CaseIterable { case awaitingHello, admitting, ready, announced, draining, closed }

    private let start = NIODeadline.uptimeNanoseconds(1_000_000_000)
    private let limits = Limits.default

    private func after(_ milliseconds: Int) -> NIODeadline {
        start + .milliseconds(Int64(milliseconds))
    }

    /// A machine in the state, which has one open call, number 7, where calls may be open.
    private func machine(_ step: Step) -> ConnectionStateMachine {
        var machine = ConnectionStateMachine(limits: limits, ageFactor: 1, now: start)
        if step == .awaitingHello { return machine }
        if step == .closed {
            _ = machine.endOfInput()
            return machine
        }
        _ = machine.receiveHello(versions: [1])
        if step == .admitting { return machine }
        _ = machine.receiveAdmission(refusal: nil, now: start)
        _ = machine.receiveCall(id: 7)
        if step == .ready { return machine }
        _ = machine.drain(.draining, within: .seconds(1), now: start)
        if step == .announced { return machine }
        _ = machine.receivePong(opaque: ConnectionStateMachine.drainPing)
        return machine
    }

    private func isViolation(_ action: ConnectionStateMachine.Action) -> Bool {
        guard case .fail(let status) = action else { return false }
        return status.reason == "PROTOCOL_ERROR"
    }

    @Test(arguments: Step.allCases)
    func helloIsTakenOnce(_ step: Step) {
        var machine = machine(step)
        let action = machine.receiveHello(versions: [1, 2])
        switch step {
        case .awaitingHello: #expect(action == .admit)
        case .closed: #expect(action == .ignore)
        case .admitting, .ready, .announced, .draining: #expect(isViolation(action))
        }
    }

    @Test func helloWithoutOurVersionIsRefused() {
        var machine = machine(.awaitingHello)
        guard case .fail(let status) = machine.receiveHello(versions: [2, 3]) else {
            Issue.record("not refused")
            return
        }
        #expect(status.reason == "VERSION_NOT_SUPPORTED")
    }

    @Test(arguments: Step.allCases)
    func admissionCountsOnlyWhileItIsAwaited(_ step: Step) {
        var machine = machine(step)
        let action = machine.receiveAdmission(refusal: nil, now: start)
        #expect(action == (step == .admitting ? .sendHello : .ignore))
    }

    @Test func refusedAdmissionClosesWithTheAuthoritysStatus() {
        var machine = machine(.admitting)
        let refusal = RPCStatus(.permissionDenied, "SYSTEM_REVOKED", "revoked")
        #expect(machine.receiveAdmission(refusal: refusal, now: start) == .fail(refusal))
        #expect(machine.state == .closed)
    }

    @Test(arguments: Step.allCases)
    func callIsOpenedUntilTheLastOneIsNamed(_ step: Step) {
        var machine = machine(step)
        let action = machine.receiveCall(id: 8)
        switch step {
        case .awaitingHello, .admitting: #expect(isViolation(action))
        case .ready, .announced: #expect(action == .openCall)
        case .draining, .closed: #expect(action == .ignore)
        }
    }

    @Test(arguments: Step.allCases, [UInt32(0), 6, 7])
    func callIdMustGrow(_ step: Step, _ id: UInt32) {
        var machine = machine(step)
        let action = machine.receiveCall(id: id)
        #expect(step == .closed ? action == .ignore : isViolation(action))
    }

    @Test(arguments: Step.allCases)
    func frameOfAnEarlierCallIsDelivered(_ step: Step) {
        for id: UInt32 in [1, 7] {
            var machine = machine(step)
            let action = machine.receiveFrame(callID: id)
            switch step {
            case .awaitingHello, .admitting: #expect(isViolation(action))
            case .ready, .announced, .draining: #expect(action == .deliver)
            case .closed: #expect(action == .ignore)
            }
        }
    }

    @Test(arguments: Step.allCases)
    func frameOfACallNeverOpenedIsAViolation(_ step: Step) {
        var machine = machine(step)
        let action = machine.receiveFrame(callID: 8)
        #expect(step == .closed ? action == .ignore : isViolation(action))
    }

    @Test(arguments: Step.allCases)
    func pingsNeedAHello(_ step: Step) {
        var machine = machine(step)
        let action = machine.receiveConnectionFrame()
        switch step {
        case .awaitingHello, .admitting: #expect(isViolation(action))
        case .ready, .announced, .draining: #expect(action == .deliver)
        case .closed: #expect(action == .ignore)
        }
    }

    @Test(arguments: Step.allCases)
    func connectionCreditMustGiveSomething(_ step: Step) {
        var machine = machine(step)
        let action = machine.receiveConnectionCredit(bytes: 0)
        #expect(step == .closed ? action == .ignore : isViolation(action))
    }

    @Test(arguments: Step.allCases)
    func clientMayNotSendAServersFrames(_ step: Step) {
        var machine = machine(step)
        let action = machine.receiveServerFrame(.end)
        #expect(step == .closed ? action == .ignore : isViolation(action))
    }

    @Test(arguments: Step.allCases)
    func drainBeginsOnce(_ step: Step) {
        var machine = machine(step)
        let action = machine.drain(.draining, within: .seconds(1), now: start)
        switch step {
        case .awaitingHello, .admitting:
            #expect(action == .finishDrain(.draining, lastCallID: 0, close: true))
        case .ready: #expect(action == .announceDrain(.draining))
        case .announced, .draining, .closed: #expect(action == .none)
        }
    }

    @Test(arguments: Step.allCases)
    func pongOfTheDrainNamesTheLastCall(_ step: Step) {
        var machine = machine(step)
        let action = machine.receivePong(opaque: ConnectionStateMachine.drainPing)
        #expect(
            action
                == (step == .announced
                    ? .finishDrain(.draining, lastCallID: 7, close: false) : .none))
        #expect(machine.receivePong(opaque: 1) == .none)
    }

    @Test(arguments: [Step.ready, .announced, .draining])
    func lastCallOfADrainedConnectionClosesIt(_ step: Step) {
        var machine = machine(step)
        #expect(machine.endCall(now: start) == (step == .draining ? .close : .none))
    }

    @Test func drainWithoutCallsClosesWithThePong() {
        var machine = machine(.announced)
        _ = machine.endCall(now: start)
        #expect(
            machine.receivePong(opaque: ConnectionStateMachine.drainPing)
                == .finishDrain(.draining, lastCallID: 7, close: true))
    }

    @Test(arguments: Step.allCases)
    func endOfInputAborts(_ step: Step) {
        var machine = machine(step)
        #expect(machine.endOfInput() == (step == .closed ? .none : .abort))
        #expect(machine.state == .closed)
    }

    @Test func openCallsAreLimited() {
        var machine = machine(.ready)
        for id in 8..<UInt32(7 + limits.openCallsMax) {
            #expect(machine.receiveCall(id: id) == .openCall)
        }
        #expect(machine.openCalls == limits.openCallsMax)
        #expect(machine.receiveCall(id: 1_000) == .refuseCall(.tooManyOpenCalls))
        _ = machine.endCall(now: start)
        #expect(machine.receiveCall(id: 1_001) == .openCall)
    }

    /// The id above stands for all calls in a GoAway.
    @Test func lastCallIDIsTheOneBelowTheGreatestNumber() {
        for (id, isOpened) in [(UInt32(4_294_967_294), true), (4_294_967_295, false)] {
            var machine = machine(.ready)
            let action = machine.receiveCall(id: id)
            #expect(isOpened ? action == .openCall : isViolation(action))
        }
    }

    @Test func helloMustComeInTime() {
        for step in [Step.awaitingHello, .admitting] {
            var machine = machine(step)
            #expect(machine.tick(now: after(limits.helloMillisecondsMax - 1)) == .none)
            guard case .fail(let status) = machine.tick(now: after(limits.helloMillisecondsMax))
            else {
                Issue.record("still open")
                continue
            }
            #expect(status.reason == "HELLO_TIMEOUT")
        }
    }

    @Test func idleConnectionLeavesInOrderAndABusyOneStays() {
        var machine = machine(.ready)
        #expect(machine.tick(now: after(limits.idleMillisecondsMax)) == .none)
        _ = machine.endCall(now: after(10))
        #expect(machine.tick(now: after(limits.idleMillisecondsMax + 9)) == .none)
        #expect(
            machine.tick(now: after(limits.idleMillisecondsMax + 10)) == .announceDrain(.idle))
    }

    @Test func oldConnectionLeavesInOrderAndIsCutAfterItsGrace() {
        var machine = machine(.ready)
        let old = limits.ageMillisecondsMax
        #expect(machine.tick(now: after(old)) == .announceDrain(.maxAge))
        #expect(machine.tick(now: after(old + limits.drainMillisecondsMax - 1)) == .none)
        #expect(machine.tick(now: after(old + limits.drainMillisecondsMax)) == .abort)
    }

    private func isFrameTimeout(_ action: ConnectionStateMachine.Action) -> Bool {
        guard case .fail(let status) = action else { return false }
        return status.reason == "FRAME_TIMEOUT"
    }

    @Test func frameMustGoOn() {
        var machine = machine(.ready)
        machine.noteRead(insideFrame: true, isNewFrame: true, now: start)
        machine.noteRead(insideFrame: true, isNewFrame: false, now: after(5))
        #expect(machine.tick(now: after(limits.frameGapMillisecondsMax + 4)) == .none)
        #expect(isFrameTimeout(machine.tick(now: after(limits.frameGapMillisecondsMax + 5))))
    }

    /// Reads a byte every second until `milliseconds` are over; the last is of another frame if asked.
    private func drip(until milliseconds: Int, lastIsNew: Bool) -> ConnectionStateMachine {
        var machine = machine(.ready)
        for time in stride(from: 0, through: milliseconds, by: 1_000) {
            let isNew = time == 0 || lastIsNew && time + 1_000 > milliseconds
            machine.noteRead(insideFrame: true, isNewFrame: isNew, now: after(time))
        }
        return machine
    }

    @Test func frameThatDripsMustEndAllTheSame() {
        let limit = limits.frameMillisecondsMax
        var machine = drip(until: limit - 1_000, lastIsNew: false)
        #expect(machine.tick(now: after(limit - 1)) == .none)
        #expect(isFrameTimeout(machine.tick(now: after(limit))))
        var next = drip(until: limit - 1_000, lastIsNew: true)
        #expect(next.tick(now: after(limit)) == .none)
        next.noteRead(insideFrame: false, isNewFrame: false, now: after(limit))
        #expect(next.nextDeadline > after(limit + limits.frameGapMillisecondsMax))
    }

    @Test func timeInWhichTheServerLetsAFrameWaitIsNotThePeers() {
        var machine = machine(.ready)
        let gap = limits.frameGapMillisecondsMax
        machine.noteRead(insideFrame: true, isNewFrame: true, now: start)
        machine.holdFrame(true, now: after(5))
        #expect(machine.tick(now: after(3 * gap)) == .none)
        machine.holdFrame(true, now: after(3 * gap))
        machine.holdFrame(false, now: after(3 * gap + 5))
        machine.holdFrame(false, now: after(3 * gap + 6))
        #expect(machine.tick(now: after(4 * gap - 1)) == .none)
        #expect(isFrameTimeout(machine.tick(now: after(4 * gap))))
    }

    @Test func peerCannotKeepAFrameOpenByNotReadingItsAnswers() {
        var machine = machine(.ready)
        let most = limits.frameMillisecondsMax
        machine.noteRead(insideFrame: true, isNewFrame: true, now: start)
        // It lets the server write for a moment now and then, and is let wait otherwise.
        for time in stride(from: 0, to: 2 * most, by: most / 4) {
            machine.holdFrame(true, now: after(time))
            machine.holdFrame(false, now: after(time + most / 4))
        }
        #expect(isFrameTimeout(machine.tick(now: after(2 * most))))
    }

    @Test func frameThatDripsMustEndThoughTheServerLetsItWaitAgainAndAgain() {
        var machine = machine(.ready)
        // Every second a byte; half of the time the server does not look.
        for time in stride(from: 0, to: 2 * limits.frameMillisecondsMax, by: 1_000) {
            machine.holdFrame(false, now: after(time))
            #expect(machine.tick(now: after(time)) == .none)
            machine.noteRead(insideFrame: true, isNewFrame: time == 0, now: after(time))
            machine.holdFrame(true, now: after(time + 500))
        }
        let end = 2 * limits.frameMillisecondsMax
        machine.holdFrame(false, now: after(end))
        #expect(isFrameTimeout(machine.tick(now: after(end))))
    }

    @Test(arguments: Step.allCases)
    func messagesSpendTheConnectionsCreditUntilItIsClosed(_ step: Step) {
        var machine = machine(step)
        let action = machine.receiveStreamMessage(payloadBytes: 1_000, withhold: false)
        #expect(action == (step == .closed ? .ignore : .none))
        let spent = limits.connectionCreditBytes - machine.inboundCredit.available
        #expect(spent == (step == .closed ? 0 : 1_064))
    }

    @Test func connectionsCreditComesBackByHalfWindows() {
        var machine = machine(.ready)
        let half = limits.connectionCreditBytes / 2
        #expect(machine.receiveStreamMessage(payloadBytes: half - 65, withhold: false) == .none)
        #expect(
            machine.receiveStreamMessage(payloadBytes: 0, withhold: false) == .giveCredit(half + 63)
        )
        #expect(machine.inboundCredit.available == limits.connectionCreditBytes)
    }

    @Test func creditThatIsWithheldComesBackWhenThereIsRoom() {
        var machine = machine(.ready)
        let window = limits.connectionCreditBytes
        #expect(
            machine.receiveStreamMessage(payloadBytes: window, withhold: true) == .withholdCredit)
        #expect(machine.isWithholdingCredit)
        #expect(isViolation(machine.receiveStreamMessage(payloadBytes: 0, withhold: true)))

        machine = self.machine(.ready)
        _ = machine.receiveStreamMessage(payloadBytes: window, withhold: true)
        #expect(machine.giveWithheldCredit() == .giveCredit(window + 64))
        #expect(machine.giveWithheldCredit() == .none)
        #expect(machine.inboundCredit.available == window)
    }
}
