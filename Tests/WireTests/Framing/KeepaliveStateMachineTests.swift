import NIOCore
import Testing

@testable import Wire

@Suite struct KeepaliveStateMachineTests {
    private let start = NIODeadline.uptimeNanoseconds(1_000_000_000)
    private let limits = Limits.default

    private func after(_ milliseconds: Int) -> NIODeadline {
        start + .milliseconds(Int64(milliseconds))
    }

    @Test func slowPingsAreAnsweredForEver() {
        var machine = KeepaliveStateMachine(limits: limits, now: start)
        for count in 1...20 {
            let time = after(count * limits.pingIntervalMillisecondsMin)
            #expect(machine.receivePing(now: time) == .pong)
        }
    }

    @Test func strikesAreForgivenUpToTheLimit() {
        var machine = KeepaliveStateMachine(limits: limits, now: start)
        for _ in 0...limits.pingStrikesMax { #expect(machine.receivePing(now: start) == .pong) }
        #expect(machine.receivePing(now: start) == .tooManyPings)
    }

    @Test func pingAfterACallIsNoStrike() {
        var machine = KeepaliveStateMachine(limits: limits, now: start)
        for _ in 0..<20 {
            machine.noteCall()
            #expect(machine.receivePing(now: start) == .pong)
        }
    }

    @Test func silentPeerIsAskedThenGivenUp() {
        var machine = KeepaliveStateMachine(limits: limits, now: start)
        #expect(machine.tick(now: after(limits.keepaliveMilliseconds - 1)) == .none)
        #expect(machine.tick(now: after(limits.keepaliveMilliseconds)) == .sendPing)
        let over = limits.keepaliveMilliseconds + limits.keepaliveTimeoutMilliseconds
        #expect(machine.nextDeadline == after(over))
        #expect(machine.tick(now: after(over - 1)) == .none)
        #expect(machine.tick(now: after(over)) == .peerIsGone)
    }

    @Test func anyByteIsASignOfLife() {
        var machine = KeepaliveStateMachine(limits: limits, now: start)
        #expect(machine.tick(now: after(limits.keepaliveMilliseconds)) == .sendPing)
        machine.receiveBytes(now: after(limits.keepaliveMilliseconds + 1))
        #expect(machine.nextDeadline == after(2 * limits.keepaliveMilliseconds + 1))
    }
}
