/// Why a call failed: the one error type that crosses the wire (PROTOCOL.md, "Status").
///
/// Equality compares everything, so that tests can state a status whole.
public struct RPCStatus: Error, Sendable, Equatable {
    /// What kind of failure, for a program.
    public var code: RPCCode
    /// Stable reason in upper snake case that a program may act on: "ETAG_MISMATCH".
    public var reason: String
    /// What happened and what the caller can do, for a person. Never personal data, never internals.
    public var message: String
    /// Typed details, such as the fields that are wrong.
    public var details: [RPCDetail]
    /// Milliseconds to wait at least before trying again; nil where waiting does not help.
    public var retryAfterMilliseconds: UInt32?
    /// Trailing metadata of the failed call: a handler sends what it sets here.
    public var trailingMetadata: Metadata

    public init(
        _ code: RPCCode, _ reason: String, _ message: String, details: [RPCDetail] = [],
        retryAfterMilliseconds: UInt32? = nil, trailingMetadata: Metadata = Metadata()
    ) {
        self.code = code
        self.reason = reason
        self.message = message
        self.details = details
        self.retryAfterMilliseconds = retryAfterMilliseconds
        self.trailingMetadata = trailingMetadata
    }
}

extension RPCStatus: CustomStringConvertible {
    /// Code, reason and message in a line; of the details only how many there are.
    public var description: String {
        let more = details.isEmpty ? "" : " (\(details.count) details)"
        return "\(code.name)/\(reason): \(message)\(more)"
    }
}
