import COpenSSL

/// The one place where OpenSSL's errors become reasons.
extension TLSFailure {
    init(openSSLError code: UInt, verification: Int) {
        let reason = ERR_GET_REASON(code)
        // A fixed text of the library, never the static buffer that all threads share.
        let detail = ERR_reason_error_string(code).map { String(cString: $0) } ?? ""
        let alert = Int(reason) - Int(SSL_AD_REASON_OFFSET)
        if ERR_GET_LIB(code) == ERR_LIB_SSL, (0...255).contains(alert) {
            self.init(.refusedByPeer, alert: UInt8(alert), detail: detail)
        } else if reason == SSL_R_CERTIFICATE_VERIFY_FAILED {
            let text = X509_verify_cert_error_string(verification).map { String(cString: $0) }
            self.init(Reason(failedCheck: verification), detail: text ?? "")
        } else {
            self.init(TLSFailure.reason(ofError: reason), detail: detail)
        }
    }

    private static func reason(ofError reason: Int32) -> Reason {
        switch reason {
        case SSL_R_PEER_DID_NOT_RETURN_A_CERTIFICATE: .noCertificate
        case SSL_R_NO_APPLICATION_PROTOCOL: .wrongALPN
        case SSL_R_UNSUPPORTED_PROTOCOL, SSL_R_WRONG_SSL_VERSION, SSL_R_UNKNOWN_SSL_VERSION,
            SSL_R_VERSION_TOO_LOW, SSL_R_BAD_LEGACY_VERSION, SSL_R_UNKNOWN_PROTOCOL:
            .protocolVersion
        case SSL_R_WRONG_VERSION_NUMBER, SSL_R_HTTP_REQUEST, SSL_R_HTTPS_PROXY_REQUEST: .notTLS
        case SSL_R_NO_SHARED_CIPHER, SSL_R_NO_SHARED_GROUPS, SSL_R_NO_SUITABLE_KEY_SHARE,
            SSL_R_NO_SUITABLE_SIGNATURE_ALGORITHM, SSL_R_NO_SUITABLE_GROUPS,
            SSL_R_NO_SHARED_SIGNATURE_ALGORITHMS, SSL_R_NO_CIPHERS_SPECIFIED:
            .noCommonParameters
        case SSL_R_EXCESSIVE_MESSAGE_SIZE: .handshakeTooLarge
        case SSL_R_BAD_SIGNATURE, SSL_R_WRONG_SIGNATURE_TYPE, SSL_R_EE_KEY_TOO_SMALL,
            SSL_R_CA_KEY_TOO_SMALL, SSL_R_CA_MD_TOO_WEAK:
            .badCertificate
        case Int32(ERR_R_MALLOC_FAILURE), Int32(ERR_R_INTERNAL_ERROR): .internalError
        default: .protocolViolation
        }
    }

}

extension TLSFailure.Reason {
    /// The reason behind OpenSSL's number of a failed check (`X509_V_ERR_…`).
    init(failedCheck code: Int) {
        self =
            switch Int32(truncatingIfNeeded: code) {
            case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT, X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY,
                X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT, X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN,
                X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE, X509_V_ERR_CERT_UNTRUSTED,
                X509_V_ERR_INVALID_CA, X509_V_ERR_CERT_SIGNATURE_FAILURE:
                .unknownCA
            case X509_V_ERR_CERT_HAS_EXPIRED: .expired
            case X509_V_ERR_CERT_NOT_YET_VALID: .notYetValid
            case X509_V_ERR_CERT_REVOKED: .revoked
            case X509_V_ERR_UNABLE_TO_GET_CRL, X509_V_ERR_UNABLE_TO_GET_CRL_ISSUER,
                X509_V_ERR_CRL_SIGNATURE_FAILURE, X509_V_ERR_CRL_NOT_YET_VALID,
                X509_V_ERR_CRL_HAS_EXPIRED, X509_V_ERR_ERROR_IN_CRL_LAST_UPDATE_FIELD,
                X509_V_ERR_ERROR_IN_CRL_NEXT_UPDATE_FIELD, X509_V_ERR_KEYUSAGE_NO_CRL_SIGN,
                X509_V_ERR_UNHANDLED_CRITICAL_CRL_EXTENSION, X509_V_ERR_DIFFERENT_CRL_SCOPE,
                X509_V_ERR_CRL_PATH_VALIDATION_ERROR, X509_V_ERR_UNABLE_TO_DECRYPT_CRL_SIGNATURE:
                .revocationUnknown
            case X509_V_ERR_INVALID_PURPOSE: .wrongPurpose
            case X509_V_ERR_CERT_CHAIN_TOO_LONG, X509_V_ERR_PATH_LENGTH_EXCEEDED: .chainTooLong
            case X509_V_ERR_HOSTNAME_MISMATCH, X509_V_ERR_IP_ADDRESS_MISMATCH: .wrongServerName
            default: .badCertificate
            }
    }
}
