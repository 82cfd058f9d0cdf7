import AuditProof
import Contract
import Tenancy

extension Contract.LogStart {
    init(_ record: SealRecord?, _ tenant: TenantSchema) {
        self.init()
        schema = tenant.name
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
    init(_ proof: HeadProof) {
        self.init()
        note = proof.note.text
        timeMicroseconds = proof.entry.time
        headCount = proof.entry.headCount
        headsRoot = proof.entry.headsRoot
        entryPath = proof.entryPath
        sealNumber = proof.head.sealNumber
        treeSize = proof.head.treeSize
        root = proof.head.root
        sealHash = proof.head.sealHash
        headIndex = proof.headIndex
        headPath = proof.headPath
        schema = proof.head.schema
    }
}
