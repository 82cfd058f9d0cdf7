import COpenSSL

/// The check that a peer's certificate chain failed, for the log. It names the certificate by what
/// its authority calls it, and holds neither subject nor key. Whoever cannot prove who he is may
/// claim anything: of a name in the certificate only one of our own grammar is repeated.
public struct CertificateCheck: Sendable, Equatable {
    /// OpenSSL's number of the check and its fixed text, "certificate revoked" for instance.
    public let code: Int
    public let error: String
    /// Where in the chain: 0 is the peer's own certificate, 1 its issuer's.
    public let depth: Int
    /// Of the certificate that failed: lower-case hexadecimal, 40 digits at the most.
    public let serialNumber: String
    /// Its issuer's key identifier in lower-case hexadecimal; empty where it names none.
    public let issuerKeyID: String
    /// The one `urn:icds:` URI that it claims, where it claims one.
    public let claimedURI: String

    /// What OpenSSL has found wrong with the certificate that `store` is at.
    init(failedIn store: OpaquePointer) {
        code = Int(X509_STORE_CTX_get_error(store))
        error = X509_verify_cert_error_string(code).map { String(cString: $0) } ?? ""
        depth = Int(X509_STORE_CTX_get_error_depth(store))
        guard let x509 = X509_STORE_CTX_get_current_cert(store) else {
            (serialNumber, issuerKeyID, claimedURI) = ("", "", "")
            return
        }
        let certificate = try? Certificate(x509: x509)
        serialNumber = String((certificate?.serialNumber ?? "").prefix(40))
        issuerKeyID = Certificate.keyID(X509_get0_authority_key_id(x509))
        claimedURI = certificate.flatMap { try? PeerName(certificate: $0).uri } ?? ""
    }
}

extension Certificate {
    /// A key identifier in hexadecimal, 32 bytes of it at the most.
    static func keyID(_ octets: UnsafePointer<ASN1_OCTET_STRING>?) -> String {
        guard let octets, let start = ASN1_STRING_get0_data(octets) else { return "" }
        let length = Int(ASN1_STRING_length(octets))
        return hexadecimal(UnsafeBufferPointer(start: start, count: min(32, length)))
    }
}
