import COpenSSL

/// Revocation lists from files, PEM or DER by content.
extension TLSContext {
    /// Puts the lists into the store and has every certificate of a chain looked up in them.
    ///
    /// - Throws: also where an authority has no list, since nobody of its could then be let in, and
    ///   where a list is not signed by the authority that it names.
    static func loadRevocationLists(
        _ files: [SecretFile], of authorities: [CertificateFile], into store: OpaquePointer
    ) throws(TLSConfigurationError) -> [RevocationList] {
        var lists: [RevocationList] = []
        for content in files {
            let file = try RevocationListFile(content)
            try file.checkSignatures(by: authorities)
            lists += try file.add(to: store)
        }
        for authority in authorities {
            for certificate in authority.certificates {
                let name = digest(of: X509_get_subject_name(certificate))
                guard lists.contains(where: { $0.issuer == name }) else {
                    throw TLSConfigurationError(.authorityWithoutRevocationList, authority.path)
                }
            }
        }
        guard
            X509_STORE_set_flags(store, UInt(X509_V_FLAG_CRL_CHECK | X509_V_FLAG_CRL_CHECK_ALL))
                == 1
        else { throw TLSConfigurationError(.library, "") }
        return lists
    }

    fileprivate static func digest(of name: OpaquePointer?) -> [UInt8] {
        guard let name else { return [] }
        var digest = [UInt8](repeating: 0, count: Int(EVP_MAX_MD_SIZE))
        var length: UInt32 = 0
        guard X509_NAME_digest(name, EVP_sha256(), &digest, &length) == 1 else { return [] }
        return Array(digest.prefix(Int(length)))
    }
}

/// The lists of one file: at least one. Owns them, so that they are only used from within.
private final class RevocationListFile {
    private let path: String
    private var lists: [OpaquePointer] = []

    init(_ file: SecretFile) throws(TLSConfigurationError) {
        path = file.path
        ERR_clear_error()
        defer { ERR_clear_error() }
        guard let bio = BIO_new_mem_buf(file.bytes.baseAddress, Int32(file.count)) else {
            throw TLSConfigurationError(.library, path)
        }
        defer { BIO_free(bio) }
        if looksLikePEM(file.bytes) {
            while let list = PEM_read_bio_X509_CRL(bio, nil, nil, nil) { lists.append(list) }
            // The end of the file shows as "no start line"; anything else is a broken block.
            let error = ERR_peek_last_error()
            guard ERR_GET_LIB(error) == ERR_LIB_PEM, ERR_GET_REASON(error) == PEM_R_NO_START_LINE
            else { throw TLSConfigurationError(.malformedRevocationList, path) }
        } else if let list = d2i_X509_CRL_bio(bio, nil) {
            lists.append(list)
        }
        guard !lists.isEmpty else { throw TLSConfigurationError(.noRevocationList, path) }
    }

    deinit {
        for list in lists { X509_CRL_free(list) }
    }

    /// A list that names a trusted authority must be signed by it. Lists of intermediate authorities
    /// are judged in each handshake, which brings the intermediate's certificate.
    func checkSignatures(by authorities: [CertificateFile]) throws(TLSConfigurationError) {
        let trusted = authorities.flatMap(\.certificates)
        for list in lists {
            let named = trusted.filter {
                X509_NAME_cmp(X509_get_subject_name($0), X509_CRL_get_issuer(list)) == 0
            }
            let isSigned = named.contains { certificate in
                ERR_clear_error()
                guard let key = X509_get0_pubkey(certificate) else { return false }
                return X509_CRL_verify(list, key) == 1
            }
            guard isSigned || named.isEmpty else {
                throw TLSConfigurationError(.forgedRevocationList, path)
            }
        }
    }

    func add(to store: OpaquePointer) throws(TLSConfigurationError) -> [RevocationList] {
        var result: [RevocationList] = []
        for list in lists {
            ERR_clear_error()
            guard let thisUpdate = Certificate.unixSeconds(X509_CRL_get0_lastUpdate(list)) else {
                throw TLSConfigurationError(.malformedRevocationList, path)
            }
            // OpenSSL takes a list without an end for one that holds for ever.
            guard let nextUpdate = Certificate.unixSeconds(X509_CRL_get0_nextUpdate(list)) else {
                throw TLSConfigurationError(.endlessRevocationList, path)
            }
            guard X509_STORE_add_crl(store, list) == 1 else {
                throw TLSConfigurationError(.malformedRevocationList, path)
            }
            result.append(
                RevocationList(
                    issuerKeyID: Self.issuerKeyID(of: list), thisUpdate: thisUpdate,
                    nextUpdate: nextUpdate,
                    issuer: TLSContext.digest(of: X509_CRL_get_issuer(list))))
        }
        return result
    }

    private static func issuerKeyID(of list: OpaquePointer) -> String {
        guard let raw = X509_CRL_get_ext_d2i(list, NID_authority_key_identifier, nil, nil) else {
            return ""
        }
        let identifier = raw.assumingMemoryBound(to: AUTHORITY_KEYID.self)
        defer { AUTHORITY_KEYID_free(identifier) }
        return Certificate.keyID(identifier.pointee.keyid)
    }
}
