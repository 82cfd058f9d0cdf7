import NIOCore
import NIOPosix
import TestSupport
import Testing

@testable import Wire

/// Sends back what it gets.
private final class Echo: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        context.write(data, promise: nil)
    }

    func channelReadComplete(context: ChannelHandlerContext) { context.flush() }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if event is TLSInputClosed { context.close(promise: nil) }
    }
}

/// Compares what comes back with what was sent, and fulfils a promise at the end of it.
private final class Collector: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let expectedBytes: Int
    private let done: EventLoopPromise<[UInt8]>
    private var bytes: [UInt8] = []

    init(expectedBytes: Int, done: EventLoopPromise<[UInt8]>) {
        self.expectedBytes = expectedBytes
        self.done = done
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        bytes += unwrapInboundIn(data).readableBytesView
        if bytes.count >= expectedBytes { done.succeed(bytes) }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { done.fail(error) }

    func channelInactive(context: ChannelHandlerContext) {
        done.fail(ChannelError.ioOnClosedChannel)
    }
}

@Suite struct TLSSocketTests {
    private let group = MultiThreadedEventLoopGroup.singleton

    private func listen(_ context: TLSContext) async throws -> any Channel {
        try await ServerBootstrap(group: group)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandlers([
                        TLSHandler(context: context), Echo(),
                    ])
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
    }

    /// Connects, sends `data` at once and returns what comes back.
    private func echo(
        _ data: [UInt8], from server: any Channel, context: TLSContext
    ) async throws -> [UInt8] {
        let done = group.next().makePromise(of: [UInt8].self)
        let address = try #require(server.localAddress)
        let client = try await ClientBootstrap(group: group)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandlers([
                        TLSHandler(context: context),
                        Collector(expectedBytes: data.count, done: done),
                    ])
                }
            }
            .connect(to: address).get()
        client.writeAndFlush(ByteBuffer(bytes: data), promise: nil)
        do {
            let echoed = try await done.futureResult.get()
            try await client.close()
            return echoed
        } catch {
            try? await client.close()
            throw error
        }
    }

    @Test func megabytesGoThereAndBack() async throws {
        let server = try await listen(TLSContexts.server())
        let data = (0..<2_000_000).map { UInt8(truncatingIfNeeded: $0 &* 7 &+ $0 >> 9) }
        let echoed = try await echo(data, from: server, context: TLSContexts.client())
        #expect(echoed == data)
        try await server.close()
    }

    @Test func connectionsShareAContextOnAllLoops() async throws {
        let server = try await listen(TLSContexts.server())
        let context = try TLSContexts.client()
        try await withThrowingTaskGroup { tasks in
            for index in 0..<16 {
                tasks.addTask {
                    let data = [UInt8](repeating: UInt8(index), count: 1000)
                    let echoed = try await echo(data, from: server, context: context)
                    #expect(echoed == data)
                }
            }
            try await tasks.waitForAll()
        }
        try await server.close()
    }

    @Test func refusalReachesTheClient() async throws {
        let server = try await listen(TLSContexts.server())
        let context = try TLSContexts.client { $0.authority = .unknown }
        await #expect(throws: TLSFailure(.refusedByPeer, alert: 48)) {
            _ = try await echo([1], from: server, context: context)
        }
        try await server.close()
    }
}
