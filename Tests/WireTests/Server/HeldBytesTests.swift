import Contract
import Logging
import NIOCore
import NIOEmbedded
import Testing

@testable import Wire

/// What is held of streams and of frames without their end is counted, once, and forgotten.
@Suite struct HeldBytesTests {
    private static let peer = PeerIdentity(
        kind: .municipality, code: "837", system: "casework",
        uri: "urn:icds:municipality:837:casework", certificateFingerprint: [], remoteAddress: "")

    /// Bytes that the server holds for the organisation of every test's peer.
    private func organisationBytes(_ core: ServerCore) throws -> Int {
        let use = try #require(core.organisations.join(Self.peer))
        defer { core.organisations.leave(use) }
        return use.bytesHeld
    }

    private struct EchoMethod: RPCService {
        var methods: [RegisteredMethod] {
            [.unary(EchoServiceMethods.echo) { (_: EchoRequest, _) in EchoResponse() }]
        }
    }

    /// What comes behind a Hello is held before it is known whose it is.
    @Test func whatIsPipelinedBehindAHelloIsForgottenWithItsCall() throws {
        let core = try ServerCore(
            limits: .default, services: [EchoMethod()], authority: TestAuthorityOfCalls(),
            logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }))
        let loop = EmbeddedEventLoop()
        let connection = ServerConnection(
            core: core, executor: LoopTaskExecutor(eventLoop: loop, rounds: LoopRounds()),
            remoteAddress: "peer")
        connection.peer = Self.peer
        let channel = EmbeddedChannel(handler: connection, loop: loop)
        channel.connect(to: try SocketAddress(unixDomainSocketPath: "/test"), promise: nil)

        let call = try RawPeer.framed(
            .call(
                try .with {
                    $0.callID = 1
                    $0.method = EchoServiceMethods.echo.fullName
                    $0.payload = try EchoRequest.with {
                        $0.payload = [UInt8](repeating: 1, count: 200_000)
                    }.encoded()
                    $0.endOfStream = true
                }))
        let hello = try RawPeer.framed(.hello(.with { $0.versions = [1] }))
        try channel.writeInbound(ByteBuffer(bytes: hello + call[..<100_000]))
        loop.run()
        #expect(connection.machine.state == .ready)
        #expect(core.counters.bytesHeld == 100_000)
        #expect(try organisationBytes(core) == 100_000)
        try channel.writeInbound(ByteBuffer(bytes: call[100_000...]))
        loop.run()
        #expect(connection.tally.callsSucceeded == 1)
        #expect(core.counters.bytesHeld == 0)
        #expect(try organisationBytes(core) == 0)
        _ = try channel.finish()
    }

    /// Messages of streams and requests of calls share one limit.
    @Test(arguments: [true, false])
    func messagesThatNobodyHasTakenCountBesideRequests(_ isOfTheServer: Bool) async throws {
        let latch = Latch()
        defer { latch.open() }
        let handler: TestServer.Handler = { _, _ in
            await latch.wait()
            return EchoResponse()
        }
        let service = StreamService(collect: { requests, _ in
            await latch.wait()
            for try await _ in requests {}
            return EchoResponse()
        })
        let payload = try EchoRequest.with { $0.payload = [UInt8](repeating: 1, count: 70_000) }
            .encoded()
        var limits = Limits.default
        // The request and two messages are one byte too much.
        let bytesMax = payload.count + 2 * 667 - 1
        if isOfTheServer {
            limits.serverRequestBytesMax = bytesMax
        } else {
            limits.organisationRequestBytesMax = bytesMax
        }
        try await TestServer.run(limits: limits, handler: handler, streams: service) { server in
            let peer = try await RawPeer.admitted(server)
            try await peer.send(
                .call(
                    .with {
                        $0.callID = 1
                        $0.method = EchoServiceMethods.echo.fullName
                        $0.payload = payload
                        $0.endOfStream = true
                    }))
            try await peer.open(2, StreamService.collect)
            try await peer.message(2, payloadBytes: 600)
            let held = { server.server.statistics.requestBytesHeld }
            while held() != payload.count + 667 { await Task.yield() }
            #expect(try organisationBytes(server.server.core) == payload.count + 667)
            try await peer.message(2, payloadBytes: 600)
            let refused = await peer.nextEnd()
            #expect(refused?.callID == 2)
            #expect(refused?.status?.reason == "STREAM_OVERLOADED")
            #expect(held() == payload.count)
            latch.open()
            #expect(await peer.nextEnd()?.status == nil)
            while server.server.statistics.runningHandlers > 0 { await Task.yield() }
            #expect(held() == 0)
            #expect(try organisationBytes(server.server.core) == 0)
        }
    }

    /// Whoever opens calls, lets their handlers take a large message and cancels them holds no more than
    /// whoever waits for the answers.
    @Test func aTakenMessageIsHeldUntilItsHandlerReturns() async throws {
        let (taken, finish) = (Latch(), Latch())
        defer { finish.open() }
        let service = StreamService(collect: { requests, _ in
            for try await _ in requests {
                taken.open()
                await finish.wait()
            }
            return EchoResponse()
        })
        try await TestServer.run(streams: service) { server in
            let peer = try await RawPeer.admitted(server)
            try await peer.open(1, StreamService.collect)
            try await peer.message(1, payloadBytes: 600)
            await taken.wait()
            try await peer.send(.cancel(.with { $0.callID = 1 }))
            #expect(await peer.nextEnd()?.status?.reason == "CANCELLED")
            #expect(server.server.statistics.requestBytesHeld == 667)
            #expect(try organisationBytes(server.server.core) == 667)
            finish.open()
            while server.server.statistics.runningHandlers > 0 { await Task.yield() }
            #expect(server.server.statistics.requestBytesHeld == 0)
            #expect(try organisationBytes(server.server.core) == 0)
        }
    }

    @Test func messagesThatWaitForCreditAreCounted() async throws {
        var limits = Limits.default
        limits.callCreditBytes = 1
        try await TestServer.run(limits: limits) { server in
            let peer = try await RawPeer.admitted(server)
            // 397 bytes are 400 encoded; the first takes the window below zero, the second waits.
            try await peer.feed(1, bytes: [397, 397])
            #expect(await peer.nextMessage() != nil)
            let request = try EchoRequest.with { $0.numbers = [397, 397] }.encoded()
            let held = 464 + request.count
            while server.server.statistics.requestBytesHeld != held { await Task.yield() }
            #expect(try organisationBytes(server.server.core) == held)
            try await peer.send(.cancel(.with { $0.callID = 1 }))
            #expect(await peer.nextEnd()?.status?.reason == "CANCELLED")
            while server.server.statistics.runningHandlers > 0 { await Task.yield() }
            #expect(server.server.statistics.requestBytesHeld == 0)
            #expect(try organisationBytes(server.server.core) == 0)
        }
    }
}
