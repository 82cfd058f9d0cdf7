import ArgumentParser
import Contract
import Logging
import Wire

/// Serves `icds.testing.v1.EchoService` and a stream: the whole of `Wire`, and nothing behind it.
struct EchoServerCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "echo-server", abstract: "Serve the echo service until killed.")

    @OptionGroup var certificates: CertificateOptions

    func run() async throws {
        var logger = Logger(label: "bench")
        logger.logLevel = .error
        // All clients of a benchmark come from one address and one organisation.
        var limits = Limits.default
        limits.addressConnectionsMax = limits.connectionsMax
        limits.organisationConnectionsMax = limits.connectionsMax
        let server = try RPCServer(
            configuration: ServerConfiguration(
                host: "127.0.0.1", port: 0, tls: try TLSContext.server(certificates.files),
                limits: limits),
            services: [EchoServiceBinding(Echo()), StreamService()], authority: OpenDoor(),
            logger: logger)
        let address = try await server.start()
        Announcement.listening(port: address.port)
        try await Task.sleep(for: .seconds(3_600))
    }
}

private struct Echo: EchoServiceProtocol {
    func echo(_ request: EchoRequest, context: ServerContext) async throws -> EchoResponse {
        EchoResponse.with {
            $0.text = request.text
            $0.payload = request.payload
        }
    }
}

/// Lets every certificate in: only `Wire` is measured here.
private struct OpenDoor: ServerAuthority {
    func admit(_ peer: PeerIdentity) async throws(RPCStatus) {}
    func isAdmitted(_ peer: PeerIdentity) -> Bool { true }
    func authorize(_ context: ServerContext) async throws {}
    func recordRefusal(_ context: ServerContext, _ status: RPCStatus) async throws {}
}
