import AuditProof

/// Holds one municipality's records against what its callers were told.
package struct TenantCheck: Sendable {
    /// What was compared, for the report.
    package struct Counts: Sendable, Equatable {
        package var acknowledgedCreations = 0
        package var creationsNotAsked = 0
        /// Of those: the answer said that nothing was changed.
        package var creationsSaidUnchanged = 0
        /// Of those: found there as a whole.
        package var creationsKeptUnanswered = 0
        package var clientVersions = 0
        package var assessments = 0
        package var sharedWords = 0
        package var keys = 0
        package var changes = 0

        package static func += (left: inout Counts, right: Counts) {
            left.acknowledgedCreations += right.acknowledgedCreations
            left.creationsNotAsked += right.creationsNotAsked
            left.creationsSaidUnchanged += right.creationsSaidUnchanged
            left.creationsKeptUnanswered += right.creationsKeptUnanswered
            left.clientVersions += right.clientVersions
            left.assessments += right.assessments
            left.sharedWords += right.sharedWords
            left.keys += right.keys
            left.changes += right.changes
        }

        package init() {}
    }

    private let municipality: String
    private let entries: Ledger.Entries
    private let facts: TenantFacts
    private let clients: [String: TenantFacts.ClientRow]
    package private(set) var counts = Counts()
    package private(set) var findings: [Finding] = []

    package init(_ municipality: String, _ entries: Ledger.Entries, _ facts: TenantFacts) throws {
        self.municipality = municipality
        self.entries = entries
        self.facts = facts
        clients = Dictionary(facts.clients.map { ($0.clientID, $0) }) { first, _ in first }
        checkCreations()
        checkClients()
        checkSharedTexts()
        checkAssessments()
        try checkKeys()
        checkVersions()
        checkTransactions()
    }

    private mutating func find(_ kind: Finding.Kind, _ what: String) {
        findings.append(Finding(kind, "\(municipality): \(what)"))
    }

    // MARK: What was written

    private mutating func checkCreations() {
        var byMarker = Dictionary(grouping: facts.clients, by: \.marker)
        for created in entries.created where created.municipality == municipality {
            let rows = byMarker.removeValue(forKey: created.marker) ?? []
            if rows.count > 1 { find(.writeTwice, "\(rows.count) clients \(created.marker)") }
            switch created.outcome {
            case .acknowledged:
                counts.acknowledgedCreations += 1
                if rows.isEmpty {
                    find(.acknowledgedWriteLost, "client \(created.marker)")
                } else if rows[0].clientID != created.clientID {
                    find(.writeTwice, "client \(created.marker) has another id")
                }
            case .unchanged:
                counts.creationsNotAsked += 1
                counts.creationsSaidUnchanged += 1
                if !rows.isEmpty { find(.refusedWriteKept, "client \(created.marker)") }
            case .unknown:
                counts.creationsNotAsked += 1
                if !rows.isEmpty { counts.creationsKeptUnanswered += 1 }
            }
        }
        for marker in byMarker.keys.sorted() { find(.unexplained, "client \(marker)") }
        for client in facts.clients where client.sourceCount == 0 {
            find(.halfWrite, "client \(client.marker) has no source")
        }
    }

    /// Each owner knows what its client must be like.
    private mutating func checkClients() {
        for (clientID, expected) in entries.clients where expected.municipality == municipality {
            guard let row = clients[clientID] else {
                find(.acknowledgedWriteLost, "client \(clientID)")
                continue
            }
            counts.clientVersions += row.version
            let isAsSeen = row.version == expected.version && row.email == expected.email
            let isOneFurther =
                row.version == expected.version + 1 && row.email == expected.orNextEmail
            guard !isAsSeen, !isOneFurther else { continue }
            let kind: Finding.Kind =
                row.version < expected.version
                ? .acknowledgedWriteLost
                : row.version > expected.version ? .writeTwice : .halfWrite
            find(
                kind,
                "client \(clientID) is at version \(row.version) with \(row.email), and was seen at "
                    + "\(expected.version) with \(expected.email)")
        }
    }

    private mutating func checkSharedTexts() {
        for (clientID, text) in entries.sharedTexts where text.municipality == municipality {
            let words = clients[clientID]?.workHistory.split(separator: " ").map(String.init) ?? []
            let found = Dictionary(grouping: words) { $0 }.mapValues(\.count)
            counts.sharedWords += text.added.count
            for word in text.added.sorted() where found[word] != 1 {
                find(
                    found[word] == nil ? .acknowledgedWriteLost : .writeTwice,
                    "word \(word) of client \(clientID)")
            }
            for word in text.refused.sorted() where found[word] != nil {
                find(.refusedWriteKept, "word \(word) of client \(clientID)")
            }
        }
    }

    private mutating func checkAssessments() {
        let rows = Dictionary(facts.assessments.map { ($0.assessmentID, $0) }) { first, _ in first }
        for (id, expected) in entries.assessments where expected.municipality == municipality {
            counts.assessments += 1
            guard let row = rows[id], row.clientID == expected.clientID else {
                find(.acknowledgedWriteLost, "assessment \(id)")
                continue
            }
            if row.parts.count > 1 { find(.writeTwice, "assessment \(id) was shared twice") }
            let part = row.parts.first
            if let reference = expected.caseReference, part?.caseReference != reference {
                find(.acknowledgedWriteLost, "invitation to assessment \(id)")
            }
            if expected.isAccepted, part?.isAccepted != true {
                find(.acknowledgedWriteLost, "acceptance of assessment \(id)")
            }
            if expected.isCompleted, !row.isCompleted {
                find(.acknowledgedWriteLost, "completion of assessment \(id)")
            }
            // Both or neither, whoever was told what.
            if let part, row.isCompleted != part.isEnded {
                find(.halfWrite, "assessment \(id) and the county's part end apart")
            }
        }
        for row in facts.assessments where entries.assessments[row.assessmentID] == nil {
            find(.unexplained, "assessment \(row.assessmentID)")
        }
    }

    /// Each key that had an effect is there with its answer, in the transaction of the effect.
    private mutating func checkKeys() throws {
        var rows = Dictionary(grouping: facts.keys, by: \.digest)
        for (key, outcome) in entries.keys[municipality] ?? [:] {
            let digest = try SHA256.hash(Array(key.utf8)).map {
                String($0 >> 4, radix: 16) + String($0 & 15, radix: 16)
            }.joined()
            let found = rows.removeValue(forKey: digest) ?? []
            if found.contains(where: { !$0.hasAnswer }) { find(.halfWrite, "key without answer") }
            switch outcome {
            case .acknowledged:
                counts.keys += 1
                if found.count != 1 { find(.acknowledgedWriteLost, "key of a write") }
            case .unchanged:
                if !found.isEmpty { find(.refusedWriteKept, "key of a write") }
            case .unknown: break
            }
        }
        if !rows.isEmpty { find(.unexplained, "\(rows.count) keys that nobody used") }
    }

    // MARK: What belongs together

    /// Every version of every client has its change in the outbox, once, and no other has.
    private mutating func checkVersions() {
        var versions: [String: [Int]] = [:]
        for row in facts.outbox where row.event.kind <= 3 {
            versions[row.event.clientID, default: []].append(Int(row.event.version) ?? 0)
        }
        for client in facts.clients {
            let told = versions.removeValue(forKey: client.clientID) ?? []
            if told != Array(1...max(1, client.version)) {
                find(
                    .halfWrite,
                    "client \(client.clientID) is at version \(client.version), and its changes are "
                        + "\(told)")
            }
        }
        for clientID in versions.keys.sorted() {
            find(.halfWrite, "changes of client \(clientID), which is not there")
        }
        checkCaseEvents()
    }

    private mutating func checkCaseEvents() {
        var told: [String: [Int]] = [:]
        for row in facts.outbox where row.event.kind > 3 {
            told[row.event.assessmentID, default: []].append(row.event.kind)
        }
        for row in facts.assessments {
            var expected = [4]
            for part in row.parts {
                expected.append(7)
                if part.isAccepted { expected.append(8) }
                if part.isEnded { expected.append(9) }
            }
            if row.isCompleted { expected.append(6) }
            let found = told.removeValue(forKey: row.assessmentID) ?? []
            if found.sorted() != expected.sorted() {
                find(.halfWrite, "assessment \(row.assessmentID) has the changes \(found)")
            }
        }
        if !told.isEmpty { find(.halfWrite, "changes of \(told.count) assessments not there") }
    }

    /// Every transaction that changed something has its row in the log.
    private mutating func checkTransactions() {
        let logged = Set(facts.log.lazy.filter(\.isPermitted).map(\.transaction))
        let changing = Set(facts.outbox.map(\.transaction))
        counts.changes += changing.count
        for transaction in changing.subtracting(logged).sorted() {
            find(.accessWithoutRow, "transaction \(transaction) changed something")
        }
    }
}
