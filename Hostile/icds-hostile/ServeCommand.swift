import ArgumentParser
import Contract
import Logging
import Wire

/// Where certificates lie and whom a program is.
struct CertificateOptions: ParsableArguments {
    @Option(help: "PEM file of this side's certificate.")
    var certificate: String

    @Option(help: "PEM file of its private key.")
    var key: String

    @Option(help: "PEM file of the trusted authority.")
    var authority: String

    var files: TLSConfiguration {
        TLSConfiguration(
            certificateChainFile: certificate, privateKeyFile: key,
            trustedAuthorityFiles: [authority])
    }
}

/// Serves echo calls with the limits that a daemon has, until it is killed.
struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve", abstract: "Serve echo calls until killed.")

    @OptionGroup var certificates: CertificateOptions

    func run() async throws {
        var logger = Logger(label: "hostile")
        logger.logLevel = .error
        let server = try RPCServer(
            configuration: ServerConfiguration(
                host: "127.0.0.1", port: 0, tls: try TLSContext.server(certificates.files)),
            services: [EchoServiceBinding(Echo())], authority: OpenDoor(), logger: logger)
        let address = try await server.start()
        Line.write(["port": .number(Double(address.port))])
        // A line asks what the server has counted.
        while readLine() != nil {
            let statistics = server.statistics
            Line.write([
                "open_connections": .number(Double(statistics.openConnections)),
                "running_handlers": .number(Double(statistics.runningHandlers)),
                "accepted": .number(Double(statistics.connectionsAccepted)),
                "reasons": .object(statistics.endsByReason),
            ])
        }
    }
}

private struct Echo: EchoServiceProtocol {
    /// A request with the text "wait" is work that takes a second unless it is cancelled.
    func echo(_ request: EchoRequest, context: ServerContext) async throws -> EchoResponse {
        if request.text == "wait" { try await Task.sleep(for: .seconds(1)) }
        return .with {
            $0.text = request.text
            $0.payload = request.payload
        }
    }
}

/// Lets every certificate in that the authority has issued.
private struct OpenDoor: ServerAuthority {
    func admit(_ peer: PeerIdentity) async throws(RPCStatus) {}
    func isAdmitted(_ peer: PeerIdentity) -> Bool { true }
    func authorize(_ context: ServerContext) async throws {}
    func recordRefusal(_ context: ServerContext, _ status: RPCStatus) async throws {}
}
