import Logging
import ServiceLifecycle
import Tenancy

/// Seals the logs of all municipalities for as long as the daemon runs, and says where that fails.
final class SealingService: Service, CustomStringConvertible {
    /// A lag that is not the sealing's usual pace any more.
    static let lagThatIsAnAlarm: Duration = .seconds(60)

    let description = "sealing"
    private let sealer: AuditSealer
    private let publisher: CheckpointPublisher
    private let status: SealingStatus
    private let interval: Duration
    private let isReady: Gate
    private let logger: Logger

    /// - Parameters:
    ///   - interval: between two looks.
    ///   - isReady: opens once the database can be worked on.
    init(
        sealer: AuditSealer, publisher: CheckpointPublisher, status: SealingStatus,
        interval: Duration, isReady: Gate, logger: Logger
    ) {
        self.sealer = sealer
        self.publisher = publisher
        self.status = status
        self.interval = interval
        self.isReady = isReady
        self.logger = logger
    }

    func run() async throws {
        await cancelWhenGracefulShutdown {
            // Why the database is not ready is the database's to say.
            guard (try? await self.isReady.wait()) != nil else { return }
            await self.seal()
        }
    }

    private func seal() async {
        var alarms = Alarms(logger: logger)
        while !Task.isCancelled {
            do {
                status.record(try await sealer.round())
                alarms.roundSucceeded()
            } catch {
                if Task.isCancelled { return }
                alarms.roundFailed(error)
            }
            do {
                try await publisher.publish()
                alarms.publicationSucceeded()
            } catch {
                if Task.isCancelled { return }
                alarms.publicationFailed(error)
            }
            alarms.judge(status.lag())
            try? await Task.sleep(for: interval)
        }
    }
}

/// Says once what goes wrong, and once that it is over.
private struct Alarms {
    let logger: Logger
    private var isFailing = false
    private var isUnpublished = false
    private var isLate = false

    init(logger: Logger) {
        self.logger = logger
    }

    mutating func roundFailed(_ error: any Error) {
        if !isFailing { logger.error("the logs cannot be sealed now", error: error) }
        isFailing = true
    }

    mutating func roundSucceeded() {
        if isFailing { logger.notice("the logs are sealed again") }
        isFailing = false
    }

    mutating func publicationFailed(_ error: any Error) {
        if !isUnpublished, error is SealingError {
            logger.critical(
                "ALARM: no checkpoint is handed on", metadata: ["error": "\(error)"])
        } else if !isUnpublished {
            logger.error("a checkpoint cannot be handed on", error: error)
        }
        isUnpublished = true
    }

    mutating func publicationSucceeded() {
        if isUnpublished { logger.notice("checkpoints are handed on again") }
        isUnpublished = false
    }

    mutating func judge(_ lag: Duration) {
        let isLateNow = lag > SealingService.lagThatIsAnAlarm
        defer { isLate = isLateNow }
        guard isLateNow != isLate else { return }
        let seconds: Logger.Metadata = ["seconds": "\(lag.components.seconds)"]
        if isLateNow {
            logger.critical("ALARM: the logs are not sealed in time", metadata: seconds)
        } else {
            logger.notice("the logs are sealed in time again", metadata: seconds)
        }
    }
}
