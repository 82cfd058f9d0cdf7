/// Why a TLS connection failed. It holds no secret and nothing that a peer worded, so that it can
/// be logged as it is.
public struct TLSFailure: Error, Sendable, Equatable, CustomStringConvertible {
    /// Stable names for logs, metrics and tests.
    public enum Reason: String, Sendable, CaseIterable {
        /// The peer did not begin with a TLS record.
        case notTLS
        /// The peer cannot speak TLS 1.3.
        case protocolVersion
        /// The peer does not offer, or did not choose, `icds-rpc/1`.
        case wrongALPN
        /// No cipher suite, group or signature algorithm in common.
        case noCommonParameters
        /// The peer has sent no certificate.
        case noCertificate
        /// The peer's certificate does not lead to a trusted authority.
        case unknownCA
        case expired
        case notYetValid
        case revoked
        /// The extended key usage does not name this use.
        case wrongPurpose
        case chainTooLong
        /// Any other fault of the peer's certificate or of its signature.
        case badCertificate
        /// A client's certificate does not have exactly one URI of the form
        /// `urn:icds:<kind>:<code>:<system>`.
        case badIdentity
        /// The server's certificate is not for the name that was asked for.
        case wrongServerName
        /// The peer has refused the connection; `alert` says how.
        case refusedByPeer
        case timeout
        case closedInHandshake
        case handshakeTooLarge
        case tooManyHandshakeMessages
        /// Anything else that is against the protocol: a bad record, a forged tag.
        case protocolViolation
        /// This side's own fault, memory for instance.
        case internalError
    }

    public let reason: Reason
    /// The alert (RFC 8446, section 6) that the peer sent.
    public let alert: UInt8?
    /// A fixed text of OpenSSL's, for the log.
    public let detail: String

    init(_ reason: Reason, alert: UInt8? = nil, detail: String = "") {
        self.reason = reason
        self.alert = alert
        self.detail = detail
    }

    public var description: String {
        var text = "TLS failure: \(reason.rawValue)"
        if let alert { text += " (alert \(alert))" }
        return detail.isEmpty ? text : "\(text): \(detail)"
    }

    /// The detail is OpenSSL's wording, which may change with its version.
    public static func == (left: TLSFailure, right: TLSFailure) -> Bool {
        left.reason == right.reason && left.alert == right.alert
    }
}
