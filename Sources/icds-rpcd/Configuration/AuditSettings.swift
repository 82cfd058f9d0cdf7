import AuditProof
import SystemPackage
import Tenancy

/// Settings of sealing and of what is kept of the log.
struct AuditSettings: Sendable {
    /// Where the private key of seals and checkpoints comes from.
    let signingKey: SecretSource
    /// Public keys that sealed before.
    private(set) var formerKeys: [NoteKey] = []
    /// Names the operator's log.
    let origin: String
    let sealInterval: Duration
    let checkpointInterval: Duration
    /// Each checkpoint is added to it.
    let checkpointFile: FilePath
    let retentionYears: Int
    /// The lag over which nothing is served that leaves a row; nil for none.
    let lagMax: Duration?

    init(
        _ reader: inout SettingsReader, stateFolder: FilePath, isEmbedded: Bool,
        commandTime: Duration
    ) {
        let derivedFile = stateFolder.appending("checkpoints")
        signingKey = KeySettings.signingKey(
            &reader, stateFolder: stateFolder, isEmbedded: isEmbedded, timeLimit: commandTime)
        checkpointFile =
            FilePath(
                reader.text(.auditCheckpointFile, fallback: derivedFile.string)
                    ?? derivedFile.string
            ).absolute
        origin = reader.text(.auditOrigin) ?? ""
        sealInterval = .seconds(reader.integer(.auditSealSeconds, in: 1...60))
        checkpointInterval = .seconds(reader.integer(.auditCheckpointSeconds, in: 1...86_400))
        retentionYears = reader.integer(.auditRetentionYears, in: 1...100)
        if reader.text(.auditLagSecondsMax) == "none" {
            lagMax = nil
        } else {
            lagMax = .seconds(reader.integer(.auditLagSecondsMax, in: 60...604_800, or: "none"))
        }
        for text in reader.list(.auditFormerKeys) {
            do {
                formerKeys.append(try NoteKey(text: text))
            } catch {
                reader.note(.auditFormerKeys, "\"\(text)\": \(error)")
            }
        }
        if !NoteKey.isName(origin) {
            reader.note(.auditOrigin, "no blanks, no plus sign, at most 200 bytes")
        }
    }
}
