import Contract
import Wire

extension Scenario {
    /// Tampere lists the accesses to its client: every one of the above, permitted and refused.
    func listAccesses(to created: CreatedClients) async throws {
        journal.heading("Tampere lists the accesses to that client")
        let reason = "Following up the use of data"
        var accesses: [Access] = []
        var token = ""
        repeat {
            let answer = try await permitted(
                .tampere, AuditServiceMethods.listAccesses,
                token.isEmpty ? "to that client" : "the next page"
            ) { caller in
                try await caller.audit.listAccesses(
                    ListAccessesRequest.with {
                        $0.access = caller.access(.logOversight, reason)
                        $0.clientID = created.subject.clientID
                        $0.pageToken = token
                    })
            }
            accesses += answer.accesses
            token = answer.nextPageToken
        } while !token.isEmpty
        journal.line("")
        journal.line(AccessTable.text(accesses.reversed()))
        // The listing is an access of its own, which a listing may or may not show already.
        let others = accesses.filter {
            $0.method != AuditServiceMethods.listAccesses.fullName
        }
        try ledger.hold(against: others)
        try journal.check(
            others.count == ledger.entries.count,
            "the log has every one of the \(ledger.entries.count) accesses, and no other")
        try journal.check(
            others.allSatisfy {
                $0.leafHash.count == 32 && $0.clientID == created.subject.clientID
            }, "each row names the client and has its leaf hash")
    }
}
