import Tenancy
import Wire

/// Refusals of the change feed.
enum FeedRefusals {
    static let tooManyWatchers = RPCStatus(
        .resourceExhausted, "TOO_MANY_WATCHERS",
        "Too many watch for changes already. One watch an organisation is enough.",
        retryAfterMilliseconds: 5_000)

    static let draining = RPCStatus(
        .unavailable, "DRAINING",
        "The server is being stopped. Watch on from the last cursor.",
        retryAfterMilliseconds: StatusMapping.retryAfterMilliseconds)

    static let cursorTooOld = RPCStatus(
        .outOfRange, "CURSOR_TOO_OLD",
        "Changes behind the cursor are not kept any more. Read everything anew, and watch from now on."
    )

    static let cursorUnknown = RPCStatus(
        .outOfRange, "CURSOR_UNKNOWN",
        "The feed has no such place: the cursor is of another feed, or the database was restored to a "
            + "time before it. Read everything anew, and watch from now on.")

    static let malformedCursor = RPCStatus(
        .invalidArgument, "INVALID_FIELD",
        "Fields of the request are wrong; the details name each of them.",
        details: [
            .fieldViolation(
                field: "cursor", reason: FieldViolations.Reason.format.rawValue,
                description: "The last cursor of an earlier watch.")
        ])

    static func status(of error: FeedError) -> RPCStatus {
        switch error {
        case .malformedCursor: malformedCursor
        case .unknownCursor: cursorUnknown
        case .purgedCursor: cursorTooOld
        case .noFeed: StatusMapping.tenantBeingMigrated
        }
    }
}
