import ArgumentParser
import NIOCore
import NIOPosix
import Wire

/// Sends every byte back over the same TLS handler and event loops as `RPCServer`, with no frames,
/// no protobuf and no calls: what a call cannot be cheaper than.
struct FloorServerCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "floor-server", abstract: "Echo bytes over TLS until killed.")

    @OptionGroup var certificates: CertificateOptions

    func run() async throws {
        let tls = try TLSContext.server(certificates.files)
        let channel = try await ServerBootstrap(group: EventLoops.group)
            .serverChannelOption(.backlog, value: 256)
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandlers([
                        TLSHandler(context: tls), BytesBackHandler(),
                    ])
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        Announcement.listening(port: channel.localAddress?.port ?? 0)
        try await channel.closeFuture.get()
    }
}

private final class BytesBackHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        context.write(data, promise: nil)
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        context.flush()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }
}
