/// Kinds of organisation in a certificate's URI, `urn:icds:<kind>:<code>:<system>`.
public enum PeerKind: String, Sendable, Hashable, CaseIterable {
    case municipality, county, `operator`, agency
}

/// A set of kinds of organisation: who may call a method. Empty: nobody.
public struct CallerKinds: OptionSet, Sendable, Hashable {
    public let rawValue: UInt8

    public init(rawValue: UInt8) {
        self.rawValue = rawValue
    }

    public static let municipality = CallerKinds(rawValue: 1)
    public static let county = CallerKinds(rawValue: 2)
    public static let `operator` = CallerKinds(rawValue: 4)
    public static let agency = CallerKinds(rawValue: 8)

    public init(_ kind: PeerKind) {
        switch kind {
        case .municipality: self = .municipality
        case .county: self = .county
        case .operator: self = .operator
        case .agency: self = .agency
        }
    }

    public func contains(_ kind: PeerKind) -> Bool {
        contains(CallerKinds(kind))
    }
}

/// Who is at the other end of a connection: what its certificate says, and nothing else.
public struct PeerIdentity: Sendable, Hashable {
    public var kind: PeerKind
    /// Code of the organisation: "837".
    public var code: String
    /// Name of the system: "casework".
    public var system: String
    /// The whole URI: "urn:icds:municipality:837:casework".
    public var uri: String
    /// SHA-256 of the certificate in DER, 32 bytes.
    public var certificateFingerprint: [UInt8]
    /// Address and port, for logs.
    public var remoteAddress: String

    public init(
        kind: PeerKind, code: String, system: String, uri: String,
        certificateFingerprint: [UInt8], remoteAddress: String
    ) {
        self.kind = kind
        self.code = code
        self.system = system
        self.uri = uri
        self.certificateFingerprint = certificateFingerprint
        self.remoteAddress = remoteAddress
    }
}
