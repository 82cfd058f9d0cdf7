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
    private let renewal: TLSRenewal
    private let drain: Duration
    private let logger: Logger
    private let prepare: @Sendable () async throws -> Void

    /// - Parameters:
    ///   - renewal: What keeps the server's certificates in step with their files.
    ///   - drain: How long calls in flight may go on once shutdown has begun.
    ///   - prepare: What must have happened before the port is opened; throws where it cannot.
    init(
        server: RPCServer, readiness: Readiness, renewal: TLSRenewal, drain: Duration,
        logger: Logger, prepare: @escaping @Sendable () async throws -> Void
    ) {
        self.server = server
        self.readiness = readiness
        self.renewal = renewal
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
            await renewal.run(until: hangups.cancelOnGracefulShutdown())
        } catch {
            await drainServer()
            throw error
        }
        await drainServer()
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
