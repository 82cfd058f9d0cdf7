/// Why a tenant's log is not sealed. None of them passes by itself: somebody has to look.
public enum SealingError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The last seal is not signed by this sealer's key or a former one, or its subtrees do not make up
    /// its root: somebody wrote it who should not have.
    case lastSealForged(number: UInt64)
    /// A seal that this sealer or a checkpoint knows of is not there any more, or is another.
    case sealsMissing(known: UInt64, found: UInt64)
    /// The log was put into another cluster, and nobody began an era there.
    case eraNotBegun

    public var description: String {
        switch self {
        case .lastSealForged(let number):
            "seal \(number) is not what a sealer with a known key wrote"
        case .sealsMissing(let known, let found):
            "seal \(known) was made, and the log ends with seal \(found), or with another \(known)"
        case .eraNotBegun:
            "the log comes from another cluster: begin_audit_era() must be run by its owner"
        }
    }
}
