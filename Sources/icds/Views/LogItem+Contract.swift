import AuditProof
import Contract
import Wire

extension LogItem {
    /// Nil where the item is of a kind that this program does not know.
    ///
    /// - Parameter schema: of the log that the export should be of.
    /// - Throws: `LogFinding.incomplete` for what cannot be a row, a seal or a proof.
    init?(_ response: ExportAccessesResponse, of schema: String) throws {
        switch response.item {
        case .start(let start): self = .start(try AuditProof.LogStart(start))
        case .row(let row): self = .row(try AuditRow(row), leaf: row.leaf)
        case .seal(let seal): self = .seal(try Seal(seal))
        case .proof(let proof): self = .proof(try HeadProof(proof, of: schema))
        case .end(let end):
            self = .end(
                AuditProof.LogEnd(
                    rowCount: end.rowCount, sealCount: end.sealCount, proofCount: end.proofCount))
        case nil: return nil
        }
    }
}

extension AuditProof.LogStart {
    fileprivate init(_ start: Contract.LogStart) throws {
        self.init(
            schema: start.schema, seal: try start.seal.map { try Seal($0) },
            frontier: start.frontier,
            until: start.recordedUntil.map { $0.microsecondsSince2000 })
    }
}

extension AuditRow {
    fileprivate init(_ row: LogRow) throws {
        func small(_ number: Int32) throws -> Int16 {
            guard let small = Int16(exactly: number) else {
                throw LogFinding.incomplete(what: "row \(row.sequence) has a number out of range")
            }
            return small
        }
        self.init()
        era = row.era
        sequence = row.sequence
        transaction = row.transaction
        time = row.timeMicroseconds
        actorKind = row.actorKind
        actorCode = row.actorCode
        actorSystem = row.actorSystem
        method = row.method
        outcome = try small(row.outcome)
        refusalReason = Self.present(row.refusalReason)
        purpose = try small(row.purpose)
        rule = Self.present(row.rule)
        statuteVersion = Self.present(row.statuteVersion)
        legalBasis = Self.present(row.legalBasis)
        decisionID = row.decisionID.isEmpty ? nil : row.decisionID
        clientID = row.clientID.isEmpty ? nil : row.clientID
        clientCount = row.clientCount
        released = try row.released.map(small)
        callReference = row.callReference
        personal = row.personal.isEmpty ? nil : row.personal
        nonce = row.nonce
    }

    private static func present(_ text: String) -> String? { text.isEmpty ? nil : text }
}

extension LogPosition {
    fileprivate init(_ place: LogPlace?) {
        self.init(
            era: place?.era ?? 0, transaction: place?.transaction ?? 0,
            sequence: place?.sequence ?? 0)
    }
}

extension Seal {
    fileprivate init(_ seal: LogSeal) throws {
        self.init()
        number = seal.number
        first = LogPosition(seal.first)
        last = LogPosition(seal.last)
        rowCount = seal.rowCount
        treeSize = seal.treeSize
        root = seal.root
        previous = seal.previous
        systemIdentifier = seal.systemIdentifier
        timeline = seal.timeline
        time = seal.timeMicroseconds
        keyIdentifier = seal.keyID
        signature = seal.signature
    }
}

extension HeadProof {
    /// - Parameter schema: of the log that the export is of.
    fileprivate init(_ proof: LogHeadProof, of schema: String) throws {
        let note = try SignedNote(text: proof.note)
        let size = try Checkpoint(body: note.body).size
        guard proof.headCount == HeadTree.placeCount, proof.schema == schema,
            proof.headIndex == HeadTree.place(of: schema)
        else {
            throw LogFinding.badCheckpoint(size: size, why: "its proof is of another place")
        }
        self.init(
            note: note,
            entry: CheckpointEntry(
                number: size, time: proof.timeMicroseconds, headsRoot: proof.headsRoot),
            entryPath: proof.entryPath, head: LogHead(proof), headPath: proof.headPath)
    }
}

extension LogHead {
    /// Nil where the log had no seal yet.
    fileprivate init?(_ proof: LogHeadProof) {
        guard proof.sealNumber > 0 else { return nil }
        self.init(
            schema: proof.schema, sealNumber: proof.sealNumber, treeSize: proof.treeSize,
            root: proof.root, sealHash: proof.sealHash)
    }
}

extension Timestamp {
    private static let secondsUntil2000: Int64 = 946_684_800

    /// As the log counts, of a valid moment.
    var microsecondsSince2000: Int64 {
        (seconds - Self.secondsUntil2000) * 1_000_000 + Int64(nanos / 1_000)
    }

    /// The whole seconds of a moment as the log has it.
    init(microsecondsSince2000 time: Int64) {
        let seconds = time / 1_000_000 - (time % 1_000_000 < 0 ? 1 : 0)
        self.init(seconds: Self.secondsUntil2000 + seconds)
    }
}
