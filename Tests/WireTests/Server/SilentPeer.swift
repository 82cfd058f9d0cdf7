import NIOCore
import NIOPosix

/// A peer that opens a TCP connection and says nothing, or what is not TLS: it has no certificate, and
/// costs nothing.
struct SilentPeer {
    private let channel: any Channel

    static func connect(port: Int) async throws -> SilentPeer {
        SilentPeer(
            channel: try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
                .connect(host: "127.0.0.1", port: port).get())
    }

    func send(_ bytes: [UInt8]) async throws {
        try await channel.writeAndFlush(ByteBuffer(bytes: bytes)).get()
    }

    func close() async {
        _ = try? await channel.close().get()
    }

    /// Returns when the server has closed the connection.
    func closedByServer() async throws {
        try await channel.closeFuture.get()
    }
}
