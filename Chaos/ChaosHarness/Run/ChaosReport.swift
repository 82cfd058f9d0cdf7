/// What a run did, what was compared afterwards, and what did not hold.
package struct ChaosReport: Sendable {
    package var seed: UInt64
    /// How often each fault was carried out.
    package var faults: [Fault: Int] = [:]
    /// Whether a full disk was one, and not a limit on the size of files.
    package var areDisksFilled = true
    /// Writes whose answer somebody waited for at the moments of the kills.
    package var writesUnderWayAtKills = 0
    package var entries = Ledger.Entries()
    package var records = TenantCheck.Counts()
    package var accessesAnswered = 0
    package var accessesRefused = 0
    package var rowsWithoutAnswer = 0
    package var rowsVerified = 0
    package var sealsVerified = 0
    package var checkpointsVerified = 0
    package var findings: [Finding] = []
    package var duration: Duration = .zero

    package init(seed: UInt64) {
        self.seed = seed
    }

    package var killCount: Int {
        faults.reduce(0) { $0 + ($1.key.kind.isKill ? $1.value : 0) }
    }

    /// The table that a run ends with.
    package var text: String {
        var lines: [(String, String)] = []
        func add(_ what: String, _ count: Int, _ remark: String = "") {
            lines.append((what, remark.isEmpty ? "\(count)" : "\(count)  \(remark)"))
        }
        for (fault, count) in faults.sorted(by: { "\($0.key)" < "\($1.key)" }) {
            let isLimit = fault.kind == .disk && !areDisksFilled
            add("\(fault)", count, isLimit ? "as a limit on the size of files, without root" : "")
        }
        add("kills", killCount, "with \(writesUnderWayAtKills) writes under way")
        add(
            "writes acknowledged", entries.writesAcknowledged,
            "\(entries.writesAskedAgain) after having been asked for again")
        add("  clients created, each there once", records.acknowledgedCreations)
        add("  versions of clients, each there once", records.clientVersions)
        add("  words in shared texts, none lost", records.sharedWords)
        add("  assessments with a county", records.assessments)
        add("  keys with their answers", records.keys)
        add("  answers asked for once more, the same", entries.answersRepeated)
        add(
            "creations not acknowledged", records.creationsNotAsked,
            "\(records.creationsKeptUnanswered) there as a whole, the others not at all")
        add("  told that nothing was changed, none there", records.creationsSaidUnchanged)
        add("transactions with their rows in outbox and log", records.changes)
        add("accesses answered, each with its row", accessesAnswered)
        add("accesses refused, each with its row", accessesRefused)
        add("rows of accesses whose answer was lost", rowsWithoutAnswer)
        add("rows of the logs verified", rowsVerified)
        add("seals verified", sealsVerified)
        add("checkpoints that were handed out, verified", checkpointsVerified)
        for feed in entries.feeds {
            add(
                "changes read by \(feed.reader)", feed.events.count,
                "\(feed.resumptions) times from a stored cursor")
        }
        for kind in Finding.Kind.allCases {
            add("VIOLATIONS: \(kind.rawValue)", findings.count { $0.kind == kind })
        }
        let width = lines.map(\.0.count).max() ?? 0
        let table = lines.map { what, count in
            what + String(repeating: " ", count: width - what.count + 2) + count
        }
        return table.joined(separator: "\n")
    }

    /// How calls ended that were not answered, the most frequent first.
    package var statusText: String {
        entries.statuses.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
            .map { "\($0.value) \($0.key)" }.joined(separator: ", ")
    }
}
