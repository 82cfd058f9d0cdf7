/// What is wrong with a log: the first thing that a verifier comes upon.
public enum LogFinding: Error, Sendable, Equatable, CustomStringConvertible {
    /// The export is of another log than the one that was asked for.
    case otherLog(schema: String)
    /// The export does not have the whole log, and nobody said that a part would do.
    case partial
    /// A row's leaf is not the hash of its columns.
    case badLeaf(LogPosition)
    /// A row stands before one that it should follow, or twice.
    case outOfOrder(LogPosition)
    /// A row is dated long before a row that was written earlier.
    case backdated(LogPosition, seconds: Int64)
    /// A row is dated after the seal over it was made.
    case postdated(LogPosition, seal: UInt64, seconds: Int64)
    /// A seal is dated long before the seal before it.
    case backdatedSeal(number: UInt64, seconds: Int64)
    /// The numbers of two seals that follow each other have a gap.
    case missingSeal(number: UInt64)
    /// A seal is not signed by a key that was given.
    case badSealSignature(number: UInt64)
    /// A seal does not follow the one before: one of the two was written anew.
    case brokenChain(number: UInt64)
    /// A seal counts rows that are not there, or fewer than there are.
    case rowCount(seal: UInt64, sealed: UInt64, found: UInt64, from: LogPosition, to: LogPosition)
    /// The rows of a seal are there in number and fit their leaves, but are not the ones it sealed.
    case rowsChanged(seal: UInt64, from: LogPosition, to: LogPosition)
    /// Rows at the end have waited for a seal for longer than sealing takes.
    case unsealed(since: LogPosition, seconds: Int64)
    /// The seal before the export's first row does not fit the subtrees that the export gives.
    case badStart(number: UInt64)
    /// The export was cut off, or something was taken out of it.
    case incomplete(what: String)
    /// A proof does not lead to its checkpoint, or the checkpoint is signed by none of the keys.
    case badCheckpoint(size: UInt64, why: String)
    /// A checkpoint speaks of more rows than there are: the end of the log is gone.
    case truncated(checkpoint: UInt64, sealed: UInt64, found: UInt64)
    /// The log is not the one that a checkpoint speaks of.
    case rewritten(checkpoint: UInt64, sealed: UInt64)
    /// The operator showed another checkpoint of that size.
    case forked(checkpoint: UInt64)
    /// The export has no proof for a checkpoint that was given.
    case unproven(checkpoint: UInt64)
    /// None of the checkpoints that were given speaks of the part of the log that the export has.
    case unwitnessed

    public var description: String {
        switch self {
        case .otherLog(let schema): "it is the log of \(Self.name(schema))"
        case .partial:
            "the export has a part of the log only; where a part will do, say --part"
        case .badLeaf(let row): "the row \(row) is not what its leaf is the hash of"
        case .outOfOrder(let row): "the row \(row) is out of order, or there twice"
        case .backdated(let row, let seconds):
            "the row \(row) is dated \(seconds) seconds before a row that was written earlier"
        case .postdated(let row, let seal, let seconds):
            "the row \(row) is dated \(seconds) seconds after seal \(seal), which covers it"
        case .backdatedSeal(let number, let seconds):
            "seal \(number) is dated \(seconds) seconds before the seal before it"
        case .missingSeal(let number): "seal \(number) is missing"
        case .badSealSignature(let number): "seal \(number) is signed by none of the keys given"
        case .brokenChain(let number): "seal \(number) does not follow from the seal before it"
        case .rowCount(let seal, let sealed, let found, let from, let to):
            "seal \(seal) covers \(sealed) rows, of which \(found) are there (\(from) to \(to))"
        case .rowsChanged(let seal, let from, let to):
            "the rows of seal \(seal) are not those that were sealed (\(from) to \(to))"
        case .unsealed(let row, let seconds):
            "the rows from \(row) on have no seal, though rows came for \(seconds) seconds after: "
                + "nothing proves them"
        case .badStart(let number):
            "seal \(number) does not fit the tree that the export begins with"
        case .incomplete(let what): "the export is not whole: \(what)"
        case .badCheckpoint(let size, let why): "checkpoint \(size): \(why)"
        case .truncated(let size, let sealed, let found):
            "checkpoint \(size) was made when \(sealed) rows were sealed, and there are \(found): "
                + "the end of the log is missing"
        case .rewritten(let size, let sealed):
            "the first \(sealed) rows are not those of checkpoint \(size): the log was written anew"
        case .forked(let size): "there are two different checkpoints of size \(size)"
        case .unproven(let size):
            "the export has no proof for checkpoint \(size): export again with it"
        case .unwitnessed:
            "none of the checkpoints that you kept speaks of the rows that the export has"
        }
    }

    /// What an export says of itself could be any text.
    private static func name(_ schema: String) -> String {
        HeadTree.place(of: schema) == nil ? "no municipality" : schema
    }
}
