/// Holds the callers' accesses against the log, as the municipality itself reads it.
package struct AccessCheck: Sendable {
    /// A row of the log.
    package struct Row: Sendable, Equatable {
        package var method: String
        package var reason: String
        package var clientID: String
        /// Empty where the access was permitted.
        package var refusal: String

        package init(method: String, reason: String, clientID: String, refusal: String) {
            self.method = method
            self.reason = reason
            self.clientID = clientID
            self.refusal = refusal
        }
    }

    package private(set) var answeredCount = 0
    package private(set) var refusedCount = 0
    /// Rows of accesses whose answer did not come: permitted, and more than those that came.
    package private(set) var rowsWithoutAnswer = 0
    package private(set) var findings: [Finding] = []

    package init(_ municipality: String, _ accesses: [Access], _ rows: [Row]) {
        let own = accesses.filter { $0.municipality == municipality }
        var remaining = Dictionary(grouping: rows, by: \.reason)
        for access in own {
            switch access.outcome {
            case .unanswered: continue
            case .answered(let clientID):
                answeredCount += 1
                let index = remaining[access.reason]?.firstIndex {
                    $0.method == access.method && $0.refusal.isEmpty
                        && (clientID == nil || $0.clientID == clientID)
                }
                // Of two answers to one call asked for twice, each has a row.
                if let index {
                    remaining[access.reason]?.remove(at: index)
                } else {
                    find(municipality, access, "data of \(clientID ?? "the municipality")")
                }
            case .refused(let reason):
                refusedCount += 1
                let index = remaining[access.reason]?.firstIndex {
                    $0.method == access.method && $0.refusal == reason
                }
                if let index {
                    remaining[access.reason]?.remove(at: index)
                } else {
                    find(municipality, access, reason)
                }
            }
        }
        let asked = Set(own.map(\.reason))
        for (reason, left) in remaining {
            if asked.contains(reason) {
                rowsWithoutAnswer += left.count { $0.refusal.isEmpty }
            } else if !left.isEmpty {
                findings.append(
                    Finding(.unexplained, "\(municipality): a row of \(left[0].method), \(reason)"))
            }
        }
    }

    private mutating func find(_ municipality: String, _ access: Access, _ what: String) {
        findings.append(
            Finding(
                .accessWithoutRow, "\(municipality): \(access.method), \(access.reason): \(what)"))
    }
}
