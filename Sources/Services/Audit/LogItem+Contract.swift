import AuditProof
import Contract
import Tenancy
import Wire

extension Contract.LogStart {
    init(_ record: SealRecord?, _ tenant: TenantSchema, until: Timestamp?) {
        self.init()
        schema = tenant.name
        recordedUntil = until
        guard let record else { return }
        seal = LogSeal(record.seal)
        frontier = record.frontier.subtrees
    }
}

extension LogRow {
    init(_ row: AuditRow, leaf: [UInt8]) {
        self.init()
        era = row.era
        sequence = row.sequence
        transaction = row.transaction
        timeMicroseconds = row.time
        actorKind = row.actorKind
        actorCode = row.actorCode
        actorSystem = row.actorSystem
        method = row.method
        outcome = Int32(row.outcome)
        refusalReason = row.refusalReason ?? ""
        purpose = Int32(row.purpose)
        rule = row.rule ?? ""
        statuteVersion = row.statuteVersion ?? ""
        legalBasis = row.legalBasis ?? ""
        decisionID = row.decisionID ?? []
        clientID = row.clientID ?? []
        clientCount = row.clientCount
        released = row.released.map(Int32.init)
        callReference = row.callReference
        personal = row.personal ?? []
        nonce = row.nonce
        self.leaf = leaf
    }
}

extension LogPlace {
    init(_ position: LogPosition) {
        self.init()
        era = position.era
        transaction = position.transaction
        sequence = position.sequence
    }
}

extension LogSeal {
    init(_ seal: Seal) {
        self.init()
        number = seal.number
        first = LogPlace(seal.first)
        last = LogPlace(seal.last)
        rowCount = seal.rowCount
        treeSize = seal.treeSize
        root = seal.root
        previous = seal.previous
        systemIdentifier = seal.systemIdentifier
        timeline = seal.timeline
        timeMicroseconds = seal.time
        keyID = seal.keyIdentifier
        signature = seal.signature
    }
}

extension LogHeadProof {
    init(_ proof: HeadProof, _ tenant: TenantSchema) {
        self.init()
        note = proof.note.text
        timeMicroseconds = proof.entry.time
        headsRoot = proof.entry.headsRoot
        entryPath = proof.entryPath
        headCount = UInt32(HeadTree.placeCount)
        headIndex = HeadTree.place(of: tenant.name) ?? 0
        headPath = proof.headPath
        schema = tenant.name
        guard let head = proof.head else { return }
        sealNumber = head.sealNumber
        treeSize = head.treeSize
        root = head.root
        sealHash = head.sealHash
    }
}
