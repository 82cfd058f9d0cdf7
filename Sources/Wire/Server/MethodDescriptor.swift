/// How many messages a call has in each direction.
public enum CallKind: Sendable, Hashable {
    case unary, serverStream, clientStream, bidirectional

    /// Whether the client may send several messages.
    var takesStream: Bool { self == .clientStream || self == .bidirectional }

    /// Whether the server may send several messages.
    var givesStream: Bool { self == .serverStream || self == .bidirectional }
}

/// One row of the method table, generated from the contract.
public struct MethodDescriptor: Sendable, Hashable {
    /// Full name of the service: "icds.v1.ClientService".
    public let service: String
    /// Name of the method: "GetClient".
    public let name: String
    /// As on the wire: "icds.v1.ClientService/GetClient".
    public let fullName: String
    public let kind: CallKind
    /// Kinds of organisation that may call it. Empty: nobody.
    public let callers: CallerKinds
    /// It touches personal data: each call, permitted or refused, leaves an audit row.
    public let isAudited: Bool
    /// Calling it twice has the effect of calling it once.
    public let isIdempotent: Bool
    /// It changes nothing.
    public let hasNoSideEffects: Bool
    /// Full name of the request message: "icds.v1.GetClientRequest".
    public let requestType: String
    /// Full name of the response message.
    public let responseType: String

    public init(
        service: String, name: String, kind: CallKind, callers: CallerKinds, isAudited: Bool,
        isIdempotent: Bool, hasNoSideEffects: Bool, requestType: String, responseType: String
    ) {
        self.service = service
        self.name = name
        self.fullName = "\(service)/\(name)"
        self.kind = kind
        self.callers = callers
        self.isAudited = isAudited
        self.isIdempotent = isIdempotent
        self.hasNoSideEffects = hasNoSideEffects
        self.requestType = requestType
        self.responseType = responseType
    }
}
