import NIOCore
import NIOPosix

/// A peer of the admin port that sends bytes and reads what comes until the other end closes.
struct RawHTTP {
    let port: Int

    /// Everything that the server answered.
    func send(_ text: String) async throws -> String {
        let connection = try await connect()
        try? await connection.channel.writeAndFlush(ByteBuffer(string: text)).get()
        return try await connection.answer.get()
    }

    func get(_ path: String) async throws -> String {
        try await send("GET \(path) HTTP/1.1\r\nHost: localhost\r\n\r\n")
    }

    /// A connection, and what comes on it until its end.
    func connect() async throws -> (channel: any Channel, answer: EventLoopFuture<String>) {
        let all = MultiThreadedEventLoopGroup.singleton.any().makePromise(of: String.self)
        let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(Collector(all))
                }
            }
            .connect(host: "127.0.0.1", port: port).get()
        return (channel, all.futureResult)
    }

    /// Gathers bytes until the server closes.
    private final class Collector: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        private let all: EventLoopPromise<String>
        private var text = ""

        init(_ all: EventLoopPromise<String>) { self.all = all }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            text += String(buffer: unwrapInboundIn(data))
        }

        func channelInactive(context: ChannelHandlerContext) { all.succeed(text) }

        func errorCaught(context: ChannelHandlerContext, error: any Error) {
            context.close(promise: nil)
        }
    }
}
