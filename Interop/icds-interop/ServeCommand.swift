import ArgumentParser
import Contract
import Foundation
import InteropCases
import Logging
import Wire

/// Serves the test service until the end of standard input, or until it is killed.
struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract:
            "Serve icds.testing.v1.TestService until standard input ends. Prints \"listening on HOST:PORT\"."
    )

    @OptionGroup var certificates: CertificateOptions

    @Option(help: "Address to listen on.")
    var host = "127.0.0.1"

    @Option(help: "Port to listen on; 0 lets the system choose.")
    var port = 0

    @Option(help: "Calls that may be open on a connection.")
    var openCallsMax = Limits.default.openCallsMax

    @Option(help: "Bytes of a message at the most.")
    var messageBytesMax = Limits.default.messageBytesMax

    func run() async throws {
        var limits = Limits.default
        limits.openCallsMax = openCallsMax
        limits.messageBytesMax = messageBytesMax
        var logger = Logger(label: "interop")
        logger.logLevel = .error
        let server = try RPCServer(
            configuration: ServerConfiguration(
                host: host, port: port, tls: try TLSContext.server(certificates.files),
                limits: limits),
            services: [TestServiceBinding(TestService())], authority: OpenDoor(), logger: logger)
        let address = try await server.start()
        // At once, although standard output is a pipe.
        try FileHandle.standardOutput.write(contentsOf: Data("listening on \(address)\n".utf8))
        // Whoever started it ends it by closing its input.
        await Task.detached { while readLine() != nil {} }.value
        await server.drain(within: .seconds(2))
    }
}

/// Lets every certificate in that the authority has issued.
private struct OpenDoor: ServerAuthority {
    func admit(_ peer: PeerIdentity) async throws(RPCStatus) {}
    func isAdmitted(_ peer: PeerIdentity) -> Bool { true }
    func authorize(_ context: ServerContext) async throws {}
    func recordRefusal(_ context: ServerContext, _ status: RPCStatus) async throws {}
}
