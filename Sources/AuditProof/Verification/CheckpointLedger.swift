/// Which checkpoints must agree with a log, and which of them do. Proofs come first, then the seals in their
/// order; what it keeps grows with the checkpoints alone.
struct CheckpointLedger: Sendable {
    /// A log's name and a size.
    private struct Name: Hashable {
        let origin: String
        let size: UInt64

        init(_ checkpoint: Checkpoint) {
            origin = checkpoint.origin
            size = checkpoint.size
        }
    }

    private struct Wanted {
        let head: LogHead
        var agreements: [LogSummary.Agreement]
        var checkpoint: UInt64 { agreements.first?.checkpoint.size ?? 0 }
    }

    /// A checkpoint's entry has the moment at which a round began, and a round takes ten minutes at most.
    private static let earlyMicrosecondsMax: Int64 = 900_000_000

    private let keys: [NoteKey]
    private var kept: [Name: Checkpoint] = [:]
    private var proven: [Name: Checkpoint] = [:]
    private var wanted: [UInt64: Wanted] = [:]
    /// Sizes of trees that no seal was met of, the largest first; made once the first seal comes.
    private var sizesToMeet: [UInt64]?
    private var agreeing: [LogSummary.Agreement] = []
    private var absent: [LogSummary.Agreement] = []
    /// Of the checkpoints that speak of less than the next seal, the one dated last.
    private var latest: LogSummary.Agreement?

    /// - Throws: `LogFinding.badCheckpoint`, `LogFinding.forked`; `ProofError`.
    init(keys: [NoteKey], kept notes: [SignedNote]) throws {
        self.keys = keys
        for note in notes {
            let checkpoint = try verified(note)
            if let other = kept[Name(checkpoint)], other != checkpoint {
                throw LogFinding.forked(checkpoint: checkpoint.size)
            }
            kept[Name(checkpoint)] = checkpoint
        }
    }

    mutating func take(_ proof: HeadProof, of schema: String) throws {
        let checkpoint = try verified(proof.note)
        let (witness, before) = (kept[Name(checkpoint)], proven[Name(checkpoint)])
        guard [witness, before].allSatisfy({ $0 == nil || $0 == checkpoint }) else {
            throw LogFinding.forked(checkpoint: checkpoint.size)
        }
        guard try proof.isValid(for: checkpoint, of: schema) else {
            throw LogFinding.badCheckpoint(
                size: checkpoint.size, why: "the proof of this log's head does not lead to it")
        }
        guard before == nil else { return }
        proven[Name(checkpoint)] = checkpoint
        let agreement = LogSummary.Agreement(
            checkpoint: checkpoint, time: proof.entry.time, treeSize: proof.head?.treeSize ?? 0,
            isKept: witness != nil)
        guard let head = proof.head else { return absent.append(agreement) }
        let other = wanted[head.treeSize]
        guard other.map({ $0.head == head }) ?? true else {
            throw LogFinding.rewritten(checkpoint: checkpoint.size, sealed: head.treeSize)
        }
        wanted[head.treeSize] = Wanted(
            head: head, agreements: (other?.agreements ?? []) + [agreement])
    }

    /// A seal of the export, or the one that it begins behind.
    mutating func meet(_ seal: Seal, hash: [UInt8], isStart: Bool = false) throws {
        if sizesToMeet == nil {
            let before = wanted.values.filter { $0.head.treeSize < seal.treeSize }
            noteDates(absent + before.flatMap(\.agreements))
        }
        try checkDates(at: seal)
        var sizes = sizesToMeet ?? wanted.keys.sorted(by: >)
        // What comes before the export's beginning is not in it.
        if isStart { sizes.removeAll { $0 < seal.treeSize } }
        defer { sizesToMeet = sizes }
        guard let next = sizes.last, next <= seal.treeSize, let found = wanted[next] else { return }
        sizes.removeLast()
        guard next == seal.treeSize, found.head.root == seal.root, found.head.sealHash == hash,
            found.head.sealNumber == seal.number
        else { throw LogFinding.rewritten(checkpoint: found.checkpoint, sealed: next) }
        let early = found.agreements.first {
            TimeWatch.distance(from: $0.time, to: seal.time) > Self.earlyMicrosecondsMax
        }
        if let early {
            throw LogFinding.badCheckpoint(
                size: early.checkpoint.size,
                why: "it is dated before seal \(seal.number), of which it speaks")
        }
        agreeing += found.agreements
        noteDates(found.agreements)
        wanted[next] = nil
    }

    private mutating func noteDates(_ agreements: [LogSummary.Agreement]) {
        latest = ([latest].compactMap(\.self) + agreements).max { $0.time < $1.time }
    }

    /// A place that was left empty, or as it was, while there were more seals holds nobody to what they seal.
    private func checkDates(at seal: Seal) throws {
        guard let latest,
            TimeWatch.distance(from: seal.time, to: latest.time) > Self.earlyMicrosecondsMax
        else { return }
        let what =
            latest.treeSize == 0
            ? "says that the log had no seal" : "speaks of \(latest.treeSize) rows"
        throw LogFinding.badCheckpoint(
            size: latest.checkpoint.size,
            why: "it \(what), and is dated after seal \(seal.number)")
    }

    /// Puts into a summary which checkpoints agree and which lie outside.
    ///
    /// - Throws: `LogFinding.truncated`, `.unproven`, `.unwitnessed`.
    mutating func finish(_ summary: inout LogSummary) throws {
        var outside: [LogSummary.Agreement] = []
        for (size, rest) in wanted.sorted(by: { $0.key < $1.key }) {
            guard size < summary.startSize || summary.isCut else {
                throw LogFinding.truncated(
                    checkpoint: rest.checkpoint, sealed: size, found: summary.treeSize)
            }
            outside += rest.agreements
        }
        if summary.startSize == 0 { agreeing += absent } else { outside += absent }
        if let missing = kept.keys.filter({ proven[$0] == nil }).map(\.size).min() {
            throw LogFinding.unproven(checkpoint: missing)
        }
        guard kept.isEmpty || agreeing.contains(where: \.isKept) else {
            throw LogFinding.unwitnessed
        }
        summary.agreeing = agreeing.sorted { $0.checkpoint.size < $1.checkpoint.size }
        summary.outside = outside.sorted { $0.checkpoint.size < $1.checkpoint.size }
    }

    private func verified(_ note: SignedNote) throws -> Checkpoint {
        do {
            return try Checkpoint.verified(note, by: keys)
        } catch {
            guard let checkpoint = try? Checkpoint(body: note.body) else {
                throw LogFinding.badCheckpoint(size: 0, why: "\(error)")
            }
            throw LogFinding.badCheckpoint(
                size: checkpoint.size, why: "it is signed by none of the keys given")
        }
    }
}
