import COpenSSL
import Synchronization

/// OpenSSL's settings, certificates and key for one side, from which each connection's session is
/// made. Immutable: new certificates mean a new context, built away from the event loops and put in
/// the place of the old one's reference. Sessions keep the context that they began with.
///
/// `@unchecked Sendable` is safe because the `SSL_CTX` is changed in the initializer only, before
/// anybody else can see it; afterwards `SSL_new` uses it, and `verify` reads its security level and its
/// certificate store, which OpenSSL locks; both from any thread. It is freed with the last owner;
/// sessions hold references of their own. A peer reaches its own session alone: no session, ticket or
/// early data are kept here for it.
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
    /// The revocation lists that peers are looked up in; empty where revocation is not checked.
    public let revocationLists: [RevocationList]
    /// Tells contexts apart: a connection remembers which one has judged its peer last.
    let generation: UInt64

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
        let material = try TLSMaterial(reading: configuration)
        return try make(material, configuration, side: side)
    }

    /// A context of files that were read already.
    static func make(
        _ material: TLSMaterial, _ configuration: TLSConfiguration, side: Side
    ) throws(TLSConfigurationError) -> TLSContext {
        ERR_clear_error()
        defer { ERR_clear_error() }
        let method = side == .server ? TLS_server_method() : TLS_client_method()
        guard let pointer = SSL_CTX_new(method) else { throw TLSConfigurationError(.library, "") }
        do {
            try setPolicy(configuration.policy, of: pointer)
            try setOptions(of: pointer, side: side, limits: configuration.limits)
            let certificate = try loadIdentity(material, into: pointer)
            let lists = try loadAuthorities(material, into: pointer)
            return TLSContext(
                owning: pointer, side: side, limits: configuration.limits,
                certificate: certificate, revocationLists: lists)
        } catch {
            SSL_CTX_free(pointer)
            throw error
        }
    }

    private init(
        owning pointer: OpaquePointer, side: Side, limits: TLSLimits, certificate: Certificate,
        revocationLists: [RevocationList]
    ) {
        self.pointer = pointer
        self.side = side
        self.limits = limits
        self.certificate = certificate
        self.revocationLists = revocationLists
        generation = lastGeneration.add(1, ordering: .relaxed).newValue
    }

    deinit { SSL_CTX_free(pointer) }

    /// TLS 1.3, and what may be negotiated in it.
    private static func setPolicy(
        _ policy: TLSPolicy, of context: OpaquePointer
    ) throws(TLSConfigurationError) {
        SSL_CTX_set_security_level(context, 2)
        let suites = policy.cipherSuites.joined(separator: ":")
        let groups = policy.groups.joined(separator: ":")
        let algorithms = policy.signatureAlgorithms.joined(separator: ":")
        let isSet =
            icds_SSL_CTX_set_protocol_range(context, TLS1_3_VERSION, TLS1_3_VERSION) == 1
            && SSL_CTX_set_ciphersuites(context, suites) == 1
            && icds_SSL_CTX_set_groups(context, groups) == 1
            && icds_SSL_CTX_set_signature_algorithms(context, algorithms) == 1
        guard isSet else { throw TLSConfigurationError(.library, "") }
    }

    /// Mutual certificates, and none of what is optional beside them.
    private static func setOptions(
        of context: OpaquePointer, side: Side, limits: TLSLimits
    ) throws(TLSConfigurationError) {
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
        SSL_CTX_set_verify_depth(context, Int32(clamping: limits.intermediateCertificatesMax))
        // A key file with a passphrase must fail, and not ask on a terminal.
        SSL_CTX_set_default_passwd_cb(context) { _, _, _, _ in 0 }
        setCallbacks(of: context, side: side)
    }
}

private let lastGeneration = Atomic<UInt64>(0)
