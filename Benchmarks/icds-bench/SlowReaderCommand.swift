import ArgumentParser
import Contract
import Wire

/// Times small calls on one connection, first alone, then beside a stream that the server sends as
/// fast as it may and that is read slowly.
struct SlowReaderCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "slow-reader",
        abstract: "Time small calls beside a slow reader's stream on their connection.")

    @OptionGroup var target: TargetOptions
    @OptionGroup var certificates: CertificateOptions

    @Option(help: "Bytes of one message of the stream.")
    var payload = 16_384

    @Option(help: "Milliseconds that the reader rests after each message.")
    var rest = 2

    @Option(help: "Seconds of each of the two times.")
    var seconds = 4.0

    func run() async throws {
        let tls = try TLSContext.client(certificates.files, serverName: "localhost")
        let client = try await RPCClient.connect(
            ClientConfiguration(host: target.host, port: target.port, tls: tls))
        _ = try await times(client, 0.5)
        let quiet = try await times(client, seconds)
        let stream: ResponseStream<EchoResponse> = try await client.serverStream(
            StreamMethod.descriptor, StreamMethod.request(count: .max, bytes: payload),
            options: CallOptions(timeout: .seconds(seconds + 60)))
        let rest = rest
        let reader = Task {
            var read = 0
            for try await _ in stream {
                read += 1
                try await Task.sleep(for: .milliseconds(rest))
            }
            return read
        }
        let beside = try await times(client, seconds)
        stream.cancel()
        reader.cancel()
        await client.close()
        Announcement.line(
            """
            {"quiet_p99_us": \(quiet.microseconds(atQuantile: 0.99)), \
            "beside_p99_us": \(beside.microseconds(atQuantile: 0.99)), \
            "calls": \(quiet.count + beside.count)}
            """)
    }

    /// One call after the other.
    private func times(_ client: RPCClient, _ seconds: Double) async throws -> LatencyRecord {
        var record = LatencyRecord()
        let method = EchoServiceMethods.echo.fullName
        let payload = try EchoRequest.with { $0.text = "a small call" }.encoded()
        let end = ContinuousClock.now + .seconds(seconds)
        var before = ContinuousClock.now
        while before < end {
            _ = try await client.callRaw(method: method, payload: payload)
            let after = ContinuousClock.now
            record.add(duration: before.duration(to: after))
            before = after
        }
        return record
    }
}
