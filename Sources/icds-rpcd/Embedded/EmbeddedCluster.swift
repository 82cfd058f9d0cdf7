import Glibc
import Logging
import ServiceLifecycle
import Subprocess
import SystemPackage

/// The daemon's own PostgreSQL cluster: made on the first start, started and stopped with the
/// daemon, started again where it dies.
final class EmbeddedCluster: Service, CustomStringConvertible {
    /// The pauses between attempts to start a cluster that does not stay up, doubled each time.
    static let pauseMin: Duration = .milliseconds(200)
    static let pauseMax: Duration = .seconds(10)
    /// A cluster that ran for this long has proved itself: the next pause is the shortest again.
    static let provenAfter: Duration = .seconds(30)
    /// How long the checkpoint of a stop may take: after all municipalities were provisioned it
    /// writes some ten thousand files. One that is cut short costs the next start a recovery, which
    /// takes longer. With the drain before it, this stays below systemd's usual 90 seconds.
    static let stopPatience: Duration = .seconds(60)

    let layout: ClusterLayout
    let description = "embedded database"
    private let programs: PostgresPrograms
    private let logger: Logger
    /// Opens when the cluster first accepts connections, or fails when it cannot be made.
    let isReady = Gate()

    /// - Throws: `DaemonError` where the machine has no fit server programs or no place for it.
    init(stateFolder: FilePath, folder: FilePath?, programs given: FilePath?, logger: Logger) throws
    {
        layout = try ClusterLayout(stateFolder: stateFolder, given: folder)
        programs = try PostgresPrograms.find(
            given: given, clusterVersion: layout.clusterVersion)
        self.logger = logger
    }

    /// Keeps the cluster running until graceful shutdown or cancellation.
    func run() async throws {
        do {
            try await ClusterInitialization(layout: layout, programs: programs, logger: logger)
                .run()
            try await LeftoverCluster(layout: layout, logger: logger).stop()
            try await supervise()
        } catch {
            isReady.fail(error)
            throw error
        }
    }

    private func supervise() async throws {
        var pause = Self.pauseMin
        while !Task.isShuttingDownGracefully && !Task.isCancelled {
            try ClusterFiles(layout: layout).write(to: layout.data)
            let start = ContinuousClock.now
            let status = try await runPostmaster()
            if Task.isShuttingDownGracefully || Task.isCancelled { return }
            guard isReady.isOpen else {
                throw DaemonError("the embedded database does not start: see the lines above")
            }
            if ContinuousClock.now - start > Self.provenAfter { pause = Self.pauseMin }
            logger.error(
                "the embedded database has stopped and is started again",
                metadata: ["status": "\(status)", "pause": "\(pause)"])
            try? await cancelWhenGracefulShutdown { [pause] in try await Task.sleep(for: pause) }
            pause = min(pause * 2, Self.pauseMax)
        }
    }

    /// One life of the postmaster, from start to end.
    private func runPostmaster() async throws -> TerminationStatus {
        let result = try await Subprocess.run(
            ClusterProcess.configuration(
                of: programs.postgres, ["-D", layout.data.string], for: layout),
            input: .none, output: .discarded, error: .sequence
        ) { execution in
            await withTaskGroup { group in
                group.addTask {
                    // Ends by graceful shutdown, or by cancellation once the log has ended.
                    try? await gracefulShutdown()
                    await execution.teardown(using: [
                        // Smart, fast, immediate. The daemon's own sessions are closed by now.
                        .send(signal: .terminate, allowedDurationToNextStep: .seconds(1)),
                        .send(signal: .interrupt, allowedDurationToNextStep: Self.stopPatience),
                        .send(signal: .quit, allowedDurationToNextStep: .seconds(5)),
                    ])
                }
                do {
                    for try await line in execution.standardError.strings() { note(line) }
                } catch {
                    logger.warning("the embedded database's log ended", error: error)
                }
                group.cancelAll()
            }
        }
        return result.terminationStatus
    }

    /// Hands a line of PostgreSQL's log on. Its readiness is a line too, and the only sign of it
    /// that needs no polling.
    private func note(_ line: String) {
        let text = line.trimmed
        if text.hasSuffix("database system is ready to accept connections") {
            isReady.open()
        }
        let isTrouble = text.hasPrefix("FATAL") || text.hasPrefix("PANIC")
        logger.log(level: isTrouble ? .warning : .debug, "postgres: \(text)")
    }
}
