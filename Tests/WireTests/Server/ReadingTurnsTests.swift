import NIOCore
import Testing

@testable import Wire

@Suite struct ReadingTurnsTests {
    @Test func aTurnHasSoManyFrames() {
        var turns = ReadingTurns()
        turns.begin()
        for _ in 1..<ReadingTurns.framesMax { turns.take(1) }
        #expect(!turns.isOver)
        turns.take(1)
        #expect(turns.isOver)
    }

    @Test func aTurnHasSoManyBytes() {
        var turns = ReadingTurns()
        turns.begin()
        turns.take(ReadingTurns.bytesMax - 1)
        #expect(!turns.isOver)
        turns.take(1)
        #expect(turns.isOver)
    }

    @Test func aTurnHasSoMuchTimeForFramesThatMayTakeLong() {
        var turns = ReadingTurns()
        turns.begin()
        turns.take(1_024, after: ReadingTurns.timeMax)
        #expect(!turns.isOver)
        turns.take(1_024, after: ReadingTurns.timeMax + .nanoseconds(1))
        #expect(turns.isOver)
        turns.begin()
        #expect(!turns.isOver)
        turns.take(100, after: .seconds(1))
        #expect(!turns.isOver, "small ones are counted, not timed")
    }

    @Test func theNextTurnBeginsAnew() {
        var turns = ReadingTurns()
        turns.take(ReadingTurns.bytesMax)
        #expect(turns.hasTaken)
        turns.begin()
        #expect(!turns.isOver)
        #expect(!turns.hasTaken)
    }

    /// Many more calls than a turn has, in one write, are all answered, in their order.
    @Test func whatTakesManyTurnsIsAnsweredInOrder() async throws {
        try await TestServer.run { server in
            let peer = try await RawPeer.admitted(server)
            var bytes: [UInt8] = []
            for id in UInt32(1)...1_000 {
                let frame = try Frame.with {
                    $0.kind = .call(
                        .with {
                            $0.callID = id
                            $0.method = "no.such/Method"
                        })
                }.encoded()
                bytes += withUnsafeBytes(of: UInt32(frame.count).bigEndian, Array.init) + frame
            }
            try await peer.send(bytes: bytes)
            for id in UInt32(1)...1_000 { #expect(await peer.nextEnd()?.callID == id) }
        }
    }
}

extension ReadingTurns {
    fileprivate mutating func take(_ frameBytes: Int, after time: TimeAmount = .zero) {
        let start = NIODeadline.uptimeNanoseconds(0)
        took(frameBytes: frameBytes, since: start) { start + time }
    }
}
