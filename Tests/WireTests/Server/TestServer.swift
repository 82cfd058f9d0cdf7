import Contract
import CoreMetrics
import Logging
import Synchronization
import TestSupport

@testable import Wire

/// A real server on a free port of 127.0.0.1, with a service that does what the test says.
final class TestServer: Sendable {
    typealias Handler = @Sendable (EchoRequest, ServerContext) async throws -> EchoResponse

    let server: RPCServer
    let port: Int
    let authority: TestAuthorityOfCalls

    /// Audited, and for operators only.
    static let secretMethod = MethodDescriptor(
        service: "icds.testing.v1.SecretService", name: "Look", kind: .unary,
        callers: [.operator], isAudited: true, isIdempotent: true, hasNoSideEffects: true,
        requestType: "icds.testing.v1.EchoRequest", responseType: "icds.testing.v1.EchoResponse")

    /// Likewise, and a client's stream.
    static let secretStream = MethodDescriptor(
        service: "icds.testing.v1.SecretService", name: "Listen", kind: .clientStream,
        callers: [.operator], isAudited: true, isIdempotent: true, hasNoSideEffects: true,
        requestType: "icds.testing.v1.EchoRequest", responseType: "icds.testing.v1.EchoResponse")

    private init(server: RPCServer, port: Int, authority: TestAuthorityOfCalls) {
        self.server = server
        self.port = port
        self.authority = authority
    }

    /// Starts a server, runs `body`, and drains the server whatever happens.
    static func run(
        limits: Limits = .default, authority: TestAuthorityOfCalls = TestAuthorityOfCalls(),
        tls: TLSContext? = nil, metrics: any MetricsFactory = NOOPMetricsHandler.instance,
        logger: Logger = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }),
        notice: ConnectionNotice? = nil,
        handler: @escaping Handler = TestServer.echo, streams: StreamService = StreamService(),
        _ body: (TestServer) async throws -> Void
    ) async throws {
        let pki = try TestPKI.shared
        let certificate = try pki.server()
        let plain = TLSConfiguration(
            certificateChainFile: certificate.certificatePath,
            privateKeyFile: certificate.keyPath,
            trustedAuthorityFiles: [pki.trustedAuthorityPath])
        let tls = try tls ?? TLSContext.server(plain)
        var configuration = ServerConfiguration(
            host: "127.0.0.1", port: 0, tls: tls, limits: limits)
        configuration.metrics = metrics
        configuration.notice = notice
        let server = try RPCServer(
            configuration: configuration,
            services: [EchoServiceBinding(EchoService(handler)), SecretService(), streams],
            authority: authority, logger: logger)
        let address = try await server.start()
        let test = TestServer(server: server, port: address.port, authority: authority)
        do {
            try await body(test)
        } catch {
            await server.drain(within: .zero)
            throw error
        }
        await server.drain(within: .zero)
    }

    static let echo: Handler = { request, _ in
        .with {
            $0.text = request.text
            $0.payload = request.payload
        }
    }

    /// A client's settings with a certificate of its own.
    func clientConfiguration(
        uri: String = "urn:icds:municipality:837:casework"
    ) throws -> ClientConfiguration {
        ClientConfiguration(host: "127.0.0.1", port: port, tls: try clientTLS(uri: uri))
    }

    func clientTLS(
        uri: String = "urn:icds:municipality:837:casework"
    ) throws -> TLSContext {
        let pki = try TestPKI.shared
        let certificate = try pki.issue(uris: [uri])
        return try TLSContext.client(
            TLSConfiguration(
                certificateChainFile: certificate.certificatePath,
                privateKeyFile: certificate.keyPath,
                trustedAuthorityFiles: [pki.trustedAuthorityPath]),
            serverName: "localhost")
    }

    func connect(
        uri: String = "urn:icds:municipality:837:casework"
    ) async throws -> RPCClient {
        try await RPCClient.connect(try clientConfiguration(uri: uri))
    }

    private struct EchoService: EchoServiceProtocol {
        let handler: Handler

        init(_ handler: @escaping Handler) { self.handler = handler }

        func echo(
            _ request: EchoRequest, context: ServerContext
        ) async throws -> EchoResponse {
            try await handler(request, context)
        }
    }

    private struct SecretService: RPCService {
        var methods: [RegisteredMethod] {
            [
                .unary(secretMethod) { (_: EchoRequest, _: ServerContext) in
                    EchoResponse()
                },
                .clientStream(secretStream) { (_: RequestStream<EchoRequest>, _: ServerContext) in
                    EchoResponse()
                },
            ]
        }
    }
}

/// An authority that admits whom the test says, and remembers what it was told.
final class TestAuthorityOfCalls: ServerAuthority {
    let admission: @Sendable (PeerIdentity) async -> RPCStatus?
    let isAuditBroken: Bool
    /// Runs before each judgement of a call that is going to be refused.
    private let beforeRefusal: @Sendable () async -> Void
    private let withdrawn = Mutex(false)
    private let recorded = Mutex<[String]>([])
    private let judged = Mutex(0)

    init(
        isAuditBroken: Bool = false,
        admission: @escaping @Sendable (PeerIdentity) async -> RPCStatus? = { _ in nil },
        beforeRefusal: @escaping @Sendable () async -> Void = {}
    ) {
        self.beforeRefusal = beforeRefusal
        self.isAuditBroken = isAuditBroken
        self.admission = admission
    }

    /// Methods whose refusal was recorded, with the caller's code.
    var refusals: [String] { recorded.withLock { $0 } }

    /// How many requests and messages of streams it was asked about.
    var judgements: Int { judged.withLock { $0 } }

    func withdraw() { withdrawn.withLock { $0 = true } }

    func admit(_ peer: PeerIdentity) async throws(RPCStatus) {
        if let refusal = await admission(peer) { throw refusal }
    }

    func isAdmitted(_ peer: PeerIdentity) -> Bool { !withdrawn.withLock { $0 } }

    func authorize(_ context: ServerContext) async throws {
        judged.withLock { $0 += 1 }
        if context.metadata.text("refuse") != nil {
            await beforeRefusal()
            throw RPCStatus(.permissionDenied, "FOREIGN_ORGANISATION", "not yours")
        }
    }

    func recordRefusal(_ context: ServerContext, _ status: RPCStatus) async throws {
        if isAuditBroken { throw AuditIsBroken() }
        recorded.withLock { $0.append("\(context.peer.code) \(context.method.name)") }
    }

    struct AuditIsBroken: Error {}
}

/// Lets handlers wait until the test opens it, and lets the test wait until handlers are there.
final class Latch: Sendable {
    private struct State {
        var isOpen = false
        var waiting: [CheckedContinuation<Void, Never>] = []
    }

    private let state = Mutex(State())

    func open() {
        let waiting = state.withLock { state in
            state.isOpen = true
            defer { state.waiting = [] }
            return state.waiting
        }
        for continuation in waiting { continuation.resume() }
    }

    var isOpen: Bool { state.withLock { $0.isOpen } }

    /// Returns when the latch is open; being cancelled does not open it.
    func wait() async {
        await withCheckedContinuation { continuation in
            let isOpen = state.withLock { state in
                if !state.isOpen { state.waiting.append(continuation) }
                return state.isOpen
            }
            if isOpen { continuation.resume() }
        }
    }

    /// Waits until the task is cancelled, then opens `told`.
    static func untilCancelled(_ told: Latch) async throws {
        let never = Latch()
        await withTaskCancellationHandler {
            await never.wait()
        } onCancel: {
            never.open()
        }
        told.open()
        throw CancellationError()
    }
}
