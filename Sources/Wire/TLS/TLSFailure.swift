public import Logging

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
        /// No revocation list of an issuer that is valid now: nobody of its is let in.
        case revocationUnknown
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
        /// KeyUpdates, empty records and alerts without end.
        case tooManyRecordsWithoutData
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
    /// Which check of the peer's chain failed, and at which certificate, where one did.
    public let check: CertificateCheck?

    init(
        _ reason: Reason, alert: UInt8? = nil, detail: String = "", check: CertificateCheck? = nil
    ) {
        self.reason = reason
        self.alert = alert
        self.detail = detail
        self.check = check
    }

    /// A chain that failed this check.
    init(failed check: CertificateCheck) {
        self.init(Reason(failedCheck: check.code), detail: check.error, check: check)
    }

    public var description: String {
        var text = "TLS failure: \(reason.rawValue)"
        if let alert { text += " (alert \(alert))" }
        return detail.isEmpty ? text : "\(text): \(detail)"
    }

    /// What a log line says of it; never a key, and nothing that a peer could word freely.
    public var logMetadata: Logger.Metadata {
        var metadata: Logger.Metadata = ["reason": "\(reason.rawValue)"]
        if !detail.isEmpty { metadata["detail"] = "\(detail)" }
        if let alert { metadata["alert"] = "\(alert)" }
        guard let check else { return metadata }
        metadata["check"] = "\(check.error)"
        metadata["depth"] = "\(check.depth)"
        metadata["serial"] = "\(check.serialNumber)"
        metadata["issuer_key"] = "\(check.issuerKeyID)"
        if !check.claimedURI.isEmpty { metadata["claimed_uri"] = "\(check.claimedURI)" }
        return metadata
    }

    /// The detail is OpenSSL's wording, which may change with its version.
    public static func == (left: TLSFailure, right: TLSFailure) -> Bool {
        left.reason == right.reason && left.alert == right.alert
    }
}
