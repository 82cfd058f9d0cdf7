import Testing

@testable import Wire

/// How much of streams a connection takes before their writers wait.
@Suite struct StreamOutboundTests {
    @Test func writersWaitAtTheLimitUntilTheKernelTakesSome() {
        let bytesMax = Limits.default.streamOutboundBytesMax
        var outbound = StreamOutbound()
        outbound.write(bytesMax - 1)
        #expect(outbound.hasRoom(bytesMax: bytesMax))
        outbound.write(1)
        #expect(!outbound.hasRoom(bytesMax: bytesMax))
        #expect(outbound.flush() == bytesMax)
        // Flushed is not taken.
        #expect(!outbound.hasRoom(bytesMax: bytesMax))
        outbound.sent(1)
        #expect(outbound.hasRoom(bytesMax: bytesMax))
    }
}
