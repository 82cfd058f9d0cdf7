/// The files, policy and limits from which a `TLSContext` is made. PEM and DER are told apart by
/// content.
public struct TLSConfiguration: Sendable, Equatable {
    /// Whether peers' certificates are looked up in revocation lists (RFC 5280, section 5).
    public enum Revocation: Sendable, Equatable {
        /// Nothing is looked up.
        case unchecked
        /// Each certificate of a peer's chain must be absent from a list of its issuer that is
        /// valid now; without such a list nobody is let in. The paths are files of one or more
        /// lists, or folders whose files, hidden ones left out, are such files.
        case lists([String])
    }

    /// This side's certificate, followed in PEM by the intermediates that the peer needs.
    public var certificateChainFile: String
    /// The private key of that certificate, without a passphrase, not accessible to everybody.
    public var privateKeyFile: String
    /// Files of the authorities whose certificates are accepted; at least one. The system's own
    /// list of authorities is never used.
    public var trustedAuthorityFiles: [String]
    public var revocation: Revocation
    public var policy: TLSPolicy
    public var limits: TLSLimits

    public init(
        certificateChainFile: String, privateKeyFile: String, trustedAuthorityFiles: [String],
        revocation: Revocation = .unchecked, policy: TLSPolicy = .standard,
        limits: TLSLimits = .standard
    ) {
        self.certificateChainFile = certificateChainFile
        self.privateKeyFile = privateKeyFile
        self.trustedAuthorityFiles = trustedAuthorityFiles
        self.revocation = revocation
        self.policy = policy
        self.limits = limits
    }
}

/// Why no `TLSContext` could be made: which file, and what is wrong with it. Never holds content
/// of a file.
public struct TLSConfigurationError: Error, Sendable, Equatable, CustomStringConvertible {
    public enum Problem: String, Sendable {
        case missing = "there is no such file"
        case notReadable = "the file cannot be read with this user's rights"
        case notAFile = "it is not a regular file"
        case empty = "the file is empty"
        case tooLarge = "the file is too large: 1 MiB, for revocation lists 16 MiB, is the most"
        case noCertificate = "it holds no certificate"
        case malformedCertificate = "it holds a certificate that cannot be read"
        case weakCertificate = "its key or signature is too weak"
        case noPrivateKey = "it holds no private key that can be read (PEM or DER)"
        case encryptedPrivateKey = "its private key needs a passphrase; give one without"
        case keyAccessibleToEverybody = "every user of the machine can read it; use mode 0600"
        case keyDoesNotMatch = "its private key does not belong to the certificate"
        case noTrustedAuthority = "no file of trusted authorities is given"
        case noRevocationList = "it holds no certificate revocation list"
        case malformedRevocationList = "it holds a revocation list that cannot be read"
        case endlessRevocationList = "it holds a revocation list without the time of the next one"
        case forgedRevocationList =
            "it holds a revocation list that the authority it names has not signed"
        case tooManyRevocationLists = "there are more than 256 files of revocation lists"
        case authorityWithoutRevocationList =
            "there is no revocation list of an authority in it, so that nobody would be let in"
        case badServerName = "it is neither a DNS name nor an IP address"
        case library = "OpenSSL refused the settings"
    }

    public let problem: Problem
    /// The file (or, for `badServerName`, the name) that is meant; empty where none is.
    public let subject: String

    init(_ problem: Problem, _ subject: String) {
        self.problem = problem
        self.subject = subject
    }

    public var description: String {
        subject.isEmpty ? problem.rawValue : "\(subject): \(problem.rawValue)"
    }
}
