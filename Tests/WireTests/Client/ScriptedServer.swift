import NIOCore
import NIOPosix
import Synchronization
import TestSupport

@testable import Wire

/// A server that does what the test says over real TLS, right or wrong, and reads frames with the
/// generated decoder: nothing of our own framing is trusted.
final class ScriptedServer: Sendable {
    let port: Int
    private let channel: any Channel
    private let accepted: AsyncStream<ScriptedConnection>

    private init(channel: any Channel, accepted: AsyncStream<ScriptedConnection>) {
        self.channel = channel
        self.accepted = accepted
        port = channel.localAddress?.port ?? 0
    }

    static func start(port: Int = 0) async throws -> ScriptedServer {
        let pki = try TestPKI.shared
        let certificate = try pki.server()
        let tls = try TLSContext.server(
            TLSConfiguration(
                certificateChainFile: certificate.certificatePath,
                privateKeyFile: certificate.keyPath,
                trustedAuthorityFiles: [pki.trustedAuthorityPath]))
        let (accepted, continuation) = AsyncStream.makeStream(of: ScriptedConnection.self)
        let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let (frames, yield) = AsyncStream.makeStream(of: Frame.Kind.self)
                    try channel.pipeline.syncOperations.addHandlers([
                        TLSHandler(context: tls), FrameCollector(frames: yield),
                    ])
                    continuation.yield(ScriptedConnection(channel: channel, frames: frames))
                }
            }
            .bind(host: "127.0.0.1", port: port).get()
        return ScriptedServer(channel: channel, accepted: accepted)
    }

    /// Starts a server, lets a client in, and runs `body` with both ends.
    static func run(
        limits: ConnectionLimits = ScriptedServer.limits,
        _ configure: (inout ClientConfiguration) -> Void = { _ in },
        _ body: (ScriptedConnection, RPCClient) async throws -> Void
    ) async throws {
        let server = try await start()
        var configuration = try server.clientConfiguration()
        configure(&configuration)
        async let client = RPCClient.connect(configuration)
        let connection = try await server.accept(limits: limits)
        let connected = try await client
        do {
            try await body(connection, connected)
        } catch {
            await connected.close()
            await server.stop()
            throw error
        }
        await connected.close()
        await server.stop()
    }

    /// Small windows, so that a test reaches their end.
    static let limits = ConnectionLimits.with {
        $0.messageBytesMax = 1_000_000
        $0.openCallsMax = 8
        $0.callCreditBytes = 1_000
        $0.connectionCreditBytes = 3_000
    }

    func clientConfiguration() throws -> ClientConfiguration {
        let pki = try TestPKI.shared
        let certificate = try pki.issue(uris: ["urn:icds:municipality:837:casework"])
        return ClientConfiguration(
            host: "127.0.0.1", port: port,
            tls: try TLSContext.client(
                TLSConfiguration(
                    certificateChainFile: certificate.certificatePath,
                    privateKeyFile: certificate.keyPath,
                    trustedAuthorityFiles: [pki.trustedAuthorityPath]),
                serverName: "localhost"))
    }

    /// The next connection, with nothing read of it.
    func next() async throws -> ScriptedConnection {
        for await connection in accepted { return connection }
        throw ScriptEnded()
    }

    /// Lets the next connection in.
    func accept(
        limits: ConnectionLimits = ScriptedServer.limits
    ) async throws -> ScriptedConnection {
        let connection = try await next()
        guard case .hello = try await connection.next() else { throw ScriptEnded() }
        try await connection.send(
            .hello(
                .with {
                    $0.versions = [1]
                    $0.limits = limits
                    $0.admittedAs = "urn:icds:municipality:837:casework"
                }))
        return connection
    }

    /// Listens no more; connections go on.
    func stop() async {
        _ = try? await channel.close().get()
    }
}

/// One connection, as the server's side of it.
final class ScriptedConnection: Sendable {
    private let channel: any Channel
    private let frames: AsyncStream<Frame.Kind>

    fileprivate init(channel: any Channel, frames: AsyncStream<Frame.Kind>) {
        self.channel = channel
        self.frames = frames
    }

    /// The client's next frame.
    func next() async throws -> Frame.Kind {
        for await frame in frames { return frame }
        throw ScriptEnded()
    }

    /// The client's next Call.
    func nextCall() async throws -> Call {
        guard case .call(let call) = try await next() else { throw ScriptEnded() }
        return call
    }

    /// Returns when the client has closed the connection.
    func closedByClient() async {
        for await _ in frames {}
    }

    func send(_ kinds: Frame.Kind...) async throws {
        var buffer = ByteBuffer()
        for kind in kinds {
            let bytes = try Frame.with { $0.kind = kind }.encoded()
            buffer.writeInteger(UInt32(bytes.count))
            buffer.writeBytes(bytes)
        }
        try await channel.writeAndFlush(buffer).get()
    }

    func send(bytes: [UInt8]) async throws {
        try await channel.writeAndFlush(ByteBuffer(bytes: bytes)).get()
    }

    func close() async {
        _ = try? await channel.close().get()
    }

    /// Takes nothing more from the socket.
    func stopReading() async throws {
        try await channel.setOption(.autoRead, value: false).get()
    }

    func startReading() async throws {
        try await channel.setOption(.autoRead, value: true).get()
    }
}

struct ScriptEnded: Error {}

/// Cuts frames out of the bytes.
private final class FrameCollector: ChannelInboundHandler {
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

    func errorCaught(context: ChannelHandlerContext, error: any Error) { frames.finish() }
    func channelInactive(context: ChannelHandlerContext) { frames.finish() }
}

extension Frame.Kind {
    /// A message of an answer.
    static func answer(_ callID: UInt32, _ text: String? = nil) throws -> Frame.Kind {
        .message(
            try .with {
                $0.callID = callID
                $0.payload = try EchoMessages.encoded(text)
                $0.hasPayload = true
            })
    }

    static func message(
        _ callID: UInt32, payloadBytes: Int, endOfStream: Bool = false, leading: Metadata? = nil
    ) -> Frame.Kind {
        .message(
            .with {
                $0.callID = callID
                $0.payload = [UInt8](repeating: 0, count: payloadBytes)
                $0.hasPayload = true
                $0.endOfStream = endOfStream
                $0.metadata = leading?.wire ?? []
            })
    }

    static func end(
        _ callID: UInt32, _ status: RPCStatus? = nil, payload: [UInt8] = [],
        leading: Metadata = Metadata(), trailing: Metadata = Metadata()
    ) throws -> Frame.Kind {
        .end(
            try .with {
                $0.callID = callID
                $0.status = try status.map { try Status(decoding: StatusCoding.encoded($0)) }
                $0.payload = payload
                $0.metadata = leading.wire
                $0.trailingMetadata = trailing.wire
            })
    }

    static func goAway(
        _ lastCallID: UInt32, _ code: RPCCode = .ok, _ reason: String = "DRAINING"
    ) -> Frame.Kind {
        .goAway(
            .with {
                $0.lastCallID = lastCallID
                $0.code = code.rawValue
                $0.reason = reason
                $0.message = "bye"
            })
    }

    static func credit(_ callID: UInt32, _ bytes: UInt32) -> Frame.Kind {
        .credit(
            .with {
                $0.callID = callID
                $0.bytes = bytes
            })
    }
}

extension Metadata {
    fileprivate var wire: [MetadataEntry] {
        entries.map { entry in
            .with {
                $0.key = entry.key
                $0.value = entry.value
            }
        }
    }
}
