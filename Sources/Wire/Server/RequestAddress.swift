/// What a request names, by its fields' option `(icds.v1.address)`. It may hold an identity code:
/// it is never logged, and its `description` says only which parts are there.
public struct RequestAddress: Sendable, Equatable {
    /// Code of the municipality whose data are asked for; nil when empty, like all that follow.
    public var municipalityCode: String?
    public var clientID: String?
    public var identityCode: String?
    public var assessmentID: String?
    public var caseReference: String?
    /// Of the request's `AccessContext`: the employee on whose behalf the system acts.
    public var userID: String?
    /// Of the request's `AccessContext`: number of `icds.v1.Purpose`; 0 when not said.
    public var purpose: Int32 = 0
    /// Of the request's `AccessContext`: why, in the caller's words.
    public var reason: String?
    /// By which a call that is made again gets its first answer.
    public var idempotencyKey: String?

    public init() {}
}

extension RequestAddress: CustomStringConvertible {
    public var description: String {
        let parts: [(String, String?)] = [
            ("municipality_code", municipalityCode), ("client_id", clientID),
            ("identity_code", identityCode), ("assessment_id", assessmentID),
            ("case_reference", caseReference), ("user_id", userID), ("reason", reason),
            ("idempotency_key", idempotencyKey),
        ]
        let named = parts.filter { $0.1 != nil }.map(\.0)
        return "RequestAddress(\(named.joined(separator: ", ")))"
    }
}

/// A request message. Every request of the contract conforms, with or without named fields.
public protocol AddressedMessage: WireMessage {
    var address: RequestAddress { get }
}
