import Contract
import Testing

@testable import Wire

/// Whether a client notices that its server is gone.
@Suite struct ConnectionKeepaliveTests {
    @Test func serverThatIsSilentIsLeft() async throws {
        try await ScriptedServer.run {
            $0.keepaliveInterval = .milliseconds(20)
            $0.keepaliveTimeout = .milliseconds(20)
        } _: { server, client in
            let stream: ResponseStream<EchoResponse> = try await client.serverStream(
                EchoMessages.method(.serverStream), EchoRequest(), options: CallOptions())
            _ = try await server.nextCall()
            guard case .ping = try await server.next() else {
                Issue.record("no Ping")
                return
            }
            do {
                _ = try await stream.next()
                Issue.record("answered")
            } catch {
                #expect((error as? RPCStatus)?.reason == "CONNECTION_LOST")
                #expect((error as? RPCStatus)?.message == "the server does not answer any more")
            }
        }
    }

    @Test func serverThatAnswersIsKept() async throws {
        try await ScriptedServer.run {
            $0.keepaliveInterval = .milliseconds(5)
        } _: { server, client in
            for _ in 0..<5 {
                guard case .ping(let ping) = try await server.next() else {
                    Issue.record("no Ping")
                    return
                }
                try await server.send(.pong(.with { $0.opaque = ping.opaque }))
            }
            #expect(try await client.ping(answeredBy: server) >= .zero)
        }
    }

    @Test func clientPingsNoOftenerThanTheServerLikes() async throws {
        let limits = ConnectionLimits.with {
            $0.openCallsMax = 8
            $0.pingIntervalMillisecondsMin = 60_000
        }
        try await ScriptedServer.run(limits: limits) {
            $0.keepaliveInterval = .milliseconds(1)
        } _: { server, client in
            let call = Task { () -> EchoResponse in
                try await client.call(
                    EchoMessages.method(.unary), EchoRequest(),
                    options: CallOptions(timeout: .milliseconds(50)))
            }
            _ = try await server.nextCall()
            // What comes next is the end of the call's time, and no Ping before it.
            guard case .cancel = try await server.next() else {
                Issue.record("another frame")
                return
            }
            _ = try? await call.value
        }
    }
}
