import ArgumentParser
import Contract
import Synchronization
import Wire

/// Reads server streams as fast as they come, one after the other in each lane.
struct StreamLoadCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "stream-load", abstract: "Read server streams from several connections.")

    @OptionGroup var target: TargetOptions
    @OptionGroup var certificates: CertificateOptions

    @Option(help: "Messages of one stream.")
    var messages = 1_000

    @Option(help: "Bytes of a message's payload.")
    var payload = 1_024

    @Option(help: "Connections.")
    var connections = 8

    @Option(help: "Streams in flight on each connection.")
    var inFlight = 1

    @Option(help: "Seconds that count.")
    var seconds = 4.0

    @Option(help: "Seconds before that do not count.")
    var warmup = 1.0

    func run() async throws {
        let tls = try TLSContext.client(certificates.files, serverName: "localhost")
        var clients: [RPCClient] = []
        for _ in 0..<connections {
            clients.append(
                try await RPCClient.connect(
                    ClientConfiguration(host: target.host, port: target.port, tls: tls)))
        }
        let start = ContinuousClock.now + .seconds(warmup)
        let end = start + .seconds(seconds)
        Announcement.line("{\"started\": true}")
        let request = StreamMethod.request(count: messages, bytes: payload)
        let (inAll, measured) = try await withThrowingTaskGroup(of: (Int, Int).self) { group in
            for client in clients {
                for _ in 0..<inFlight {
                    group.addTask { try await Self.drive(client, request, start, end) }
                }
            }
            return try await group.reduce(into: (0, 0)) { sum, one in
                sum.0 += one.0
                sum.1 += one.1
            }
        }
        for client in clients { await client.close() }
        Announcement.line(
            """
            {"calls": \(measured), "calls_in_all": \(inAll), \
            "per_second": \(Double(measured) / seconds)}
            """)
    }

    /// Messages in all, and those that came between `start` and `end`.
    private static func drive(
        _ client: RPCClient, _ request: EchoRequest, _ start: ContinuousClock.Instant,
        _ end: ContinuousClock.Instant
    ) async throws -> (Int, Int) {
        var (inAll, measured) = (0, 0)
        while ContinuousClock.now < end {
            let answers: ResponseStream<EchoResponse> = try await client.serverStream(
                StreamMethod.descriptor, request)
            for try await _ in answers {
                inAll += 1
                // The clock is looked at now and then, so that it does not cost more than a message.
                if inAll % 16 == 0, (start...end).contains(.now) { measured += 16 }
            }
        }
        return (inAll, measured)
    }
}
