import Contract

/// The accesses to one client that the demonstration has made, so that the municipality's log can be
/// held against them at the end.
struct Ledger {
    /// One access, by everything that the log must say of it.
    struct Entry: Hashable, CustomStringConvertible {
        let actor: String
        let userID: String
        let method: String
        let outcome: AccessOutcome
        let refusalReason: String
        let purpose: Purpose
        let statedReason: String
        let rule: String

        var description: String {
            "\(Labels.text(outcome)) \(method) by \(actor), \"\(statedReason)\""
                + (rule.isEmpty ? "" : ", rule \(rule)")
                + (refusalReason.isEmpty ? "" : ", \(refusalReason)")
        }
    }

    private(set) var entries: [Entry] = []

    mutating func add(_ entry: Entry) {
        entries.append(entry)
    }

    /// Throws `Deviation` for an access that the log lacks and for one in the log that nobody made.
    func hold(against accesses: [Access]) throws {
        var missing = entries
        for access in accesses {
            let entry = Entry(access)
            guard let index = missing.firstIndex(of: entry) else {
                throw Deviation("the log has an access that was not made: \(entry)")
            }
            missing.remove(at: index)
        }
        if let first = missing.first {
            throw Deviation("the log lacks \(missing.count) accesses, first: \(first)")
        }
    }
}

extension Ledger.Entry {
    init(_ access: Access) {
        actor = "\(Labels.text(access.actorKind)):\(access.actorCode):\(access.actorSystem)"
        userID = access.userID
        method = access.method
        outcome = access.outcome
        refusalReason = access.refusalReason
        purpose = access.purpose
        statedReason = access.statedReason
        rule = access.rule
    }
}
