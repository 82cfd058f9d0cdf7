import COpenSSL

/// The certificates that a peer has shown in its handshake, as references to what the connection
/// holds anyway.
///
/// `@unchecked Sendable` is safe because nothing here changes, OpenSSL's reference counts are atomic,
/// and it guards by a lock what a certificate remembers of its own extensions. A peer has chosen
/// the certificates, before this was made: it cannot change them after, and their bytes are within
/// `TLSLimits.certificateChainBytesMax`.
final class TLSPeerChain: @unchecked Sendable {
    fileprivate let leaf: OpaquePointer
    /// What else the peer has sent; nil for nothing.
    fileprivate let others: OpaquePointer?

    /// Takes over both references.
    init(owning leaf: OpaquePointer, others: OpaquePointer?) {
        self.leaf = leaf
        self.others = others
    }

    deinit {
        X509_free(leaf)
        if let others { icds_X509_chain_free(others) }
    }

    /// SHA-256 of each certificate, one behind the other: equal chains are judged once.
    var fingerprint: [UInt8] {
        let count = icds_X509_chain_count(others)
        let rest = (0..<count).compactMap { icds_X509_chain_certificate(others, $0) }
        return ([leaf] + rest).flatMap { certificate -> [UInt8] in
            var digest = [UInt8](repeating: 0, count: Int(EVP_MAX_MD_SIZE))
            var length: UInt32 = 0
            guard X509_digest(certificate, EVP_sha256(), &digest, &length) == 1 else { return [] }
            return Array(digest.prefix(Int(length)))
        }
    }
}

extension TLSContext {
    /// Judges a peer's certificates by the authorities and lists of this context, at this moment, as
    /// a handshake would. A tenth of a millisecond and more: not for an event loop.
    ///
    /// - Returns: nil where the chain is good.
    func verify(_ chain: TLSPeerChain) -> TLSFailure? {
        ERR_clear_error()
        defer { ERR_clear_error() }
        guard let store = SSL_CTX_get_cert_store(pointer), let verification = X509_STORE_CTX_new()
        else { return TLSFailure(.internalError, detail: "X509_STORE_CTX_new") }
        defer { X509_STORE_CTX_free(verification) }
        guard X509_STORE_CTX_init(verification, store, chain.leaf, chain.others) == 1,
            X509_STORE_CTX_set_default(verification, side == .server ? "ssl_client" : "ssl_server")
                == 1,
            let parameters = X509_STORE_CTX_get0_param(verification)
        else { return TLSFailure(.internalError, detail: "X509_STORE_CTX_init") }
        X509_VERIFY_PARAM_set_depth(parameters, Int32(clamping: limits.intermediateCertificatesMax))
        X509_VERIFY_PARAM_set_auth_level(parameters, SSL_CTX_get_security_level(pointer))
        guard X509_verify_cert(verification) != 1 else { return nil }
        return TLSFailure(failed: CertificateCheck(failedIn: verification))
    }
}
