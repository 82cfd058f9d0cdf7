import COpenSSL

/// What a client expects in the SAN of the server's certificate.
struct TLSServerName: Sendable, Equatable {
    enum Kind: Sendable, Equatable { case dns, ipAddress }

    let kind: Kind
    let text: String

    /// Nil where `text` is neither an IPv4 or IPv6 address nor a DNS name of letters, digits,
    /// hyphens and dots, 253 characters at the most.
    init?(_ text: String) {
        guard !text.isEmpty, text.utf8.count <= 253 else { return nil }
        let allowed = text.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."),
                UInt8(ascii: ":"):
                true
            default: false
            }
        }
        guard allowed else { return nil }
        self.text = text
        if let address = a2i_IPADDRESS(text) {
            ASN1_OCTET_STRING_free(address)
            kind = .ipAddress
        } else {
            ERR_clear_error()
            guard !text.contains(":") else { return nil }
            kind = .dns
        }
    }

    /// Makes the verification of `ssl` fail for a certificate without this name. Neither the common
    /// name nor a wildcard for part of a label counts.
    func require(in ssl: OpaquePointer) -> Bool {
        SSL_set_hostflags(
            ssl,
            UInt32(X509_CHECK_FLAG_NEVER_CHECK_SUBJECT | X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS))
        switch kind {
        case .dns:
            return SSL_set1_host(ssl, text) == 1
                && icds_SSL_set_server_name_indication(ssl, text) == 1
        case .ipAddress:
            return X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl), text) == 1
        }
    }
}
