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

    /// - Throws: `ProofError` where the operator's log has no name that a key can have.
    init(
        settings: AuditSettings, key: SigningKey, database: Database, logger: Logger
    ) throws(ProofError) {
        let status = SealingStatus(limit: settings.lagMax)
        self.status = status
        interval = settings.sealInterval
        var sealing = AuditSealer.Settings(origin: settings.origin)
        sealing.checkpointInterval = settings.checkpointInterval
        sealing.retentionYears = settings.retentionYears
        sealing.formerKeys = settings.formerKeys
        let file = CheckpointFile(path: settings.checkpointFile.string)
        sealing.witness = file
        sealer = AuditSealer(database: database, key: key, settings: sealing, logger: logger)
        let notice = notice
        publisher = CheckpointPublisher(
            database: database, file: file,
            identity: try OperatorIdentity(
                origin: settings.origin, key: key.publicKey, former: settings.formerKeys)
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
