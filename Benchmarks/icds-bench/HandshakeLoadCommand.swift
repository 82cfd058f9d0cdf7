import ArgumentParser
import NIOCore
import NIOPosix
import Synchronization
import Wire

/// Makes full handshakes with mutual certificates, one after the other in each of several lanes.
struct HandshakeLoadCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "handshake-load",
        abstract: "Connect, shake hands, close in good order, and again.")

    @OptionGroup var target: TargetOptions
    @OptionGroup var certificates: CertificateOptions

    @Option(help: "Connections at once.")
    var lanes = 8

    @Option(help: "Seconds that count.")
    var seconds = 4.0

    @Option(help: "Seconds before that do not count.")
    var warmup = 1.0

    func run() async throws {
        let tls = try TLSContext.client(certificates.files, serverName: "localhost")
        let count = HandshakeCount()
        let (host, port) = (target.host, target.port)
        Announcement.line("{\"started\": true}")
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<lanes {
                group.addTask {
                    while !Task.isCancelled {
                        try await Self.shakeHands(host, port, tls, count)
                    }
                }
            }
            group.addTask {
                try await Task.sleep(for: .seconds(warmup))
                let (before, start) = (count.value, ContinuousClock.now)
                try await Task.sleep(for: .seconds(seconds))
                let made = count.value - before
                let took = start.duration(to: .now) / .seconds(1)
                Announcement.line(
                    """
                    {"calls": \(made), "calls_in_all": \(count.value), \
                    "per_second": \(Double(made) / took)}
                    """)
                throw CancellationError()
            }
            do {
                try await group.waitForAll()
            } catch is CancellationError {
                group.cancelAll()
            }
        }
    }

    /// Returns when the server has closed, so that it has judged the client's certificate.
    private static func shakeHands(
        _ host: String, _ port: Int, _ tls: TLSContext, _ count: HandshakeCount
    ) async throws {
        let channel = try await ClientBootstrap(group: EventLoops.group)
            .channelOption(.tcpOption(.tcp_nodelay), value: 1)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandlers([
                        TLSHandler(context: tls), CloseAfterHandshake(count: count),
                    ])
                }
            }
            .connect(host: host, port: port).get()
        try await channel.closeFuture.get()
    }
}

/// Handshakes that the server, too, has completed.
private final class HandshakeCount: Sendable {
    private let made = Atomic<Int>(0)

    var value: Int { made.load(ordering: .relaxed) }

    func add() { made.add(1, ordering: .relaxed) }
}

private final class CloseAfterHandshake: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let count: HandshakeCount
    private var isDone = false

    init(count: HandshakeCount) {
        self.count = count
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if event is TLSHandshakeCompleted {
            isDone = true
            context.close(promise: nil)
        }
        context.fireUserInboundEventTriggered(event)
    }

    /// A server that refuses the certificate says so in an alert before it closes.
    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        isDone = false
        context.close(promise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) {
        if isDone { count.add() }
        context.fireChannelInactive()
    }
}
