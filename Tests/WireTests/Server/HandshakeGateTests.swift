import Contract
import NIOCore
import NIOEmbedded
import Synchronization
import Testing

@testable import Wire

/// How many handshakes there are at once, and that nobody without a certificate takes all of them.
@Suite struct HandshakeGateTests {
    private func gate(handshakesMax: Int, connectionsMax: Int) -> HandshakeGate {
        var limits = Limits.default
        limits.handshakesMax = handshakesMax
        limits.connectionsMax = connectionsMax
        return HandshakeGate(limits: limits)
    }

    @Test func gateShutsAtTheLimitOfHandshakesAndOpensOnce() {
        let gate = gate(handshakesMax: 2, connectionsMax: 10)
        let resumed = Mutex(0)
        gate.connectionAccepted()
        #expect(gate.mayAccept {})
        gate.connectionAccepted()
        #expect(!gate.mayAccept { resumed.withLock { $0 += 1 } })
        gate.handshakeEnded()
        gate.handshakeEnded()
        #expect(resumed.withLock { $0 } == 1)
        #expect(gate.mayAccept {})
    }

    @Test func gateShutsAtTheLimitOfConnectionsThoughTheirHandshakesAreOver() {
        let gate = gate(handshakesMax: 2, connectionsMax: 1)
        let resumed = Mutex(0)
        gate.connectionAccepted()
        gate.handshakeEnded()
        #expect(!gate.mayAccept { resumed.withLock { $0 += 1 } })
        gate.connectionClosed()
        #expect(resumed.withLock { $0 } == 1)
    }

    @Test func gateThatOpensLeavesTheTurnToThoseWhoWaitForIt() throws {
        let loop = EmbeddedEventLoop()
        let turns = HandshakeTurns(eventLoop: loop)
        let gate = gate(handshakesMax: 1, connectionsMax: 10)
        let reads = ReadCounter()
        let channel = EmbeddedChannel(loop: loop)
        try channel.pipeline.syncOperations.addHandlers([
            reads,
            AcceptHandler(
                gate: gate, registry: ConnectionRegistry(limits: .default), patience: .hours(1),
                turns: turns),
        ])
        gate.connectionAccepted()
        channel.read()
        #expect(reads.count == 0, "the gate is shut")
        turns.spend {}
        gate.handshakeEnded()
        loop.run()
        #expect(reads.count == 0, "the loop rests")
        loop.advanceTime(by: HandshakeTurns.restMin)
        #expect(reads.count == 1)
        _ = try? channel.finish()
    }

    @Test func connectionBehindAHandshakeThatStandsStillIsServedAfterIt() async throws {
        var limits = Limits.default
        limits.handshakesMax = 1
        try await TestServer.run(limits: limits) { server in
            let silent = try await SilentPeer.connect(port: server.port)
            while server.server.statistics.openConnections < 1 { await Task.yield() }
            async let good = server.connect()
            await silent.close()
            _ = try await EchoServiceClient(try await good).echo(EchoRequest())
            #expect(server.server.statistics.handshakesFailed == 1)
        }
    }

    @Test func aHandshakeThatStandsStillMakesRoomForWhoWaits() async throws {
        var limits = Limits.default
        limits.handshakesMax = 1
        limits.crowdedHandshakeMillisecondsMax = 20
        try await TestServer.run(limits: limits) { server in
            let silent = try await SilentPeer.connect(port: server.port)
            while server.server.statistics.openConnections < 1 { await Task.yield() }
            let good = try await server.connect()
            _ = try await EchoServiceClient(good).echo(EchoRequest())
            try await silent.closedByServer()
            #expect(server.server.statistics.handshakesFailed == 1)
        }
    }

    /// Nobody waits for its place: it has all its time.
    @Test func aHandshakeThatKeepsNobodyOutIsLeftAlone() async throws {
        var limits = Limits.default
        limits.handshakesMax = 3
        limits.crowdedHandshakeMillisecondsMax = 1
        try await TestServer.run(limits: limits) { server in
            let silent = try await SilentPeer.connect(port: server.port)
            while server.server.statistics.openConnections < 1 { await Task.yield() }
            for _ in 1...3 {
                let good = try await server.connect()
                _ = try await EchoServiceClient(good).echo(EchoRequest())
            }
            #expect(server.server.statistics.handshakesFailed == 0)
            await silent.close()
        }
    }

    @Test func handshakesOfOneAddressAreLimitedAndItsAdmittedConnectionsAreNot() async throws {
        var limits = Limits.default
        limits.addressHandshakesMax = 2
        try await TestServer.run(limits: limits) { server in
            let clients = [
                try await server.connect(), try await server.connect(), try await server.connect(),
            ]
            let first = try await SilentPeer.connect(port: server.port)
            let second = try await SilentPeer.connect(port: server.port)
            while server.server.statistics.openConnections < 5 { await Task.yield() }
            let third = try await SilentPeer.connect(port: server.port)
            try await third.closedByServer()
            let counted = server.server.statistics.endsByReason["tooManyHandshakesFromAddress"]
            #expect(counted == 1)
            await first.close()
            while server.server.statistics.openConnections > 4 { await Task.yield() }
            let fourth = try await server.connect()
            for client in clients + [fourth] {
                _ = try await EchoServiceClient(client).echo(EchoRequest())
            }
            await second.close()
        }
    }
}
