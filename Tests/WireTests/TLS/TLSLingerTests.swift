import NIOCore
import NIOEmbedded
import NIOPosix
import TestSupport
import Testing

@testable import Wire

/// After a fatal alert a server reads on, so that no reset overtakes the alert.
@Suite struct TLSLingerTests {
    /// A socket that can be closed in one direction, which an embedded channel cannot.
    private final class HalfCloser: ChannelOutboundHandler {
        typealias OutboundIn = ByteBuffer

        var hasEnded = false

        func close(
            context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?
        ) {
            guard mode == .output else {
                context.close(mode: mode, promise: promise)
                return
            }
            hasEnded = true
            promise?.succeed()
        }
    }

    private struct Refused {
        let server: TLSEnd
        let loop = EmbeddedEventLoop()
        let socket = HalfCloser()
        let client: RawTLSClient

        /// A server that has just refused a client of another protocol.
        init() throws {
            server = try TLSEnd(TLSContexts.server(), loop: loop)
            try server.channel.pipeline.syncOperations.addHandler(socket, position: .first)
            client = try RawTLSClient(alpn: ["h2"])
            try server.activate()
            try client.pump(with: server)
        }
    }

    @Test func alertIsFollowedByTheEndOfThisSideAlone() throws {
        let refused = try Refused()
        #expect(refused.server.recorder.failures == [TLSFailure(.wrongALPN)])
        #expect(!refused.client.handshake())
        #expect(refused.socket.hasEnded)
        #expect(refused.server.channel.isActive)
        refused.server.end()
        #expect(refused.server.recorder.isInactive)
        #expect(refused.server.recorder.errors.count == 1)
    }

    @Test func whatComesIsDroppedUpToTheLimit() throws {
        let refused = try Refused()
        let limits = TLSLimits.standard
        try refused.server.input([UInt8](repeating: 1, count: limits.lingerBytesMax))
        #expect(refused.server.channel.isActive)
        try refused.server.input([1])
        #expect(!refused.server.channel.isActive)
        #expect(refused.server.recorder.reads.isEmpty)
        #expect(refused.server.recorder.errors.count == 1)
    }

    @Test func peerThatStaysIsLeftAtTheTimeLimit() throws {
        let refused = try Refused()
        let seconds = Int64(TLSLimits.standard.lingerTimeoutSeconds)
        let closed = refused.server.channel.close()
        refused.loop.advanceTime(by: .milliseconds(seconds * 1000 - 1))
        #expect(refused.server.channel.isActive)
        refused.loop.advanceTime(by: .milliseconds(1))
        #expect(!refused.server.channel.isActive)
        try closed.wait()
    }

    @Test func clientDoesNotLinger() throws {
        let pair = try TLSPair(server: TLSContexts.server({ $0.authority = .unknown }))
        let socket = HalfCloser()
        try pair.client.channel.pipeline.syncOperations.addHandler(socket, position: .first)
        try pair.activate()
        try pair.pump()
        #expect(pair.client.recorder.reason == .unknownCA)
        #expect(!socket.hasEnded && !pair.client.channel.isActive)
    }

    /// The whole of it over TCP: the alert arrives although the peer is still sending.
    @Test func alertReachesAPeerThatIsStillSending() async throws {
        try await TestServer.run { server in
            var hello = ClientHello()
            hello.set(ClientHello.Kind.alpn, [0, 3, 2] + Array("h2".utf8))
            let more = [UInt8](repeating: 0x17, count: 200_000)
            let got = try await Received.from(server.port, sending: hello.records + more)
            #expect(got.bytes == [0x15, 3, 3, 0, 2, 2, 120])
            #expect(got.error == nil)
        }
    }
}

/// What a peer without TLS gets, until the connection ends.
private final class Received: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    struct Outcome: Sendable {
        var bytes: [UInt8] = []
        var error: String?
    }

    private var outcome = Outcome()
    private let done: EventLoopPromise<Outcome>

    private init(done: EventLoopPromise<Outcome>) { self.done = done }

    static func from(_ port: Int, sending bytes: [UInt8]) async throws -> Outcome {
        let group = MultiThreadedEventLoopGroup.singleton
        let done = group.next().makePromise(of: Outcome.self)
        let channel: any Channel
        do {
            channel = try await ClientBootstrap(group: group)
                .channelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture {
                        try channel.pipeline.syncOperations.addHandler(Received(done: done))
                    }
                }
                .connect(host: "127.0.0.1", port: port).get()
        } catch {
            done.fail(error)
            throw error
        }
        channel.writeAndFlush(ByteBuffer(bytes: bytes), promise: nil)
        return try await done.futureResult.get()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        outcome.bytes += unwrapInboundIn(data).readableBytesView
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        outcome.error = "\(error)"
        context.close(promise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) { done.succeed(outcome) }
}
