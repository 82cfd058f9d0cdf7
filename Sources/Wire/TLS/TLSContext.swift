import COpenSSL

/// OpenSSL's settings, certificates and key for one side, from which each connection's session is
/// made. Immutable: new certificates mean a new context, built away from the event loops and put in
/// the place of the old one's reference. Sessions keep the context that they began with.
///
/// `@unchecked Sendable` is safe because the `SSL_CTX` is only changed in the initializer, before
/// anybody else can see it; afterwards it is used by `SSL_new` alone, which OpenSSL allows from any
/// thread, and freed when the last owner lets go (OpenSSL counts the sessions' references).
public final class TLSContext: @unchecked Sendable {
    enum Side: Sendable, Equatable {
        case server
        case client(serverName: TLSServerName)
    }

    let pointer: OpaquePointer
    let side: Side
    let limits: TLSLimits
    /// This side's own certificate; its `notAfter` is what an operator watches.
    public let certificate: Certificate

    /// A server's context: demands a client certificate with exactly one `urn:icds:` URI.
    public static func server(
        _ configuration: TLSConfiguration
    ) throws(TLSConfigurationError) -> TLSContext {
        try make(configuration, side: .server)
    }

    /// A client's context. `serverName` is the DNS name or the IP address that the server's
    /// certificate must hold in its SAN; the common name is never read.
    public static func client(
        _ configuration: TLSConfiguration, serverName: String
    ) throws(TLSConfigurationError) -> TLSContext {
        guard let name = TLSServerName(serverName) else {
            throw TLSConfigurationError(.badServerName, serverName)
        }
        return try make(configuration, side: .client(serverName: name))
    }

    private static func make(
        _ configuration: TLSConfiguration, side: Side
    ) throws(TLSConfigurationError) -> TLSContext {
        ERR_clear_error()
        defer { ERR_clear_error() }
        let method = side == .server ? TLS_server_method() : TLS_client_method()
        guard let pointer = SSL_CTX_new(method) else { throw TLSConfigurationError(.library, "") }
        do {
            try setPolicy(of: pointer, side: side, limits: configuration.limits)
            let certificate = try loadIdentity(configuration, into: pointer)
            try loadAuthorities(configuration, into: pointer)
            return TLSContext(
                owning: pointer, side: side, limits: configuration.limits, certificate: certificate)
        } catch {
            SSL_CTX_free(pointer)
            throw error
        }
    }

    private init(
        owning pointer: OpaquePointer, side: Side, limits: TLSLimits, certificate: Certificate
    ) {
        self.pointer = pointer
        self.side = side
        self.limits = limits
        self.certificate = certificate
    }

    deinit { SSL_CTX_free(pointer) }

    /// TLS 1.3 and mutual certificates, and none of what is optional beside them.
    private static func setPolicy(
        of context: OpaquePointer, side: Side, limits: TLSLimits
    ) throws(TLSConfigurationError) {
        SSL_CTX_set_security_level(context, 2)
        let isSet =
            icds_SSL_CTX_set_protocol_range(context, TLS1_3_VERSION, TLS1_3_VERSION) == 1
            && SSL_CTX_set_ciphersuites(context, tlsCipherSuites) == 1
            && icds_SSL_CTX_set_groups(context, tlsGroups) == 1
            && icds_SSL_CTX_set_signature_algorithms(context, tlsSignatureAlgorithms) == 1
        guard isSet else { throw TLSConfigurationError(.library, "") }

        // Tickets hold the client's certificate and skip its verification on the way back: none.
        icds_SSL_CTX_set_strict_options(context)
        icds_SSL_CTX_disable_session_cache(context)
        guard SSL_CTX_set_num_tickets(context, 0) == 1,
            SSL_CTX_set_max_early_data(context, 0) == 1,
            SSL_CTX_set_recv_max_early_data(context, 0) == 1
        else { throw TLSConfigurationError(.library, "") }
        SSL_CTX_set_post_handshake_auth(context, 0)
        // No resumption is possible, and yet a server that verifies must have this set.
        let sessionContext = Array("icds".utf8)
        guard
            SSL_CTX_set_session_id_context(context, sessionContext, UInt32(sessionContext.count))
                == 1
        else { throw TLSConfigurationError(.library, "") }

        // A retried write may come from elsewhere in memory; idle connections hold no buffers; the
        // chain that is sent is the one in the file, not one that OpenSSL finds.
        icds_SSL_CTX_set_mode(
            context,
            Int(
                SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER
                    | SSL_MODE_RELEASE_BUFFERS | SSL_MODE_NO_AUTO_CHAIN))
        icds_SSL_CTX_set_max_cert_list(context, limits.certificateChainBytesMax)
        SSL_CTX_set_verify_depth(context, Int32(limits.intermediateCertificatesMax))
        // A key file with a passphrase must fail, and not ask on a terminal.
        SSL_CTX_set_default_passwd_cb(context) { _, _, _, _ in 0 }
        setCallbacks(of: context, side: side)
    }
}

/// Best first (RFC 8446, appendix B.4).
private let tlsCipherSuites =
    "TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256:TLS_AES_128_GCM_SHA256"
private let tlsGroups = "X25519:P-256"
private let tlsSignatureAlgorithms = """
    ecdsa_secp256r1_sha256:ecdsa_secp384r1_sha384:\
    rsa_pss_rsae_sha256:rsa_pss_rsae_sha384:rsa_pss_pss_sha256:rsa_pss_pss_sha384
    """
