import COpenSSL

/// Certificates and keys from files, PEM or DER by content.
extension TLSContext {
    /// Puts this side's chain and key into the context. Returns its own certificate.
    static func loadIdentity(
        _ material: TLSMaterial, into context: OpaquePointer
    ) throws(TLSConfigurationError) -> Certificate {
        let own = try CertificateFile(material.certificateChain).present(in: context)
        try loadKey(material.privateKey, into: context)
        return own
    }

    private static func loadKey(
        _ file: SecretFile, into context: OpaquePointer
    ) throws(TLSConfigurationError) {
        guard file.mode & 0o007 == 0 else {
            throw TLSConfigurationError(.keyAccessibleToEverybody, file.path)
        }
        ERR_clear_error()
        let passphrase = PassphraseRequest()
        guard let key = readKey(file.bytes, passphrase) else {
            throw TLSConfigurationError(
                passphrase.wasMade ? .encryptedPrivateKey : .noPrivateKey, file.path)
        }
        defer { EVP_PKEY_free(key) }
        ERR_clear_error()
        // OpenSSL compares the key with the certificate that the context has by now.
        guard SSL_CTX_use_PrivateKey(context, key) == 1, SSL_CTX_check_private_key(context) == 1
        else { throw TLSConfigurationError(.keyDoesNotMatch, file.path) }
    }

    /// The key, which the caller frees.
    private static func readKey(
        _ bytes: UnsafeRawBufferPointer, _ passphrase: PassphraseRequest
    ) -> OpaquePointer? {
        guard let bio = BIO_new_mem_buf(bytes.baseAddress, Int32(bytes.count)) else { return nil }
        defer { BIO_free(bio) }
        guard looksLikePEM(bytes) else { return d2i_PrivateKey_bio(bio, nil) }
        return PEM_read_bio_PrivateKey(
            bio, nil,
            { _, _, _, request in
                guard let request else { return -1 }
                Unmanaged<PassphraseRequest>.fromOpaque(request).takeUnretainedValue().wasMade =
                    true
                return -1
            }, Unmanaged.passUnretained(passphrase).toOpaque())
    }

    /// Replaces the context's store by one that holds the configured authorities and no others, and
    /// their revocation lists. Returns these.
    static func loadAuthorities(
        _ material: TLSMaterial, into context: OpaquePointer
    ) throws(TLSConfigurationError) -> [RevocationList] {
        guard !material.authorities.isEmpty else {
            throw TLSConfigurationError(.noTrustedAuthority, "")
        }
        guard let store = X509_STORE_new() else { throw TLSConfigurationError(.library, "") }
        // The context owns the store from here on.
        SSL_CTX_set_cert_store(context, store)
        var authorities: [CertificateFile] = []
        for content in material.authorities {
            let file = try CertificateFile(content)
            try file.trust(in: store)
            authorities.append(file)
        }
        guard let files = material.revocationLists else { return [] }
        return try loadRevocationLists(files, of: authorities, into: store)
    }
}

/// Whether OpenSSL wanted a passphrase, which there is nobody to ask for.
private final class PassphraseRequest {
    var wasMade = false
}

/// PEM may have text before its first block, so that it is searched for.
func looksLikePEM(_ bytes: UnsafeRawBufferPointer) -> Bool {
    let mark = Array("-----BEGIN ".utf8)
    guard bytes.count >= mark.count else { return false }
    return (0...(bytes.count - mark.count)).contains { start in
        bytes[start] == mark[0] && bytes[start..<(start + mark.count)].elementsEqual(mark)
    }
}

/// The certificates of one file: at least one. Owns them, so that they are only used from within.
final class CertificateFile {
    let path: String
    private(set) var certificates: [OpaquePointer] = []

    init(_ file: SecretFile) throws(TLSConfigurationError) {
        path = file.path
        ERR_clear_error()
        defer { ERR_clear_error() }
        guard let bio = BIO_new_mem_buf(file.bytes.baseAddress, Int32(file.count)) else {
            throw TLSConfigurationError(.library, path)
        }
        defer { BIO_free(bio) }
        if looksLikePEM(file.bytes) {
            while let certificate = PEM_read_bio_X509(bio, nil, nil, nil) {
                certificates.append(certificate)
            }
            // The end of the file shows as "no start line"; anything else is a broken block.
            let error = ERR_peek_last_error()
            guard ERR_GET_LIB(error) == ERR_LIB_PEM, ERR_GET_REASON(error) == PEM_R_NO_START_LINE
            else { throw TLSConfigurationError(.malformedCertificate, path) }
        } else if let certificate = d2i_X509_bio(bio, nil) {
            certificates.append(certificate)
        }
        guard !certificates.isEmpty else { throw TLSConfigurationError(.noCertificate, path) }
    }

    /// Makes the first certificate this side's own, which is returned, and the others its chain.
    func present(in context: OpaquePointer) throws(TLSConfigurationError) -> Certificate {
        var own: Certificate?
        for certificate in certificates {
            ERR_clear_error()
            if own == nil {
                own = try? Certificate(x509: certificate)
                guard own != nil else {
                    throw TLSConfigurationError(.malformedCertificate, path)
                }
                guard SSL_CTX_use_certificate(context, certificate) == 1 else {
                    throw TLSConfigurationError(.weakCertificate, path)
                }
            } else if icds_SSL_CTX_add_chain_certificate(context, certificate) != 1 {
                throw TLSConfigurationError(.weakCertificate, path)
            }
        }
        guard let own else { throw TLSConfigurationError(.malformedCertificate, path) }
        return own
    }

    func trust(in store: OpaquePointer) throws(TLSConfigurationError) {
        for certificate in certificates {
            ERR_clear_error()
            guard X509_STORE_add_cert(store, certificate) == 1 else {
                throw TLSConfigurationError(.malformedCertificate, path)
            }
        }
    }

    deinit {
        for certificate in certificates { X509_free(certificate) }
    }
}
