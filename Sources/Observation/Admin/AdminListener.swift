import NIOCore
import NIOHTTP1
import NIOPosix
import Synchronization

/// A small HTTP/1.1 server on the loopback: `/live`, `/ready` and `/metrics`, for GET and HEAD, one
/// request a connection.
public final class AdminListener: Sendable {
    private let configuration: AdminConfiguration
    private let pages: AdminPages
    /// A thread of its own, so that it answers whatever the RPC server's loops are doing. Never shut down:
    /// it lives as long as the process.
    private static let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    private let channel = Mutex<(any Channel)?>(nil)
    private let openConnections = Atomic(0)

    public init(configuration: AdminConfiguration, pages: AdminPages) {
        self.configuration = configuration
        self.pages = pages
    }

    /// Listens.
    ///
    /// - Returns: the port, which the system chose where 0 was asked for.
    /// - Throws: `AdminError`.
    public func start() async throws(AdminError) -> Int {
        let (host, port) = (configuration.host, configuration.port)
        let channel: any Channel
        do {
            channel = try await bootstrap().bind(host: host, port: port).get()
        } catch {
            throw .cannotListen(host: host, port: port, why: "\(error)")
        }
        guard let address = channel.localAddress, AdminConfiguration.isLoopback(address) else {
            try? await channel.close().get()
            throw .notLoopback(host)
        }
        self.channel.withLock { $0 = channel }
        return address.port ?? port
    }

    /// Listens no more. Answers that are under way are sent.
    public func stop() async {
        let channel = self.channel.withLock { channel in
            defer { channel = nil }
            return channel
        }
        try? await channel?.close().get()
    }

    private func bootstrap() -> ServerBootstrap {
        ServerBootstrap(group: Self.group)
            .serverChannelOption(.backlog, value: 64)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.allowRemoteHalfClosure, value: false)
            .childChannelInitializer { [self] channel in
                channel.eventLoop.makeCompletedFuture {
                    let open = openConnections.add(1, ordering: .relaxed).newValue
                    channel.closeFuture.whenComplete { [self] _ in
                        openConnections.subtract(1, ordering: .relaxed)
                    }
                    guard open <= configuration.connectionsMax else {
                        throw ChannelError.ioOnClosedChannel
                    }
                    try addHandlers(channel.pipeline.syncOperations)
                }
            }
    }

    private func addHandlers(_ pipeline: ChannelPipeline.SynchronousOperations) throws {
        var limits = NIOHTTPDecoderLimitConfiguration()
        limits.maxHeaderFieldSize = configuration.requestBytesMax
        limits.maxHeaderListSize = configuration.requestBytesMax
        try pipeline.addHandlers([
            RequestSizeGuard(bytesMax: configuration.requestBytesMax), HTTPResponseEncoder(),
            ByteToMessageHandler(
                HTTPRequestDecoder(leftOverBytesStrategy: .dropBytes, limitConfiguration: limits)),
            AdminHandler(configuration: configuration) { [self] path in await answer(path) },
        ])
    }

    private func answer(_ path: String) async -> AdminAnswer {
        switch path {
        case "/live": return await pages.isLive() ? .live : .notLive
        case "/ready": return await pages.obstacle().map(AdminAnswer.notReady) ?? .ready
        case "/metrics": return .metrics(pages.metrics())
        default: return .notFound
        }
    }
}
