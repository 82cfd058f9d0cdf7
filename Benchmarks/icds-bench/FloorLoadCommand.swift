import ArgumentParser
import NIOCore
import NIOPosix
import Synchronization
import Wire

/// Keeps a number of equal pieces of bytes going to and fro on each connection, and counts them.
struct FloorLoadCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "floor-load", abstract: "Send bytes to a floor-server and count them.")

    @OptionGroup var target: TargetOptions
    @OptionGroup var certificates: CertificateOptions

    @Option(help: "Bytes of one piece: about those of an echo call's frame.")
    var bytes = 260

    @Option(help: "Connections.")
    var connections = 8

    @Option(help: "Pieces in flight on each connection.")
    var inFlight = 16

    @Option(help: "Seconds that count.")
    var seconds = 4.0

    @Option(help: "Seconds before that do not count.")
    var warmup = 1.0

    func run() async throws {
        let tls = try TLSContext.client(certificates.files, serverName: "localhost")
        let counter = PieceCounter()
        let (bytes, inFlight) = (bytes, inFlight)
        var channels: [any Channel] = []
        for _ in 0..<connections {
            let channel = try await ClientBootstrap(group: EventLoops.group)
                .channelOption(.tcpOption(.tcp_nodelay), value: 1)
                .channelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture {
                        try channel.pipeline.syncOperations.addHandlers([
                            TLSHandler(context: tls),
                            PieceHandler(bytes: bytes, inFlight: inFlight, counter: counter),
                        ])
                    }
                }
                .connect(host: target.host, port: target.port).get()
            channels.append(channel)
        }
        try await Task.sleep(for: .seconds(warmup))
        Announcement.line("{\"started\": true}")
        let before = counter.value.load(ordering: .relaxed)
        let start = ContinuousClock.now
        try await Task.sleep(for: .seconds(seconds))
        let count = counter.value.load(ordering: .relaxed) - before
        let took = start.duration(to: .now) / .seconds(1)
        for channel in channels { channel.close(promise: nil) }
        Announcement.line("{\"calls\": \(count), \"per_second\": \(Double(count) / took)}")
    }
}

private final class PieceCounter: Sendable {
    let value = Atomic<Int>(0)
}

private final class PieceHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let bytes: Int
    private let inFlight: Int
    private let counter: PieceCounter
    private var received = 0

    init(bytes: Int, inFlight: Int, counter: PieceCounter) {
        self.bytes = bytes
        self.inFlight = inFlight
        self.counter = counter
    }

    func channelActive(context: ChannelHandlerContext) {
        send(inFlight, context)
        context.flush()
        context.fireChannelActive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        received += unwrapInboundIn(data).readableBytes
        let pieces = received / bytes
        received -= pieces * bytes
        counter.value.add(pieces, ordering: .relaxed)
        send(pieces, context)
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        context.flush()
    }

    private func send(_ pieces: Int, _ context: ChannelHandlerContext) {
        for _ in 0..<pieces {
            context.write(
                wrapOutboundOut(ByteBuffer(repeating: 7, count: bytes)), promise: nil)
        }
    }
}
