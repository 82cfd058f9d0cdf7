import Contract
import Testing

@testable import Wire

/// Pings of a caller to a server that does not answer them.
@Suite struct ClientPingTests {
    private func status(_ ping: Task<Duration, any Error>) async -> RPCStatus? {
        do {
            _ = try await ping.value
            return nil
        } catch {
            return error as? RPCStatus
        }
    }

    private func opaque(_ server: ScriptedConnection) async throws -> UInt64 {
        guard case .ping(let ping) = try await server.next() else { throw ScriptEnded() }
        return ping.opaque
    }

    @Test func pingThatIsNotAnsweredEndsWithItsTime() async throws {
        try await ScriptedServer.run { server, client in
            let ping = Task { try await client.ping(timeout: .milliseconds(30)) }
            let late = try await opaque(server)
            #expect(await status(ping)?.reason == "DEADLINE_EXCEEDED")
            // A Pong that nobody waits for is no violation.
            try await server.send(.pong(.with { $0.opaque = late }))
            #expect(try await client.ping(answeredBy: server) >= .zero)
        }
    }

    @Test func pingHasTheTimeOfTheKeepaliveWhereItHasNoneOfItsOwn() async throws {
        try await ScriptedServer.run {
            $0.keepaliveTimeout = .milliseconds(30)
        } _: { server, client in
            let ping = Task { try await client.ping() }
            _ = try await opaque(server)
            #expect(await status(ping)?.reason == "DEADLINE_EXCEEDED")
        }
    }

    @Test func cancelledPingEndsAtOnce() async throws {
        try await ScriptedServer.run { server, client in
            let ping = Task { try await client.ping(timeout: .seconds(3_600)) }
            _ = try await opaque(server)
            ping.cancel()
            #expect(await status(ping)?.code == .cancelled)
            let latch = Latch()
            let never = Task {
                await latch.wait()
                return try await client.ping(timeout: .seconds(3_600))
            }
            never.cancel()
            latch.open()
            #expect(await status(never)?.code == .cancelled)
        }
    }
}
