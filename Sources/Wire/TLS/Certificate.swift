/// What this system reads of an X.509 certificate (RFC 5280). The subject's common name is not among
/// it: nothing here is ever decided by it.
public struct Certificate: Sendable, Equatable, Hashable {
    /// The certificate itself, in DER.
    public let der: [UInt8]
    /// SHA-256 over `der`: 32 bytes.
    public let fingerprint: [UInt8]
    /// Lower-case hexadecimal without leading zeros, "0" for none.
    public let serialNumber: String
    /// First and last second of validity, in Unix time.
    public let notBefore: Int64
    public let notAfter: Int64
    /// URIs of the subject alternative name, in their order.
    public let subjectAlternativeURIs: [String]
    /// Names of other kinds (DNS, IP address, e-mail …) in the subject alternative name.
    public let otherAlternativeNameCount: Int
    /// For a person: "EC prime256v1", "RSA 3072".
    public let publicKeyDescription: String
    /// Whether it may sign certificates (basic constraints).
    public let isCertificateAuthority: Bool
    /// OpenSSL's short names ("clientAuth", "serverAuth") or, for usages it does not know, dotted
    /// object identifiers. Empty where there is no such extension.
    public let extendedKeyUsages: [String]

    /// Reads one certificate, PEM or DER by content, of 65,536 bytes at the most. Of PEM the first
    /// certificate is read.
    public init(bytes: [UInt8]) throws(CertificateError) {
        self = try Certificate.read(bytes)
    }

    /// `fingerprint` in lower-case hexadecimal: 64 characters.
    public var fingerprintHexadecimal: String { hexadecimal(fingerprint) }

    public func hash(into hasher: inout Hasher) { hasher.combine(fingerprint) }

    init(
        der: [UInt8], fingerprint: [UInt8], serialNumber: String, validity: ClosedRange<Int64>,
        names: AlternativeNames, publicKeyDescription: String, isCertificateAuthority: Bool,
        extendedKeyUsages: [String]
    ) {
        self.der = der
        self.fingerprint = fingerprint
        self.serialNumber = serialNumber
        notBefore = validity.lowerBound
        notAfter = validity.upperBound
        subjectAlternativeURIs = names.uris
        otherAlternativeNameCount = names.otherCount
        self.publicKeyDescription = publicKeyDescription
        self.isCertificateAuthority = isCertificateAuthority
        self.extendedKeyUsages = extendedKeyUsages
    }

    struct AlternativeNames {
        var uris: [String] = []
        var otherCount = 0
    }
}

/// Why bytes are not a certificate that is accepted here.
public enum CertificateError: String, Error, Sendable {
    case tooLarge = "the certificate is larger than 65536 bytes"
    case notACertificate = "these bytes are not an X.509 certificate in PEM or DER"
    case trailingBytes = "there are bytes after the certificate"
    case badValidity = "its validity dates cannot be read or are the wrong way round"
    case badAlternativeName = "its subject alternative name cannot be read"
    case tooManyNames = "its subject alternative name has more than 64 names"
    case badKeyUsage = "its extended key usage cannot be read"
    case badPublicKey = "its public key cannot be read"
}

/// The largest single certificate that is read, in bytes.
let certificateBytesMax = 65_536
/// The most names that a subject alternative name, and usages that an extended key usage, may have.
let certificateListItemsMax = 64

func hexadecimal(_ bytes: some Sequence<UInt8>) -> String {
    let digits = Array("0123456789abcdef".utf8)
    var text: [UInt8] = []
    for byte in bytes {
        text.append(digits[Int(byte >> 4)])
        text.append(digits[Int(byte & 15)])
    }
    return String(decoding: text, as: UTF8.self)
}
