import Contract
import Dispatch
import Testing

@testable import Wire

/// Whether the loops that serve connections still do.
@Suite struct LoopsRespondTests {
    private static func hold(_ end: DispatchSemaphore) { end.wait() }

    @Test func aHandlerThatHoldsItsLoopIsNoticed() async throws {
        let entered = Latch()
        let end = DispatchSemaphore(value: 0)
        let handler: TestServer.Handler = { _, _ in
            entered.open()
            Self.hold(end)
            return EchoResponse()
        }
        try await TestServer.run(handler: handler) { server in
            #expect(await server.server.loopsRespond(within: .seconds(20)))
            let client = try await server.connect()
            async let answer = EchoServiceClient(client).echo(EchoRequest())
            await entered.wait()
            #expect(await !server.server.loopsRespond(within: .milliseconds(20)))
            end.signal()
            _ = try await answer
            #expect(await server.server.loopsRespond(within: .seconds(20)))
        }
    }
}
