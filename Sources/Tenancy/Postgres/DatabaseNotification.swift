/// What somebody who listens is told.
public enum DatabaseNotification: Sendable, Equatable {
    /// From here on notifications come. Anything may have been missed before, since the connection
    /// was new or somebody too slow: look at what they would have told of.
    case mayHaveMissed
    /// One notification, as PostgreSQL delivered it after the notifier's commit.
    case notified(payload: String)
}

/// A channel of LISTEN and NOTIFY, written once in the source. It gets into SQL text as it is, so that it
/// can only be a literal of lower-case letters, digits and underscores, at most 63.
public struct NotificationChannel: Sendable, Hashable {
    public let name: String

    /// - Parameter name: any other text gives a channel on which nothing is ever heard.
    public init(_ name: StaticString) {
        let text = "\(name)"
        let isValid =
            !text.isEmpty && text.utf8.count <= 63
            && text.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
                    UInt8(ascii: "_"):
                    true
                default: false
                }
            }
        self.name = isValid ? text : "icds_unnamed"
    }
}

/// One who listens, and what they have been told.
struct NotificationSubscriber {
    /// How many notifications wait for a slow reader. More are dropped, oldest first, and the reader is
    /// told that something may have been missed.
    static let bufferedMax = 64

    let channel: NotificationChannel
    let continuation: AsyncStream<DatabaseNotification>.Continuation
    /// Its LISTEN was carried out on the connection that there is now.
    var isListening = false

    func tell(_ notification: DatabaseNotification) {
        if case .dropped = continuation.yield(notification) {
            continuation.yield(.mayHaveMissed)
        }
    }
}
