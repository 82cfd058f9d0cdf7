/// What a system's URI says: `urn:icds:<kind>:<code>:<system>` (PROTOCOL.md, "Identity").
public struct PeerName: Sendable, Hashable {
    public let kind: PeerKind
    /// Three digits for a municipality, two for a county, else 1 to 32 of `a-z`, `0-9` and `-`.
    public let code: String
    /// 1 to 32 of `a-z`, `0-9` and `-`.
    public let system: String

    public var uri: String { "urn:icds:\(kind.rawValue):\(code):\(system)" }

    /// Reads a URI by the strict grammar: every byte counts, and so does case.
    public init(uri: String) throws(PeerNameError) {
        guard uri.utf8.count <= peerNameBytesMax else { throw .malformed }
        let parts = uri.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 5, parts[0] == "urn", parts[1] == "icds",
            let kind = PeerKind(rawValue: String(parts[2])),
            PeerName.isCode(parts[3], of: kind), PeerName.isLabel(parts[4])
        else { throw .malformed }
        self.kind = kind
        code = String(parts[3])
        system = String(parts[4])
    }

    /// The name in a certificate's subject alternative name, which must hold exactly one URI. The
    /// common name is never read.
    public init(certificate: Certificate) throws(PeerNameError) {
        let uris = certificate.subjectAlternativeURIs
        guard let uri = uris.first else { throw .noURI }
        guard uris.count == 1 else { throw .severalURIs }
        try self.init(uri: uri)
    }

    private static func isCode(_ text: Substring, of kind: PeerKind) -> Bool {
        switch kind {
        case .municipality: text.utf8.count == 3 && text.utf8.allSatisfy(isDigit)
        case .county: text.utf8.count == 2 && text.utf8.allSatisfy(isDigit)
        case .operator, .agency: isLabel(text)
        }
    }

    private static func isLabel(_ text: Substring) -> Bool {
        (1...32).contains(text.utf8.count)
            && text.utf8.allSatisfy { byte in
                isDigit(byte) || byte == UInt8(ascii: "-")
                    || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
            }
    }

    private static func isDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }
}

public enum PeerNameError: String, Error, Sendable {
    case noURI = "the certificate has no URI in its subject alternative name"
    case severalURIs = "the certificate has more than one URI in its subject alternative name"
    case malformed = "the URI is not of the form urn:icds:<kind>:<code>:<system>"
}

/// The longest URI that the grammar allows: `urn:icds:municipality:` is the longest prefix.
private let peerNameBytesMax = 96

extension PeerIdentity {
    /// Who holds `certificate`. `remoteAddress` is for logs only.
    public init(certificate: Certificate, remoteAddress: String) throws(PeerNameError) {
        let name = try PeerName(certificate: certificate)
        self.init(
            kind: name.kind, code: name.code, system: name.system, uri: name.uri,
            certificateFingerprint: certificate.fingerprint, remoteAddress: remoteAddress)
    }
}
