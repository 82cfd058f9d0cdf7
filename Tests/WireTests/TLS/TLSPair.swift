import NIOCore
import NIOEmbedded
import TestSupport

@testable import Wire

/// What came out at the top of a TLS channel.
final class TLSRecorder: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    var reads: [[UInt8]] = []
    var completions: [TLSHandshakeCompleted] = []
    var inputClosed: [TLSInputClosed] = []
    var errors: [any Error] = []
    var isInactive = false
    /// Run after each read, to act in the middle of the handler's work.
    var onRead: (ChannelHandlerContext) -> Void = { _ in }
    var onCompletion: (ChannelHandlerContext) -> Void = { _ in }

    var bytes: [UInt8] { reads.flatMap { $0 } }
    var failures: [TLSFailure] { errors.compactMap { $0 as? TLSFailure } }
    var reason: TLSFailure.Reason? { failures.first?.reason }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        reads.append(Array(unwrapInboundIn(data).readableBytesView))
        onRead(context)
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        switch event {
        case let event as TLSHandshakeCompleted:
            completions.append(event)
            onCompletion(context)
        case let event as TLSInputClosed: inputClosed.append(event)
        default: break
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { errors.append(error) }

    func channelInactive(context: ChannelHandlerContext) { isInactive = true }
}

/// Counts what the TLS handler asks of the socket.
final class ReadCounter: ChannelOutboundHandler {
    typealias OutboundIn = ByteBuffer

    var count = 0

    func read(context: ChannelHandlerContext) {
        count += 1
        context.read()
    }
}

/// One end of a connection without a socket: what it would send is taken out by the test.
final class TLSEnd {
    let channel: EmbeddedChannel
    let recorder = TLSRecorder()
    let reads = ReadCounter()

    convenience init(_ context: TLSContext, loop: EmbeddedEventLoop) throws {
        try self.init(TLSHandler(context: context), loop: loop)
    }

    init(_ handler: TLSHandler, loop: EmbeddedEventLoop) throws {
        channel = EmbeddedChannel(loop: loop)
        try channel.pipeline.syncOperations.addHandlers([reads, handler, recorder])
    }

    func activate() throws {
        try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
    }

    /// Everything that waits to be sent.
    func output() throws -> [UInt8] {
        var bytes: [UInt8] = []
        while let buffer = try channel.readOutbound(as: ByteBuffer.self) {
            bytes += buffer.readableBytesView
        }
        return bytes
    }

    func input(_ bytes: some Sequence<UInt8>) throws {
        try channel.writeInbound(ByteBuffer(bytes: bytes))
    }

    /// The transport ends, as when the peer's process dies.
    func end() { channel.pipeline.fireChannelInactive() }

    @discardableResult
    func send(_ bytes: [UInt8]) -> EventLoopFuture<Void> {
        channel.writeAndFlush(ByteBuffer(bytes: bytes))
    }
}

/// Both ends, with real OpenSSL in each, on one loop whose clock the test moves.
final class TLSPair {
    let loop = EmbeddedEventLoop()
    let client: TLSEnd
    let server: TLSEnd

    init(client: TLSContext? = nil, server: TLSContext? = nil) throws {
        self.client = try TLSEnd(client ?? TLSContexts.client(), loop: loop)
        self.server = try TLSEnd(server ?? TLSContexts.server(), loop: loop)
    }

    /// Both ends active and the handshake gone through, as far as it goes.
    static func connected(
        client: TLSContext? = nil, server: TLSContext? = nil
    ) throws -> TLSPair {
        let pair = try TLSPair(client: client, server: server)
        try pair.activate()
        try pair.pump()
        return pair
    }

    func activate() throws {
        try server.activate()
        try client.activate()
    }

    /// Carries bytes both ways, `chunk` at a time, until neither end has any.
    func pump(chunk: Int = .max) throws {
        while true {
            let toServer = try client.output()
            try TLSPair.deliver(toServer, to: server, chunk: chunk)
            let toClient = try server.output()
            try TLSPair.deliver(toClient, to: client, chunk: chunk)
            if toServer.isEmpty, toClient.isEmpty { return }
        }
    }

    private static func deliver(_ bytes: [UInt8], to end: TLSEnd, chunk: Int) throws {
        var rest = bytes[...]
        while !rest.isEmpty, end.channel.isActive {
            try end.input(rest.prefix(chunk))
            rest = rest.dropFirst(chunk)
        }
    }
}

enum TLSContexts {
    static let uri = "urn:icds:municipality:837:casework"

    static func server(
        _ change: (inout TestPKI.Request) -> Void = { _ in }, limits: TLSLimits = .standard,
        revocation: TLSConfiguration.Revocation = .unchecked
    ) throws -> TLSContext {
        let pki = try TestPKI.shared
        return try .server(
            configuration(pki.server(change), limits: limits, revocation: revocation))
    }

    static func client(
        uris: [String] = [uri], name: String = "localhost",
        _ change: (inout TestPKI.Request) -> Void = { _ in }
    ) throws -> TLSContext {
        let issued = try TestPKI.shared.issue { request in
            request.uris = uris
            change(&request)
        }
        return try .client(configuration(issued), serverName: name)
    }

    static func configuration(
        _ issued: IssuedCertificate, limits: TLSLimits = .standard,
        revocation: TLSConfiguration.Revocation = .unchecked
    ) throws -> TLSConfiguration {
        TLSConfiguration(
            certificateChainFile: issued.certificatePath, privateKeyFile: issued.keyPath,
            trustedAuthorityFiles: [try TestPKI.shared.trustedAuthorityPath],
            revocation: revocation,
            limits: limits)
    }
}
