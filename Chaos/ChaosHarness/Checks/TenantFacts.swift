/// What is in one municipality's schema, read past the daemon.
package struct TenantFacts: Sendable, Equatable {
    package struct ClientRow: Sendable, Equatable {
        package var clientID: String
        /// The family name.
        package var marker: String
        package var version: Int
        package var email: String
        package var workHistory: String
        /// How many groups of its data have a source.
        package var sourceCount: Int
    }

    package struct OutboxRow: Sendable, Equatable {
        package var transaction: Int
        package var event: FeedRecord.Event
    }

    package struct LogRow: Sendable, Equatable {
        package var transaction: Int
        package var method: String
        package var isPermitted: Bool
    }

    package struct AssessmentRow: Sendable, Equatable {
        package var assessmentID: String
        package var clientID: String
        package var isCompleted: Bool
        /// The counties' parts.
        package var parts: [PartRow]
    }

    package struct PartRow: Sendable, Equatable {
        package var caseReference: String
        package var isAccepted: Bool
        package var isEnded: Bool
    }

    package struct KeyRow: Sendable, Equatable {
        /// SHA-256 of the key, in hexadecimal digits.
        package var digest: String
        package var hasAnswer: Bool
    }

    package var clients: [ClientRow] = []
    /// In the order of the feed.
    package var outbox: [OutboxRow] = []
    package var log: [LogRow] = []
    package var assessments: [AssessmentRow] = []
    package var keys: [KeyRow] = []

    package init() {}
}
