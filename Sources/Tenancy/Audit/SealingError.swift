/// Why a tenant's log is not sealed. None of them passes by itself: somebody has to look.
public enum SealingError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The last seal is not signed by this sealer's key or a former one, or its subtrees do not make up
    /// its root: somebody wrote it who should not have.
    case lastSealForged(number: UInt64)
    /// A seal that this sealer or a checkpoint knows of is not there any more, or is another.
    case sealsMissing(known: UInt64, found: UInt64)
    /// The newest checkpoint in the database is not signed by a known key, or not over what the operator's
    /// log and its heads are: somebody wrote it who should not have.
    case checkpointForged(number: UInt64)
    /// A checkpoint that was handed out is not in the database any more, or is another there. To sign a
    /// second one of its size would be to show two histories.
    case checkpointsLost(known: UInt64, found: UInt64)
    /// The log was put into another cluster, and nobody began an era there.
    case eraNotBegun

    public var description: String {
        switch self {
        case .lastSealForged(let number):
            "seal \(number) is not what a sealer with a known key wrote"
        case .sealsMissing(let known, let found):
            "seal \(known) was made, and the log ends with seal \(found), or with another \(known)"
        case .checkpointForged(let number):
            "checkpoint \(number) is not what a sealer with a known key made"
        case .checkpointsLost(let known, let found):
            "checkpoint \(known) was handed out, and the database ends with \(found) or has another "
                + "\(known): it came back as it was earlier; go on under a new audit.origin"
        case .eraNotBegun:
            "the log comes from another cluster: begin_audit_era() must be run by its owner"
        }
    }
}
