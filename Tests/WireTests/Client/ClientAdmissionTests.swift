import Contract
import NIOCore
import NIOEmbedded
import Synchronization
import Testing

@testable import Wire

/// A server lets a client in, or the client gives up: one of the two, and never both.
@Suite struct ClientAdmissionTests {
    /// A connection without a socket that has sent its Hello.
    private final class Half {
        let loop = EmbeddedEventLoop()
        let ready: EventLoopFuture<Hello>
        let connection: ClientConnection
        let channel: EmbeddedChannel
        let told: Told

        final class Told: Sendable {
            let changes = Atomic(0)
        }

        init() throws {
            let told = Told()
            let promise = loop.makePromise(of: Hello.self)
            connection = ClientConnection(
                implementation: "test", bufferedBytesMax: 1_000, keepaliveInterval: .seconds(60),
                keepaliveTimeout: .seconds(20), eventLoop: loop, ready: promise
            ) { _ in told.changes.add(1, ordering: .relaxed) }
            self.told = told
            ready = promise.futureResult
            channel = EmbeddedChannel(handler: connection, loop: loop)
            channel.connect(to: try SocketAddress(unixDomainSocketPath: "/test"), promise: nil)
            connection.perform(connection.machine.handshakeCompleted())
        }

        /// The server's Hello arrives.
        func hello() throws {
            let hello = Frame.Kind.hello(.with { $0.versions = [1] })
            try channel.writeInbound(ByteBuffer(bytes: RawPeer.framed(hello)))
            loop.run()
        }

        /// What `ready` was fulfilled with.
        func outcome() -> Result<Hello, any Error>? {
            var outcome: Result<Hello, any Error>?
            ready.assumeIsolated().whenComplete { outcome = $0 }
            loop.run()
            return outcome
        }
    }

    private let late = LibraryReason.connectTimeout.status("too late")

    @Test func helloAfterTheClientGaveUpAdmitsNobody() throws {
        let half = try Half()
        half.connection.giveUpConnecting(late)
        #expect(!half.channel.isActive)
        try? half.hello()
        #expect(throws: late) { try half.outcome()?.get() }
        // Whoever gave up has gone on to another connection, which this one must not disturb.
        #expect(half.told.changes.load(ordering: .relaxed) == 0)
        _ = try? half.channel.finish(acceptAlreadyClosed: true)
    }

    @Test func clientThatWasLetInDoesNotGiveUp() throws {
        let half = try Half()
        try half.hello()
        half.connection.giveUpConnecting(late)
        #expect(half.channel.isActive)
        #expect(try half.outcome()?.get().versions == [1])
        _ = try half.channel.finish()
        #expect(half.told.changes.load(ordering: .relaxed) == 1)
    }

    @Test func endpointThatLetsInTooLateLeavesTheNextAlone() async throws {
        let slow = try await ScriptedServer.start()
        let quick = try await ScriptedServer.start()
        var first = try slow.clientConfiguration()
        first.connectTimeout = .milliseconds(300)
        let channel = RPCChannel(
            ChannelConfiguration(endpoints: [first, try quick.clientConfiguration()]))
        let call = Task { () -> EchoResponse in
            try await channel.call(EchoMessages.method(.unary), EchoMessages.request("a"))
        }
        let given = try await slow.next()
        _ = try? await given.next()
        let connection = try await quick.accept()
        let attempt = try await connection.nextCall()
        // Too late, and then gone: neither is news of the connection that is used.
        try? await given.send(.hello(.with { $0.versions = [1] }))
        await given.closedByClient()
        try await connection.send(.end(attempt.callID, payload: EchoMessages.encoded("a")))
        #expect(try await call.value.text == "a")
        #expect(channel.connectionCount == 1)
        let again = Task { () -> EchoResponse in
            try await channel.call(EchoMessages.method(.unary), EchoMessages.request("b"))
        }
        let next = try await connection.nextCall()
        try await connection.send(.end(next.callID, payload: EchoMessages.encoded("b")))
        #expect(try await again.value.text == "b")
        await channel.close()
        await connection.closedByClient()
        await slow.stop()
        await quick.stop()
    }
}
