import AuditProof
import Logging
import Services
import SystemPackage
import Tenancy
import Wire

/// What seals the logs, put together from the settings: the sealer, what hands its checkpoints on, and how
/// far it is.
struct Sealing: Sendable {
    let status: SealingStatus
    /// Tells every connection the newest checkpoint.
    let notice = ConnectionNotice(key: "icds-checkpoint-bin")
    private let sealer: AuditSealer
    private let publisher: CheckpointPublisher
    private let interval: Duration

    init(settings: AuditSettings, key: SigningKey, database: Database, logger: Logger) {
        let status = SealingStatus(limit: settings.lagMax)
        self.status = status
        interval = settings.sealInterval
        var sealing = AuditSealer.Settings(origin: settings.origin)
        sealing.checkpointInterval = settings.checkpointInterval
        sealing.retentionYears = settings.retentionYears
        sealing.formerKeys = settings.formerKeys.map(\.key)
        sealer = AuditSealer(database: database, key: key, settings: sealing, logger: logger)
        let notice = notice
        publisher = CheckpointPublisher(
            database: database, file: CheckpointFile(path: settings.checkpointFile.string)
        ) { size, note in
            notice.set(Array(note.utf8))
            status.record(checkpointSize: size)
        }
    }

    func service(after isReady: Gate, logger: Logger) -> SealingService {
        SealingService(
            sealer: sealer, publisher: publisher, status: status, interval: interval,
            isReady: isReady, logger: logger)
    }
}
