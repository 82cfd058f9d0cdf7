import Logging
import Services
import Synchronization
import Tenancy
public import Wire

/// The services of a fixture behind a real server: TLS 1.3 with mutual certificates, frames, method
/// table, authority. Certificates are registered as an operator would register them.
public final class ServiceServer: Sendable {
    public let fixture: ServiceFixture
    private let server: RPCServer
    private let port: Int
    /// As a client names it: host and port.
    public var address: String { "127.0.0.1:\(port)" }
    private let connections = Mutex<[String: RPCClient]>([:])

    /// One over the shared fixture, for all tests of the process.
    public static func shared() async throws -> ServiceServer { try await sharedTask.value }
    private static let sharedTask = Task {
        try await ServiceServer.start(try await ServiceFixture.shared())
    }

    private init(_ fixture: ServiceFixture, _ server: RPCServer, port: Int) {
        self.fixture = fixture
        self.server = server
        self.port = port
    }

    /// One over a fixture of the test's own.
    /// - Parameters:
    ///   - services: besides those of the fixture.
    ///   - notice: what each connection is told.
    public static func start(
        _ fixture: ServiceFixture, services: [any RPCService] = [],
        notice: ConnectionNotice? = nil
    ) async throws -> ServiceServer {
        let pki = try TestPKI.shared
        let certificate = try pki.server()
        let tls = try TLSContext.server(
            TLSConfiguration(
                certificateChainFile: certificate.certificatePath,
                privateKeyFile: certificate.keyPath,
                trustedAuthorityFiles: [pki.trustedAuthorityPath]))
        var configuration = ServerConfiguration(host: "127.0.0.1", port: 0, tls: tls)
        configuration.notice = notice
        let server = try RPCServer(
            configuration: configuration,
            services: fixture.assembly.services + services, authority: fixture.authority,
            logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }))
        return ServiceServer(fixture, server, port: try await server.start().port)
    }

    /// A connection with a certificate that nobody has registered.
    public func connectUnregistered(_ kind: PeerKind, _ code: String) async throws -> RPCClient {
        try await connect(Self.issue(kind, code))
    }

    /// An organisation's system that is registered and connected; one connection for each.
    public func caller(_ kind: PeerKind, _ code: String) async throws -> ServiceCaller {
        var caller = fixture.caller(kind, code)
        let key = "\(kind.rawValue):\(code)"
        if let known = connections.withLock({ $0[key] }) {
            caller.connection = known
            return caller
        }
        let connection = try await connect(try await register(kind, code))
        connections.withLock { $0[key] = connection }
        caller.connection = connection
        return caller
    }

    /// A new certificate for a system of the organisation, registered.
    public func register(_ kind: PeerKind, _ code: String) async throws -> IssuedCertificate {
        let issued = try Self.issue(kind, code)
        let certificate = try Certificate(bytes: issued.der)
        guard let organisation = RegisteredOrganisation.Kind(rawValue: kind.rawValue) else {
            throw TestClusterError("a kind of peer that the registry does not know")
        }
        _ = try await fixture.registry.registerSystem(
            NewSystemCertificate(
                fingerprint: certificate.fingerprint,
                organisation: OrganisationKey(kind: organisation, code: code),
                systemName: "casework", serial: certificate.serialNumber,
                notBefore: SQLTimestamp(microsecondsSinceEpoch: certificate.notBefore * 1_000_000),
                notAfter: SQLTimestamp(microsecondsSinceEpoch: certificate.notAfter * 1_000_000)))
        return issued
    }

    /// A new certificate for a system of the organisation, which nobody has registered.
    public static func issue(_ kind: PeerKind, _ code: String) throws -> IssuedCertificate {
        try TestPKI.shared.issue { $0.uris = ["urn:icds:\(kind.rawValue):\(code):casework"] }
    }

    /// A connection with this certificate.
    public func connect(_ issued: IssuedCertificate) async throws -> RPCClient {
        let tls = try TLSContext.client(
            TLSConfiguration(
                certificateChainFile: issued.certificatePath, privateKeyFile: issued.keyPath,
                trustedAuthorityFiles: [try TestPKI.shared.trustedAuthorityPath]),
            serverName: "127.0.0.1")
        return try await RPCClient.connect(
            ClientConfiguration(host: "127.0.0.1", port: port, tls: tls))
    }
}
