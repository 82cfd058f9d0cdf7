/// How a call failed, and on whose word: a handler may pass on a status that it got from elsewhere, so
/// that the reason alone does not prove that nothing was done.
struct CallFailure: Error, Equatable {
    /// Who says so.
    enum Origin: Equatable {
        /// The server, in the call's End.
        case server
        /// The server, in a GoAway that ended the connection while the call was open: what became of
        /// the call it does not say.
        case goAway
        /// This side, without the server's word.
        case client
        /// This side, before anything of the call was sent.
        case unsent
        /// This side, since there is no connection.
        case connecting
    }

    var status: RPCStatus
    var origin: Origin

    /// What this side says.
    static func client(_ reason: LibraryReason, _ message: String) -> CallFailure {
        CallFailure(status: reason.status(message), origin: .client)
    }

    static let cancelled = client(.cancelled, "the call was cancelled")
    static let deadlineExceeded = client(.deadlineExceeded, "the call's time is over")
}
