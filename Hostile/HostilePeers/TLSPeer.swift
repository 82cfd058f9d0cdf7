import COpenSSL
import Glibc

/// What a client shows of itself. One for all threads of an attack.
///
/// `@unchecked Sendable`: the `SSL_CTX` is not changed after it was made; OpenSSL makes connections of
/// one on any thread.
final class ClientIdentity: @unchecked Sendable {
    enum Kind { case good, strange, none }

    let context: OpaquePointer

    convenience init(_ kind: Kind, _ target: Target) throws(HostileError) {
        switch kind {
        case .good: try self.init(certificate: target.certificate, key: target.key)
        case .strange:
            try self.init(certificate: target.strangeCertificate, key: target.strangeKey)
        case .none: try self.init(certificate: nil, key: nil)
        }
    }

    /// Without files, somebody who has no certificate.
    init(certificate: String?, key: String?) throws(HostileError) {
        guard let context = SSL_CTX_new(TLS_client_method()) else { throw .own("SSL_CTX_new") }
        self.context = context
        _ = icds_SSL_CTX_set_protocol_range(context, TLS1_3_VERSION, TLS1_3_VERSION)
        SSL_CTX_set_verify(context, SSL_VERIFY_NONE, nil)
        let name = Array("icds-rpc/1".utf8)
        SSL_CTX_set_alpn_protos(context, [UInt8(name.count)] + name, UInt32(name.count + 1))
        guard let certificate, let key else { return }
        guard SSL_CTX_use_certificate_chain_file(context, certificate) == 1,
            SSL_CTX_use_PrivateKey_file(context, key, SSL_FILETYPE_PEM) == 1
        else { throw .own("cannot use \(certificate)") }
    }

    deinit { SSL_CTX_free(context) }

    /// The first bytes that such a client sends: they may be sent again and again, by somebody who
    /// computes nothing.
    func clientHello() throws(HostileError) -> [UInt8] {
        guard let ssl = SSL_new(context) else { throw .own("SSL_new") }
        defer { SSL_free(ssl) }
        guard let input = BIO_new(BIO_s_mem()), let output = BIO_new(BIO_s_mem()) else {
            throw .own("BIO_new")
        }
        SSL_set_bio(ssl, input, output)
        SSL_set_connect_state(ssl)
        SSL_do_handshake(ssl)
        var bytes = [UInt8](repeating: 0, count: 16_384)
        let count = BIO_read(output, &bytes, Int32(bytes.count))
        return Array(bytes.prefix(max(0, Int(count))))
    }
}

/// A TLS client by OpenSSL alone, on a blocking socket: it does what no library of ours would.
final class TLSPeer {
    let socket: PlainSocket
    private let ssl: OpaquePointer

    /// Goes through the handshake. Success does not mean that the server agrees with it.
    init(_ socket: PlainSocket, _ identity: ClientIdentity) throws(HostileError) {
        guard let ssl = SSL_new(identity.context) else { throw .own("SSL_new") }
        self.socket = socket
        self.ssl = ssl
        SSL_set_fd(ssl, socket.descriptor)
        ERR_clear_error()
        let result = SSL_connect(ssl)
        guard result == 1 else { throw error(result) }
    }

    deinit { SSL_free(ssl) }

    func send(_ bytes: [UInt8]) throws(HostileError) {
        ERR_clear_error()
        let result = SSL_write(ssl, bytes, Int32(bytes.count))
        guard result > 0 else { throw error(result) }
    }

    /// Reads once; throws `closed` at the end.
    func receive(bytesMax: Int = 16_384) throws(HostileError) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: bytesMax)
        ERR_clear_error()
        let result = SSL_read(ssl, &bytes, Int32(bytesMax))
        guard result > 0 else { throw error(result) }
        return Array(bytes.prefix(Int(result)))
    }

    /// Whether reading would give something at once, or within the time.
    func isReadable(withinMilliseconds limit: Int32) -> Bool {
        SSL_pending(ssl) > 0 || socket.isReadable(withinMilliseconds: limit)
    }

    /// Sends a KeyUpdate (RFC 8446, section 4.6.3), for which the peer derives keys.
    func updateKey(askingForAnother: Bool) throws(HostileError) {
        let kind = askingForAnother ? SSL_KEY_UPDATE_REQUESTED : SSL_KEY_UPDATE_NOT_REQUESTED
        ERR_clear_error()
        guard SSL_key_update(ssl, kind) == 1 else { throw .closed }
        let result = SSL_do_handshake(ssl)
        guard result == 1 else { throw error(result) }
    }

    private func error(_ result: Int32) -> HostileError {
        let kind = SSL_get_error(ssl, result)
        ERR_clear_error()
        return kind == SSL_ERROR_WANT_READ || kind == SSL_ERROR_WANT_WRITE ? .timeout : .closed
    }
}
