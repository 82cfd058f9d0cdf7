import NIOCore
import NIOPosix
import TestSupport

@testable import Wire

/// A peer that sends whatever bytes the test says over real TLS, and reads frames with the generated
/// decoder: nothing of our own framing is trusted.
final class RawPeer: Sendable {
    private let channel: any Channel
    private let frames: AsyncStream<Frame.Kind>

    private init(channel: any Channel, frames: AsyncStream<Frame.Kind>) {
        self.channel = channel
        self.frames = frames
    }

    /// Connects and finishes the handshake; sends nothing.
    static func connect(
        _ server: TestServer, uri: String = "urn:icds:municipality:837:casework"
    ) async throws -> RawPeer {
        try await connect(port: server.port, tls: try server.clientTLS(uri: uri))
    }

    static func connect(port: Int, tls: TLSContext) async throws -> RawPeer {
        let (peers, made) = AsyncStream.makeStream(of: RawPeer.self)
        _ = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    made.yield(try install(TLSHandler(context: tls), on: channel))
                }
            }
            .connect(host: "127.0.0.1", port: port).get()
        for await peer in peers { return peer }
        throw RPCStatus(.unavailable, "NO_PEER", "")
    }

    /// Puts TLS and a reader of frames onto a channel that is not active yet, of either side.
    static func install(_ tls: TLSHandler, on channel: any Channel) throws -> RawPeer {
        let (frames, continuation) = AsyncStream.makeStream(of: Frame.Kind.self)
        try channel.pipeline.syncOperations.addHandlers([tls, Collector(frames: continuation)])
        return RawPeer(channel: channel, frames: frames)
    }

    /// Connects, says Hello and reads the server's.
    static func admitted(
        _ server: TestServer, uri: String = "urn:icds:municipality:837:casework"
    ) async throws -> RawPeer {
        let peer = try await connect(server, uri: uri)
        try await peer.send(.hello(.with { $0.versions = [1] }))
        guard case .hello = await peer.next() else { throw RPCStatus(.internal, "NO_HELLO", "") }
        return peer
    }

    func send(_ kind: Frame.Kind) async throws {
        try await send(bytes: try Self.framed(kind))
    }

    /// A frame with its length, to be sent with others in one write.
    static func framed(_ kind: Frame.Kind) throws -> [UInt8] {
        let bytes = try Frame.with { $0.kind = kind }.encoded()
        return withUnsafeBytes(of: UInt32(bytes.count).bigEndian, Array.init) + bytes
    }

    /// Sends bytes as one frame.
    func send(frame: [UInt8]) async throws {
        try await send(
            bytes: withUnsafeBytes(of: UInt32(frame.count).bigEndian, Array.init) + frame)
    }

    func send(bytes: [UInt8]) async throws {
        try await channel.writeAndFlush(ByteBuffer(bytes: bytes)).get()
    }

    /// Takes nothing more from the socket, until `startReading`.
    func stopReading() async throws {
        try await channel.setOption(.autoRead, value: false).get()
    }

    func startReading() async throws {
        try await channel.setOption(.autoRead, value: true).get()
    }

    /// Ends the connection in good order.
    func close() async {
        _ = try? await channel.close().get()
    }

    /// Ends the connection without a word.
    func cut() async {
        _ = try? await channel.pipeline.context(handlerType: TLSHandler.self).flatMap { context in
            let promise = context.eventLoop.makePromise(of: Void.self)
            context.close(promise: promise)
            return promise.futureResult
        }.get()
    }

    /// The next frame; nil when the connection is closed.
    func next() async -> Frame.Kind? {
        for await frame in frames { return frame }
        return nil
    }

    /// The next End.
    func nextEnd() async -> End? {
        for await frame in frames {
            if case .end(let end) = frame { return end }
        }
        return nil
    }

    /// Reads on until the connection is closed, and returns the GoAway that came before.
    func goAway() async -> GoAway? {
        var last: GoAway?
        for await frame in frames {
            if case .goAway(let goAway) = frame { last = goAway }
        }
        return last
    }

    private final class Collector: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        private let frames: AsyncStream<Frame.Kind>.Continuation
        private var buffer = ByteBuffer()

        init(frames: AsyncStream<Frame.Kind>.Continuation) { self.frames = frames }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            buffer.writeImmutableBuffer(unwrapInboundIn(data))
            while let length = buffer.getInteger(at: buffer.readerIndex, as: UInt32.self),
                buffer.readableBytes >= 4 + Int(length)
            {
                buffer.moveReaderIndex(forwardBy: 4)
                let bytes = buffer.readBytes(length: Int(length)) ?? []
                if let kind = try? Frame(decoding: bytes).kind { frames.yield(kind) }
            }
        }

        func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
            if event is TLSInputClosed { context.close(promise: nil) }
        }

        func errorCaught(context: ChannelHandlerContext, error: any Error) {
            frames.finish()
        }

        func channelInactive(context: ChannelHandlerContext) { frames.finish() }
    }
}
