import NIOCore
import NIOEmbedded
import NIOPosix
import TestSupport
import Testing

@testable import Wire

/// Fulfils a promise with what TLS has found wrong.
private final class FailureCatcher: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let failed: EventLoopPromise<TLSFailure>

    init(_ failed: EventLoopPromise<TLSFailure>) { self.failed = failed }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        if let failure = error as? TLSFailure { failed.succeed(failure) }
    }

    func channelInactive(context: ChannelHandlerContext) {
        failed.fail(ChannelError.ioOnClosedChannel)
    }
}

/// Handshakes of a server that take turns on its event loop.
@Suite struct HandshakeTurnsTests {
    // MARK: Without sockets

    /// Server ends of one loop that take turns, each with the first bytes of a client.
    private struct Ends {
        let loop = EmbeddedEventLoop()
        let turns: HandshakeTurns
        let servers: [TLSEnd]
        let clients: [RawTLSClient]

        init(count: Int, certificate: IssuedCertificate? = nil) throws {
            let loop = loop
            let turns = HandshakeTurns(eventLoop: loop)
            let context = try TLSContexts.server()
            self.turns = turns
            servers = try (0..<count).map { _ in
                try TLSEnd(TLSHandler(context: context, turns: turns), loop: loop)
            }
            clients = try (0..<count).map { _ in try RawTLSClient(certificate: certificate) }
            for (server, client) in zip(servers, clients) {
                try server.activate()
                _ = client.handshake()
                try server.input(client.output())
            }
        }

        /// Which of the servers have answered since the last call.
        func answered() throws -> [Bool] { try servers.map { try !$0.output().isEmpty } }

        /// The loop looks at its sockets.
        func pass() { loop.advanceTime(by: .microseconds(100)) }
    }

    @Test func oneStepIsComputedBeforeTheSocketsAreLookedAt() throws {
        let ends = try Ends(count: 3)
        #expect(try ends.answered() == [true, false, false], "the first waits for nobody")
        ends.loop.run()
        #expect(try ends.answered() == [false, false, false])
        ends.pass()
        #expect(try ends.answered() == [false, true, false])
        ends.pass()
        #expect(try ends.answered() == [false, false, true])
        ends.pass()
        #expect(try ends.answered() == [false, false, false])
    }

    @Test func whoeverGoesLeavesTheTurnToTheNext() throws {
        let ends = try Ends(count: 3)
        _ = try ends.answered()
        try ends.servers[1].channel.close().wait()
        #expect(ends.turns.count == 1)
        ends.pass()
        #expect(try ends.servers[2].output().isEmpty == false)
        #expect(ends.turns.count == 0)
    }

    @Test func nothingMoreIsReadWhileAHandshakeWaits() throws {
        let ends = try Ends(count: 2)
        let waiting = ends.servers[1]
        let before = waiting.reads.count
        waiting.channel.read()
        #expect(waiting.reads.count == before)
        ends.pass()
        #expect(waiting.reads.count > before, "the request is not forgotten")
    }

    private final class Waiter: HandshakeTurnTaking {
        func takeHandshakeTurn() {}
        func handshakeTurnIsOver() {}
    }

    /// At once, and where the last step had to wait.
    @Test(arguments: [false, true])
    func firstCallOfAConnectionIsNoPartOfItsHandshake(_ mustWait: Bool) throws {
        let certificate = try TestPKI.shared.issue(uris: ["urn:icds:municipality:837:casework"])
        let ends = try Ends(count: 1, certificate: certificate)
        let (server, client) = (ends.servers[0], ends.clients[0])
        client.receive(try server.output())
        #expect(client.handshake())
        client.write([1, 2, 3])
        ends.pass()
        if mustWait { ends.turns.spend {} }
        var isResting: [Bool] = []
        server.recorder.onRead = { [turns = ends.turns] _ in
            let waiter = Waiter()
            isResting.append(!turns.mayBegin(waiter))
            turns.leave(waiter)
        }
        try server.input(client.output())
        #expect(server.recorder.bytes == (mustWait ? [] : [1, 2, 3]))
        ends.pass()
        #expect(server.recorder.bytes == [1, 2, 3])
        #expect(isResting == [true], "the handshake was over when the call came")
    }

    @Test func callsLeaveAQuarterOfTheTimeToConnectionsThatBegin() {
        let rest = HandshakeTurns.rest
        #expect(rest(.microseconds(200), true) == .microseconds(600))
        #expect(rest(.microseconds(200), false) == HandshakeTurns.restMin)
        #expect(rest(.microseconds(10), true) == HandshakeTurns.restMin)
        #expect(rest(.seconds(1), true) == HandshakeTurns.restMax)
    }

    // MARK: Over sockets

    /// A listener, and each connection with what its peer sends.
    private struct Listener {
        let channel: any Channel
        let accepted: AsyncStream<RawPeer>
        let port: Int

        init() async throws {
            let loop = MultiThreadedEventLoopGroup.singleton.next()
            let context = try TLSContexts.server()
            let turns = try await loop.submit {
                NIOLoopBound(HandshakeTurns(eventLoop: loop), eventLoop: loop)
            }.get()
            let (accepted, accept) = AsyncStream.makeStream(of: RawPeer.self)
            channel = try await ServerBootstrap(group: loop)
                .childChannelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture {
                        let tls = TLSHandler(context: context, turns: turns.value)
                        accept.yield(try RawPeer.install(tls, on: channel))
                    }
                }
                .bind(host: "127.0.0.1", port: 0).get()
            self.accepted = accepted
            port = try #require(channel.localAddress?.port)
        }

        func close() async throws { try await channel.close().get() }
    }

    @Test func manyAtOnceAllGetIn() async throws {
        let listener = try await Listener()
        let context = try TLSContexts.client()
        try await withThrowingTaskGroup { tasks in
            for number in UInt64(1)...50 {
                tasks.addTask {
                    let client = try await RawPeer.connect(port: listener.port, tls: context)
                    // Goes with the last flight of the client's handshake.
                    try await client.send(.ping(.with { $0.opaque = number }))
                    guard case .pong(let pong) = await client.next() else {
                        Issue.record("no answer to \(number)")
                        return
                    }
                    #expect(pong.opaque == number)
                    await client.close()
                }
            }
            var peers = listener.accepted.makeAsyncIterator()
            for _ in 1...50 {
                let server = try #require(await peers.next())
                tasks.addTask {
                    guard case .ping(let ping) = await server.next() else {
                        Issue.record("nothing came")
                        return
                    }
                    try await server.send(.pong(.with { $0.opaque = ping.opaque }))
                }
            }
            try await tasks.waitForAll()
        }
        try await listener.close()
    }

    @Test func theAlertOfARefusalArrives() async throws {
        let listener = try await Listener()
        let strange = try TLSContexts.client { $0.authority = .unknown }
        let group = MultiThreadedEventLoopGroup.singleton
        let failures = try await withThrowingTaskGroup { tasks in
            for _ in 0..<8 {
                tasks.addTask {
                    let failed = group.next().makePromise(of: TLSFailure.self)
                    _ = try await ClientBootstrap(group: group)
                        .channelInitializer { channel in
                            channel.eventLoop.makeCompletedFuture {
                                try channel.pipeline.syncOperations.addHandlers([
                                    TLSHandler(context: strange), FailureCatcher(failed),
                                ])
                            }
                        }
                        .connect(host: "127.0.0.1", port: listener.port).get()
                    return try await failed.futureResult.get()
                }
            }
            return try await tasks.reduce(into: []) { $0.append($1) }
        }
        #expect(failures.count == 8)
        for failure in failures {
            #expect(failure.reason == .refusedByPeer)
            #expect(failure.alert == 48, "unknown_ca (RFC 8446, section 6)")
        }
        try await listener.close()
    }
}
