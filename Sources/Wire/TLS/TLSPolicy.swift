/// What a side offers and accepts in a handshake: names of RFC 8446, the best first. The default is
/// what PROTOCOL.md promises; a site may leave out or reorder, or add from what is allowed here.
/// Nothing that is weak is allowed.
public struct TLSPolicy: Sendable, Equatable {
    public let cipherSuites: [String]
    public let groups: [String]
    public let signatureAlgorithms: [String]

    public static let allowedCipherSuites = [
        "TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256", "TLS_AES_128_GCM_SHA256",
    ]
    public static let allowedGroups = ["X25519", "P-256", "P-384", "P-521"]
    public static let allowedSignatureAlgorithms = [
        "ecdsa_secp256r1_sha256", "ecdsa_secp384r1_sha384", "ecdsa_secp521r1_sha512", "ed25519",
        "rsa_pss_rsae_sha256", "rsa_pss_rsae_sha384", "rsa_pss_rsae_sha512",
        "rsa_pss_pss_sha256", "rsa_pss_pss_sha384", "rsa_pss_pss_sha512",
    ]

    public static let defaultCipherSuites = allowedCipherSuites
    public static let defaultGroups = ["X25519", "P-256"]
    public static let defaultSignatureAlgorithms = [
        "ecdsa_secp256r1_sha256", "ecdsa_secp384r1_sha384", "rsa_pss_rsae_sha256",
        "rsa_pss_rsae_sha384", "rsa_pss_pss_sha256", "rsa_pss_pss_sha384",
    ]

    public static let standard = TLSPolicy()

    private init() {
        cipherSuites = Self.defaultCipherSuites
        groups = Self.defaultGroups
        signatureAlgorithms = Self.defaultSignatureAlgorithms
    }

    /// A policy of names that are allowed.
    ///
    /// - Throws: `TLSPolicyError` for an empty list, a name twice, and a name that is not allowed.
    public init(
        cipherSuites: [String] = defaultCipherSuites, groups: [String] = defaultGroups,
        signatureAlgorithms: [String] = defaultSignatureAlgorithms
    ) throws(TLSPolicyError) {
        try Self.check(cipherSuites, .cipherSuites)
        try Self.check(groups, .groups)
        try Self.check(signatureAlgorithms, .signatureAlgorithms)
        self.cipherSuites = cipherSuites
        self.groups = groups
        self.signatureAlgorithms = signatureAlgorithms
    }

    private static func check(
        _ names: [String], _ list: TLSPolicyError.List
    ) throws(TLSPolicyError) {
        guard !names.isEmpty else { throw TLSPolicyError(list: list, problem: .empty, name: "") }
        var seen: Set<String> = []
        for name in names {
            guard list.allowed.contains(name) else {
                throw TLSPolicyError(list: list, problem: .notAllowed, name: name)
            }
            guard seen.insert(name).inserted else {
                throw TLSPolicyError(list: list, problem: .twice, name: name)
            }
        }
    }
}

/// Why a list of names is no policy; says what is allowed.
public struct TLSPolicyError: Error, Sendable, Equatable, CustomStringConvertible {
    public enum List: Sendable, Equatable {
        case cipherSuites, groups, signatureAlgorithms

        var allowed: [String] {
            switch self {
            case .cipherSuites: TLSPolicy.allowedCipherSuites
            case .groups: TLSPolicy.allowedGroups
            case .signatureAlgorithms: TLSPolicy.allowedSignatureAlgorithms
            }
        }
    }

    public enum Problem: Sendable, Equatable { case empty, notAllowed, twice }

    public let list: List
    public let problem: Problem
    /// The name that is meant; empty for an empty list.
    public let name: String

    public var description: String {
        let allowed = list.allowed.joined(separator: ", ")
        return switch problem {
        case .empty: "at least one is needed of: \(allowed)"
        case .notAllowed: "\"\(name)\" is unknown or too weak; allowed are: \(allowed)"
        case .twice: "\"\(name)\" is there twice"
        }
    }
}
