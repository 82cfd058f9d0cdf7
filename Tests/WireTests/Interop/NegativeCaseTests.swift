import Contract
import Synchronization
import Testing

@testable import Wire

/// gRPC's negative cases in the terms of this protocol: a server that breaks off, and what its client
/// makes of it. A reset of HTTP/2 is an End with a status here, or the end of the connection.
@Suite struct NegativeCaseTests {
    private static let large = 314_159
    private static let broken = RPCStatus(.internal, "BROKEN_OFF", "the server broke off")

    private static func answer() throws -> [UInt8] {
        try UnaryCallResponse.with {
            $0.payload = .with { $0.body = [UInt8](repeating: 0, count: large) }
        }.encoded()
    }

    private static func largeUnary(_ caller: any RPCCaller) async throws {
        let answer = try await TestServiceClient(caller).unaryCall(
            .with { $0.responseSize = UInt32(large) })
        #expect(answer.payload?.body.count == large)
    }

    /// goaway: the call in flight is answered, the next one goes over another connection by itself.
    @Test func goaway() async throws {
        let server = try await ScriptedServer.start()
        let channel = RPCChannel(ChannelConfiguration(try server.clientConfiguration()))
        async let calls: Void = {
            try await Self.largeUnary(channel)
            try await Self.largeUnary(channel)
        }()
        let first = try await server.accept()
        let call = try await first.nextCall()
        try await first.send(
            .goAway(call.callID), .end(call.callID, payload: try Self.answer()))
        let second = try await server.accept()
        let again = try await second.nextCall()
        try await second.send(.end(again.callID, payload: try Self.answer()))
        try await calls
        await channel.close()
        await server.stop()
    }

    /// rst_after_header: leading metadata and then nothing but a status.
    @Test func rstAfterHeader() async throws {
        try await stream { server, callID in
            try await server.send(
                .message(
                    .with {
                        $0.callID = callID
                        $0.metadata = [.with { $0.key = "a" }]
                    }), .end(callID, Self.broken))
        } read: { answers in
            #expect(await answers.metadata.text("a") == "")
            let status = await #expect(throws: RPCStatus.self) { try await answers.next() }
            #expect(status?.reason == "BROKEN_OFF")
        }
    }

    /// rst_during_data: half of a message is none.
    @Test func rstDuringData() async throws {
        try await stream { server, _ in
            try await server.send(bytes: [0, 0, 1, 0, 0x1a, 0xfd, 0x01])
            await server.close()
        } read: { answers in
            let status = await #expect(throws: RPCStatus.self) { try await answers.next() }
            #expect(status?.code == .unavailable)
            #expect(status?.reason == "CONNECTION_LOST")
            #expect(status?.isSafeToRetry == false)
        }
    }

    /// rst_after_data: a whole message is delivered before the status that ends the call.
    @Test func rstAfterData() async throws {
        try await stream { server, callID in
            try await server.send(
                .message(
                    try .with {
                        $0.callID = callID
                        $0.payload = try Self.answer()
                        $0.hasPayload = true
                    }), .end(callID, Self.broken))
        } read: { answers in
            let answer = try await answers.next()
            #expect(answer?.payload?.body.count == Self.large)
            let status = await #expect(throws: RPCStatus.self) { try await answers.next() }
            #expect(status?.reason == "BROKEN_OFF")
        }
    }

    /// ping: each is answered with its value, before and after the answer of a call.
    @Test func ping() async throws {
        try await ScriptedServer.run(limits: ConnectionLimits(.default)) { server, client in
            async let called: Void = Self.largeUnary(client)
            let call = try await server.nextCall()
            try await server.send(
                .ping(.with { $0.opaque = 1 }), .ping(.with { $0.opaque = 2 }),
                .end(call.callID, payload: try Self.answer()), .ping(.with { $0.opaque = 3 }))
            for opaque: UInt64 in 1...3 {
                guard case .pong(let pong) = try await server.next() else {
                    Issue.record("no Pong \(opaque)")
                    return
                }
                #expect(pong.opaque == opaque)
            }
            try await called
        }
    }

    /// max_streams: no more calls are open than the Hello allows; those beyond wait.
    @Test func maxStreams() async throws {
        let server = try await ScriptedServer.start()
        var configuration = ChannelConfiguration(try server.clientConfiguration())
        configuration.connectionsMax = 1
        let channel = RPCChannel(configuration)
        async let calls: Void = withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<10 { group.addTask { try await Self.largeUnary(channel) } }
            try await group.waitForAll()
        }
        var limits = ConnectionLimits(.default)
        limits.openCallsMax = 1
        let connection = try await server.accept(limits: limits)
        for _ in 0..<10 {
            // Whatever came before the End of this call would be a second one that is open.
            let call = try await connection.nextCall()
            try await connection.send(.ping(.with { $0.opaque = UInt64(call.callID) }))
            guard case .pong = try await connection.next() else {
                Issue.record("a second call is open")
                break
            }
            try await connection.send(.end(call.callID, payload: try Self.answer()))
        }
        try await calls
        await channel.close()
        await server.stop()
    }

    /// Plays a script with one streaming call and reads its answers.
    private func stream(
        script: (ScriptedConnection, UInt32) async throws -> Void,
        read: (ResponseStream<StreamingOutputCallResponse>) async throws -> Void
    ) async throws {
        try await ScriptedServer.run(limits: ConnectionLimits(.default)) { server, client in
            let answers = try await TestServiceClient(client).streamingOutputCall(
                StreamingOutputCallRequest())
            try await script(server, try await server.nextCall().callID)
            try await read(answers)
        }
    }
}
