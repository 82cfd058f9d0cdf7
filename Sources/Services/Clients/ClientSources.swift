import Contract
import Tenancy

/// Which groups of data a change touches, and where they came from (section 73.2).
struct ClientSources: Sendable {
    /// A group and where it came from.
    struct Entry: Sendable, Equatable {
        var category: DataCategory
        var kind: SourceKind
        var name: String
    }

    /// Groups that were changed and have data: recorded anew.
    let entries: [Entry]

    /// - Parameters:
    ///   - fields: what changed.
    ///   - client: the client as it is after the change.
    ///   - stated: sources that the request gives; a group without one was told by the client.
    init(ofChangeIn fields: [ClientField], of client: Client, stated: [CategorySource]) {
        var touched: [DataCategory] = []
        for category in fields.compactMap(\.category) where !touched.contains(category) {
            touched.append(category)
        }
        entries = touched.filter { Self.hasData($0, in: client) }.map { category in
            let source = stated.first { $0.category == category }
            let kind = source?.kind ?? .client
            return Entry(
                category: category, kind: kind == .unspecified ? .client : kind,
                name: source?.sourceName ?? "")
        }
    }

    /// The step that records them.
    func step(clientID: String, userID: String) -> WorkStep {
        WorkStep(
            ClientStatements.recordSources,
            [
                .uuid(clientID),
                .intArray(entries.map { Int64($0.category.rawValue) }),
                .intArray(entries.map { Int64($0.kind.rawValue) }),
                .textArray(entries.map(\.name)),
                .text(userID),
            ])
    }

    /// Whether a client has data of the group. The source of a group that was emptied stays in the
    /// database until the group is filled again, and is not shown.
    static func hasData(_ category: DataCategory, in client: Client) -> Bool {
        ClientField.allCases.contains { $0.category == category && $0.isSet(in: client) }
    }
}
