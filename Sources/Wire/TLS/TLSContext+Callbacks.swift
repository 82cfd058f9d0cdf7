import COpenSSL

/// The protocol's name in ALPN (RFC 7301), as PROTOCOL.md gives it.
let tlsApplicationProtocol = Array("icds-rpc/1".utf8)

/// OpenSSL calls these in the middle of a handshake, on the connection's event loop. They come
/// without captured values; what they decide of a connection goes to its `TLSSession`.
extension TLSContext {
    static func setCallbacks(of context: OpaquePointer, side: Side) {
        let verifyMode = SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT
        SSL_CTX_set_verify(context, verifyMode) { isAccepted, store in
            let index = SSL_get_ex_data_X509_STORE_CTX_idx()
            guard let store, let ssl = X509_STORE_CTX_get_ex_data(store, index),
                let session = TLSSession.session(of: OpaquePointer(ssl))
            else { return 0 }
            guard isAccepted == 1 else {
                TLSContext.refuse(store, for: session)
                return 0
            }
            // Intermediates and authorities are OpenSSL's business alone.
            guard X509_STORE_CTX_get_error_depth(store) == 0 else { return 1 }
            guard let certificate = X509_STORE_CTX_get_current_cert(store),
                session.accepts(certificate: certificate)
            else {
                X509_STORE_CTX_set_error(store, X509_V_ERR_CERT_REJECTED)
                session.noteFailedCheck(CertificateCheck(failedIn: store))
                return 0
            }
            return 1
        }
        switch side {
        case .server:
            setServerCallbacks(of: context)
        case .client:
            let list = [UInt8(tlsApplicationProtocol.count)] + tlsApplicationProtocol
            // Returns 0 on success, unlike everything else. Where memory is short nothing is
            // offered, and the check after the handshake refuses.
            SSL_CTX_set_alpn_protos(context, list, UInt32(list.count))
        }
    }

    /// Keeps which check failed. A peer whose certificate may well be good, but whose issuer's
    /// revocation list is missing or out of date, is told of a fault of this side (internal_error)
    /// rather than that it has expired.
    private static func refuse(_ store: OpaquePointer, for session: TLSSession) {
        let check = CertificateCheck(failedIn: store)
        session.noteFailedCheck(check)
        if TLSFailure.Reason(failedCheck: check.code) == .revocationUnknown {
            X509_STORE_CTX_set_error(store, X509_V_ERR_STORE_LOOKUP)
        }
    }

    private static func setServerCallbacks(of context: OpaquePointer) {
        // A client without ALPN never reaches the select callback, so that it is refused here,
        // before it has cost a signature.
        SSL_CTX_set_client_hello_cb(
            context,
            { ssl, alert, _ in
                var bytes: UnsafePointer<UInt8>?
                var length = 0
                let kind = UInt32(TLSEXT_TYPE_application_layer_protocol_negotiation)
                if SSL_client_hello_get0_ext(ssl, kind, &bytes, &length) == 1 {
                    return SSL_CLIENT_HELLO_SUCCESS
                }
                if let ssl { TLSSession.session(of: ssl)?.refuse(TLSFailure(.wrongALPN)) }
                alert?.pointee = SSL_AD_NO_APPLICATION_PROTOCOL
                return SSL_CLIENT_HELLO_ERROR
            }, nil)
        SSL_CTX_set_alpn_select_cb(
            context,
            { _, selected, selectedLength, offered, offeredLength, _ in
                guard let offered else { return SSL_TLSEXT_ERR_ALERT_FATAL }
                let list = UnsafeBufferPointer(start: offered, count: Int(offeredLength))
                var index = 0
                while index < list.count {
                    let start = index + 1
                    let end = start + Int(list[index])
                    guard end <= list.count else { break }
                    if list[start..<end].elementsEqual(tlsApplicationProtocol) {
                        // OpenSSL copies it as soon as this returns.
                        selected?.pointee = offered + start
                        selectedLength?.pointee = UInt8(end - start)
                        return SSL_TLSEXT_ERR_OK
                    }
                    index = end
                }
                return SSL_TLSEXT_ERR_ALERT_FATAL
            }, nil)
    }
}
