import ArgumentParser
import Contract
import Wire

/// Opens connections, makes one call on each, and holds them open.
struct IdleConnectionsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "idle-connections",
        abstract: "Open connections, make one call on each, and keep them until killed.")

    @OptionGroup var target: TargetOptions
    @OptionGroup var certificates: CertificateOptions

    @Option(help: "Connections.")
    var connections = 2_000

    /// Under the server's limit of handshakes at once with one address.
    private static let connectingAtOnce = 8

    func run() async throws {
        let tls = try TLSContext.client(certificates.files, serverName: "localhost")
        let (host, port) = (target.host, target.port)
        let payload = try EchoRequest.with { $0.text = "once" }.encoded()
        let clients = try await withThrowingTaskGroup(of: RPCClient.self) { group in
            var opened: [RPCClient] = []
            for index in 0..<connections {
                if index >= Self.connectingAtOnce, let one = try await group.next() {
                    opened.append(one)
                }
                group.addTask {
                    let client = try await RPCClient.connect(
                        ClientConfiguration(host: host, port: port, tls: tls))
                    _ = try await client.callRaw(
                        method: EchoServiceMethods.echo.fullName, payload: payload)
                    return client
                }
            }
            for try await one in group { opened.append(one) }
            return opened
        }
        Announcement.line("{\"open\": \(clients.count)}")
        try await Task.sleep(for: .seconds(3_600))
        for client in clients { await client.close() }
    }
}
