import Wire

/// What a failed call means to a caller that goes by PROTOCOL.md.
enum Verdict: Sendable, Equatable {
    /// The service will not do it.
    case refused
    /// It may be made again, and nothing was changed: the service says so.
    case unchanged
    /// It may be made again; whether anything was done is not known.
    case unknown
    /// A defect of the service.
    case defect

    init(_ status: RPCStatus) {
        let saysUnchanged =
            status.message.contains("Nothing was changed")
            || status.message.contains("nothing is answered") || status.isSafeToRetry
        switch status.code {
        case .unavailable, .unknown, .deadlineExceeded, .cancelled, .resourceExhausted:
            self = saysUnchanged ? .unchanged : .unknown
        case .aborted where status.reason == "CONCURRENT_CHANGE": self = .unchanged
        case .internal, .unimplemented, .dataLoss: self = .defect
        default: self = .refused
        }
    }
}
