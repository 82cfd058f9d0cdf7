import Contract
import NIOCore
import NIOPosix
import TestSupport
import Testing

@testable import Wire

/// What a peer gets from a real server that does not get past its handshake; the server goes on.
@Suite struct HostileHandshakeTests {
    // Alerts of RFC 8446, section 6.2, and of RFC 7301, section 3.2.
    private static let badCertificate: Int32 = 42
    private static let unknownCA: Int32 = 48
    private static let certificateRequired: Int32 = 116
    private static let noApplicationProtocol: Int32 = 120

    /// Expects this alert, that the server knows the reason, and that it serves others afterwards.
    private func expect(
        _ reason: TLSFailure.Reason, alert: Int32, uris: [String]? = [TLSContexts.uri],
        authority: TestPKI.Authority = .trusted, alpn: [String] = ["icds-rpc/1"]
    ) async throws {
        try await TestServer.run { server in
            let good = try await server.connect()
            let certificate = try uris.map { uris in
                try TestPKI.shared.issue {
                    $0.uris = uris
                    $0.authority = authority
                }
            }
            let got = try await HandshakePeer.alert(
                from: server.port, certificate: certificate, alpn: alpn)
            #expect(got == alert)
            try await self.expectFailure(reason, of: server, besides: good)
        }
    }

    private func expectFailure(
        _ reason: TLSFailure.Reason, of server: TestServer, besides good: RPCClient
    ) async throws {
        while server.server.statistics.openConnections > 1 { await Task.yield() }
        #expect(server.server.statistics.handshakesFailed == 1)
        #expect(server.server.statistics.endsByReason[reason.rawValue] == 1)
        _ = try await EchoServiceClient(good).echo(EchoRequest())
        let later = try await server.connect()
        _ = try await EchoServiceClient(later).echo(EchoRequest())
    }

    @Test(arguments: ["GET / HTTP/1.1\r\n\r\n", "\0\0\0\u{10}\u{8}\u{1}"])
    func garbageInPlaceOfTLSIsClosed(text: String) async throws {
        try await TestServer.run { server in
            let good = try await server.connect()
            let peer = try await SilentPeer.connect(port: server.port)
            try await peer.send(Array(text.utf8))
            try await peer.closedByServer()
            try await expectFailure(.notTLS, of: server, besides: good)
        }
    }

    @Test func anotherProtocolIsRefused() async throws {
        try await expect(.wrongALPN, alert: Self.noApplicationProtocol, alpn: ["h2"])
    }

    @Test func noProtocolIsRefused() async throws {
        try await expect(.wrongALPN, alert: Self.noApplicationProtocol, alpn: [])
    }

    @Test func noCertificateIsRefused() async throws {
        try await expect(.noCertificate, alert: Self.certificateRequired, uris: nil)
    }

    @Test func certificateOfAnUnknownAuthorityIsRefused() async throws {
        try await expect(.unknownCA, alert: Self.unknownCA, authority: .unknown)
    }

    @Test func twoURIsAreRefused() async throws {
        try await expect(
            .badIdentity, alert: Self.badCertificate,
            uris: [TLSContexts.uri, "urn:icds:operator:keha:admin"])
    }

    @Test func noURIIsRefused() async throws {
        try await expect(.badIdentity, alert: Self.badCertificate, uris: [])
    }
}

/// OpenSSL's client alone on a real socket, up to the alert that it gets.
private final class HandshakePeer: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let client: RawTLSClient
    private let done: EventLoopPromise<Int32?>
    private var isComplete = false
    private var alert: Int32?

    private init(_ client: RawTLSClient, done: EventLoopPromise<Int32?>) {
        self.client = client
        self.done = done
    }

    /// The alert that the server sent before it closed the connection.
    static func alert(
        from port: Int, certificate: IssuedCertificate?, alpn: [String]
    ) async throws -> Int32? {
        let group = MultiThreadedEventLoopGroup.singleton
        let done = group.next().makePromise(of: Int32?.self)
        do {
            _ = try await ClientBootstrap(group: group)
                .channelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture {
                        let client = try RawTLSClient(certificate: certificate, alpn: alpn)
                        try channel.pipeline.syncOperations.addHandler(
                            HandshakePeer(client, done: done))
                    }
                }
                .connect(host: "127.0.0.1", port: port).get()
        } catch {
            done.fail(error)
        }
        return try await done.futureResult.get()
    }

    func channelActive(context: ChannelHandlerContext) { goOn(context) }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        client.receive(Array(unwrapInboundIn(data).readableBytesView))
        goOn(context)
    }

    private func goOn(_ context: ChannelHandlerContext) {
        if !isComplete {
            isComplete = client.handshake()
            if !isComplete { alert = alert ?? client.alertInError() }
        }
        if isComplete { alert = alert ?? client.readAlert() }
        let output = client.output()
        if !output.isEmpty {
            context.writeAndFlush(NIOAny(ByteBuffer(bytes: output)), promise: nil)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) { done.succeed(alert) }
}
