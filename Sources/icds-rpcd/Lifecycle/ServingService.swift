import Logging
import ServiceLifecycle
import SystemPackage
import UnixSignals
import Wire

/// Listens once the database is right, says so, and drains at shutdown.
final class ServingService: Service, CustomStringConvertible {
    let description = "RPC server"
    private let server: RPCServer
    private let readiness: Readiness
    private let tls: Settings.TLS
    private let drain: Duration
    private let logger: Logger
    private let prepare: @Sendable () async throws -> Void

    /// - Parameters:
    ///   - drain: How long calls in flight may go on once shutdown has begun.
    ///   - prepare: What must have happened before the port is opened; throws where it cannot.
    init(
        server: RPCServer, readiness: Readiness, tls: Settings.TLS, drain: Duration,
        logger: Logger, prepare: @escaping @Sendable () async throws -> Void
    ) {
        self.server = server
        self.readiness = readiness
        self.tls = tls
        self.drain = drain
        self.logger = logger
        self.prepare = prepare
    }

    func run() async throws {
        do {
            try await cancelWhenGracefulShutdown { try await self.prepare() }
        } catch is CancellationError {
            return
        }
        // Trapped before anybody learns that the daemon is there: untrapped, SIGHUP would end it.
        let hangups = await UnixSignalsSequence(trapping: .sighup)
        let address = try await server.start()
        do {
            try readiness.announce("\(address)", logger)
            StartupMemory.release()
            await reload(at: hangups)
        } catch {
            await drainServer()
            throw error
        }
        await drainServer()
    }

    /// Until shutdown, each SIGHUP has the certificates read again.
    private func reload(at hangups: UnixSignalsSequence) async {
        for await _ in hangups.cancelOnGracefulShutdown() {
            do {
                server.use(try tls.makeContext())
                logger.notice("certificates read again")
            } catch {
                logger.error("certificates not read again; the old ones stay", error: error)
            }
        }
    }

    /// Waits for the drain; a cancelled task, which is what a second signal makes of it, does not.
    private func drainServer() async {
        readiness.withdraw(logger)
        let isDrained = Gate()
        let (server, drain) = (server, drain)
        Task {
            await server.drain(within: drain)
            isDrained.open()
        }
        try? await isDrained.wait()
    }
}

extension Settings.TLS {
    /// - Throws: `TLSConfigurationError` that names the file and what is wrong with it.
    func makeContext() throws(TLSConfigurationError) -> TLSContext {
        try TLSContext.server(
            TLSConfiguration(
                certificateChainFile: certificate.string, privateKeyFile: key.string,
                trustedAuthorityFiles: clientAuthorities.map(\.string)))
    }
}
