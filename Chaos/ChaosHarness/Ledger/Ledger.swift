import Synchronization

/// What the callers asked for and were told: what the database is held to afterwards.
package final class Ledger: Sendable {
    package struct Entries: Sendable {
        package var accesses: [Access] = []
        package var created: [CreatedClient] = []
        package var clients: [String: ExpectedClient] = [:]
        package var assessments: [String: ExpectedAssessment] = [:]
        package var sharedTexts: [String: SharedText] = [:]
        /// By municipality, then by key.
        package var keys: [String: [String: WriteOutcome]] = [:]
        package var feeds: [FeedRecord] = []
        /// Texts of the checkpoints that were handed out with answers.
        package var checkpoints: Set<String> = []
        /// How often a call ended with what status: "UNAVAILABLE/DATABASE_UNAVAILABLE".
        package var statuses: [String: Int] = [:]
        /// What must not happen, and did while the load ran.
        package var findings: [Finding] = []
        package var writesAcknowledged = 0
        /// Of these, how many needed a second attempt.
        package var writesAskedAgain = 0
        /// How often a write that had been answered was asked for again, to get the same answer.
        package var answersRepeated = 0

        package init() {}
    }

    private struct State {
        var entries = Entries()
        var writesUnderWay = 0
        /// Places of accesses that are under way or were, in `entries`.
        var nextNumber = 0
    }

    private let state = Mutex(State())

    package init() {}

    package var entries: Entries { state.withLock { $0.entries } }
    var writesAcknowledged: Int { state.withLock { $0.entries.writesAcknowledged } }
    /// Writes whose answer somebody waits for at this moment.
    var writesUnderWay: Int { state.withLock { $0.writesUnderWay } }

    func change(_ body: (inout Entries) -> Void) {
        state.withLock { body(&$0.entries) }
    }

    /// A number that nothing else of the run has.
    func number() -> Int {
        state.withLock { state in
            state.nextNumber += 1
            return state.nextNumber
        }
    }

    // MARK: Accesses

    /// A call is about to be made. Gives its place.
    func began(_ access: Access) -> Int {
        state.withLock { state in
            state.entries.accesses.append(access)
            return state.entries.accesses.count - 1
        }
    }

    func ended(_ place: Int, _ outcome: Access.Outcome) {
        state.withLock { $0.entries.accesses[place].outcome = outcome }
    }

    // MARK: Writes

    func writeBegan() {
        state.withLock { $0.writesUnderWay += 1 }
    }

    func writeEnded(isAcknowledged: Bool, attempts: Int) {
        state.withLock { state in
            state.writesUnderWay -= 1
            guard isAcknowledged else { return }
            state.entries.writesAcknowledged += 1
            if attempts > 1 { state.entries.writesAskedAgain += 1 }
        }
    }

    func note(key: String, of municipality: String, _ outcome: WriteOutcome) {
        state.withLock { $0.entries.keys[municipality, default: [:]][key] = outcome }
    }

    func note(status: String) {
        state.withLock { $0.entries.statuses[status, default: 0] += 1 }
    }

    func find(_ finding: Finding) {
        state.withLock { $0.entries.findings.append(finding) }
    }
}
