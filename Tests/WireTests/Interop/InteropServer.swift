import Contract
import InteropCases
import Logging
import TestSupport

@testable import Wire

/// A real server of the test service on a free port of 127.0.0.1.
struct InteropServer: Sendable {
    let server: RPCServer
    let port: Int

    static let identity = "urn:icds:municipality:837:casework"

    /// Starts a server, runs `body`, and drains the server whatever happens.
    static func run(
        limits: Limits = .default, services: [any RPCService] = [TestServiceBinding(TestService())],
        _ body: (InteropServer) async throws -> Void
    ) async throws {
        let server = try RPCServer(
            configuration: ServerConfiguration(
                host: "127.0.0.1", port: 0, tls: try serverTLS(), limits: limits),
            services: services, authority: TestAuthorityOfCalls(),
            logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }))
        let running = InteropServer(server: server, port: try await server.start().port)
        do {
            try await body(running)
        } catch {
            await server.drain(within: .zero)
            throw error
        }
        await server.drain(within: .zero)
    }

    static func serverTLS() throws -> TLSContext {
        let pki = try TestPKI.shared
        let certificate = try pki.server()
        return try TLSContext.server(
            TLSConfiguration(
                certificateChainFile: certificate.certificatePath,
                privateKeyFile: certificate.keyPath,
                trustedAuthorityFiles: [pki.trustedAuthorityPath]))
    }

    static func clientConfiguration(port: Int) throws -> ClientConfiguration {
        let pki = try TestPKI.shared
        let certificate = try pki.issue(uris: [identity])
        let tls = try TLSContext.client(
            TLSConfiguration(
                certificateChainFile: certificate.certificatePath,
                privateKeyFile: certificate.keyPath,
                trustedAuthorityFiles: [pki.trustedAuthorityPath]),
            serverName: "localhost")
        return ClientConfiguration(host: "127.0.0.1", port: port, tls: tls)
    }

    func target() throws -> InteropTarget {
        InteropTarget(
            configuration: try Self.clientConfiguration(port: port), identity: Self.identity)
    }

    func connect() async throws -> RPCClient {
        try await RPCClient.connect(try Self.clientConfiguration(port: port))
    }
}
