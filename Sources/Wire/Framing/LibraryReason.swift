/// Every reason that the library itself puts into a status, with its code. PROTOCOL.md lists the
/// same in "Errors"; a test compares the two. Reasons of services stand in their proto files.
enum LibraryReason: String, CaseIterable, Sendable {
    // A call, before its handler was started: nothing was done.
    case unknownService = "UNKNOWN_SERVICE"
    case unknownMethod = "UNKNOWN_METHOD"
    case wrongCallKind = "WRONG_CALL_KIND"
    case methodNotPermitted = "METHOD_NOT_PERMITTED"
    case auditUnavailable = "AUDIT_UNAVAILABLE"
    case tooManyOpenCalls = "TOO_MANY_OPEN_CALLS"
    case tooManyRunningHandlers = "TOO_MANY_RUNNING_HANDLERS"
    case organisationBusy = "ORGANISATION_BUSY"
    case serverBusy = "SERVER_BUSY"
    case messageTooLarge = "MESSAGE_TOO_LARGE"
    case metadataTooLarge = "METADATA_TOO_LARGE"
    case badMetadata = "BAD_METADATA"
    case deadlineTooShort = "DEADLINE_TOO_SHORT"

    // A call whose handler was started.
    case deadlineExceeded = "DEADLINE_EXCEEDED"
    case cancelled = "CANCELLED"
    case responseTooLarge = "RESPONSE_TOO_LARGE"
    case streamOverloaded = "STREAM_OVERLOADED"
    case internalError = "INTERNAL_ERROR"

    // A connection that ends in good order.
    case draining = "DRAINING"
    case idle = "IDLE"
    case maxAge = "MAX_AGE"

    // A connection that ends at once.
    case protocolError = "PROTOCOL_ERROR"
    case frameTooLarge = "FRAME_TOO_LARGE"
    case serverOverloaded = "SERVER_OVERLOADED"
    case frameTimeout = "FRAME_TIMEOUT"
    case helloTimeout = "HELLO_TIMEOUT"
    case versionNotSupported = "VERSION_NOT_SUPPORTED"
    case tooManyPings = "TOO_MANY_PINGS"
    case tooManyConnections = "TOO_MANY_CONNECTIONS"
    case admissionWithdrawn = "ADMISSION_WITHDRAWN"
    case certificateRevoked = "CERTIFICATE_REVOKED"

    // What a client of ours says without the server's word.
    case connectFailed = "CONNECT_FAILED"
    case connectTimeout = "CONNECT_TIMEOUT"
    case tlsFailed = "TLS_FAILED"
    case certificateRefused = "CERTIFICATE_REFUSED"
    case connectionLost = "CONNECTION_LOST"
    case connectionClosed = "CONNECTION_CLOSED"
    case notProcessed = "NOT_PROCESSED"

    /// The code that always goes with the reason.
    var code: RPCCode {
        switch self {
        case .unknownService, .unknownMethod, .wrongCallKind, .versionNotSupported: .unimplemented
        case .methodNotPermitted: .permissionDenied
        case .tooManyOpenCalls, .tooManyRunningHandlers, .organisationBusy, .serverBusy,
            .messageTooLarge, .metadataTooLarge, .responseTooLarge, .streamOverloaded,
            .frameTooLarge, .serverOverloaded, .tooManyPings, .tooManyConnections:
            .resourceExhausted
        case .badMetadata, .internalError, .protocolError: .internal
        case .deadlineTooShort, .deadlineExceeded, .frameTimeout, .helloTimeout, .connectTimeout:
            .deadlineExceeded
        case .cancelled: .cancelled
        case .draining, .idle, .maxAge: .ok
        case .admissionWithdrawn, .certificateRevoked, .certificateRefused: .unauthenticated
        case .auditUnavailable, .connectFailed, .tlsFailed,
            .connectionLost, .connectionClosed, .notProcessed:
            .unavailable
        }
    }

    /// Whether it says that nothing of the call was done, so that it may be made again whatever its
    /// method does. Only the library can know that: where a handler throws one of these, say because
    /// it passes on what another server told it, the caller gets INTERNAL_ERROR.
    var provesNothingWasDone: Bool {
        switch self {
        case .notProcessed, .tooManyOpenCalls, .tooManyRunningHandlers, .organisationBusy,
            .serverBusy, .connectFailed, .connectTimeout:
            true
        default: false
        }
    }

    /// The status with this reason.
    func status(_ message: String, retryAfterMilliseconds: UInt32? = nil) -> RPCStatus {
        RPCStatus(code, rawValue, message, retryAfterMilliseconds: retryAfterMilliseconds)
    }
}
