import Wire

/// What a failed call means to a caller that goes by PROTOCOL.md.
package enum Verdict: Sendable, Equatable {
    /// The service will not do it.
    case refused
    /// It may be made again, and nothing was changed: its reason promises that.
    case unchanged
    /// It may be made again; whether anything was done is not known.
    case unknown
    /// A defect of the service.
    case defect

    /// The reasons with which a service promises that nothing was changed (PROTOCOL.md, "Errors that every
    /// service may give"). A deadline and a cancellation promise nothing: the library has them, too.
    package static let unchangedReasons: Set = [
        "TENANT_BEING_MIGRATED", "TENANT_KEY_UNAVAILABLE", "AUDIT_NOT_SEALED", "AUDIT_UNAVAILABLE",
        "DATABASE_UNAVAILABLE", "DATABASE_READ_ONLY", "OVERLOADED", "TENANT_BUSY",
        "RECORDS_LOCKED", "RECORDS_DAMAGED", "STORAGE_FULL", "CONCURRENT_CHANGE",
        "TOO_MANY_REFUSALS",
    ]

    init(_ status: RPCStatus) {
        let isUnchanged = status.isSafeToRetry || Self.unchangedReasons.contains(status.reason)
        switch status.code {
        case .unavailable, .unknown, .deadlineExceeded, .cancelled, .resourceExhausted:
            self = isUnchanged ? .unchanged : .unknown
        case .aborted where isUnchanged: self = .unchanged
        case .internal, .unimplemented, .dataLoss: self = .defect
        default: self = .refused
        }
    }
}
