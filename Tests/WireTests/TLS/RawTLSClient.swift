import COpenSSL
import NIOEmbedded
import TestSupport

@testable import Wire

/// OpenSSL without our handler, for what a well-behaved client does not do.
final class RawTLSClient {
    private let context: OpaquePointer
    private let ssl: OpaquePointer
    private let incoming: OpaquePointer
    private let outgoing: OpaquePointer
    /// Lines of the key log: the secrets by their labels.
    private(set) var secrets: [String: [UInt8]] = [:]

    struct Failure: Error {}

    init(
        certificate: IssuedCertificate? = nil, alpn: [String] = ["icds-rpc/1"],
        version: Int32 = TLS1_3_VERSION, groups: String? = nil, ciphers: String? = nil,
        configure: (OpaquePointer) -> Void = { _ in }
    ) throws {
        guard let context = SSL_CTX_new(TLS_client_method()), let ssl = SSL_new(context),
            let incoming = BIO_new(BIO_s_mem()), let outgoing = BIO_new(BIO_s_mem())
        else { throw Failure() }
        self.context = context
        self.ssl = ssl
        self.incoming = incoming
        self.outgoing = outgoing
        SSL_set_bio(ssl, incoming, outgoing)
        SSL_set_connect_state(ssl)
        SSL_ctrl(ssl, SSL_CTRL_SET_MIN_PROTO_VERSION, Int(version), nil)
        SSL_ctrl(ssl, SSL_CTRL_SET_MAX_PROTO_VERSION, Int(version), nil)
        SSL_set_ex_data(ssl, 0, Unmanaged.passUnretained(self).toOpaque())
        SSL_CTX_set_keylog_callback(context) { ssl, line in
            guard let client = SSL_get_ex_data(ssl, 0), let line else { return }
            Unmanaged<RawTLSClient>.fromOpaque(client).takeUnretainedValue()
                .keep(String(cString: line))
        }
        configure(ssl)
        if let ciphers { SSL_set_ciphersuites(ssl, ciphers) }
        if var name = groups?.utf8CString {
            name.withUnsafeMutableBytes {
                _ = SSL_ctrl(ssl, SSL_CTRL_SET_GROUPS_LIST, 0, $0.baseAddress)
            }
        }
        let list = alpn.flatMap { [UInt8($0.utf8.count)] + Array($0.utf8) }
        if !list.isEmpty { SSL_set_alpn_protos(ssl, list, UInt32(list.count)) }
        if let certificate {
            guard
                SSL_use_certificate_file(ssl, certificate.certificatePath, SSL_FILETYPE_PEM) == 1,
                SSL_use_PrivateKey_file(ssl, certificate.keyPath, SSL_FILETYPE_PEM) == 1
            else { throw Failure() }
        }
    }

    deinit {
        SSL_free(ssl)
        SSL_CTX_free(context)
    }

    private func keep(_ line: String) {
        let words = line.split(separator: " ")
        guard words.count == 3 else { return }
        let digits = Array(words[2].utf8)
        secrets[String(words[0])] = stride(from: 0, to: digits.count - 1, by: 2).compactMap {
            UInt8(String(decoding: digits[$0...($0 + 1)], as: UTF8.self), radix: 16)
        }
    }

    func receive(_ bytes: [UInt8]) { BIO_write(incoming, bytes, Int32(bytes.count)) }

    func output() -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: 1 << 20)
        let count = BIO_read(outgoing, &bytes, Int32(bytes.count))
        return Array(bytes.prefix(max(0, Int(count))))
    }

    /// Goes on with the handshake; true where this side regards it as complete.
    func handshake() -> Bool {
        ERR_clear_error()
        return SSL_do_handshake(ssl) == 1
    }

    func write(_ bytes: [UInt8]) { SSL_write(ssl, bytes, Int32(bytes.count)) }

    func updateKey() {
        SSL_key_update(ssl, SSL_KEY_UPDATE_REQUESTED)
        SSL_do_handshake(ssl)
    }

    /// Reads once; returns the alert that came in place of data.
    func readAlert() -> Int32? {
        ERR_clear_error()
        var bytes = [UInt8](repeating: 0, count: 1024)
        guard SSL_read(ssl, &bytes, 1024) <= 0 else { return nil }
        return alertInError()
    }

    /// The alert that made the last call fail.
    func alertInError() -> Int32? {
        let reason = ERR_GET_REASON(ERR_peek_error())
        return reason >= SSL_AD_REASON_OFFSET ? reason - SSL_AD_REASON_OFFSET : nil
    }

    /// Carries bytes both ways until nothing moves.
    func pump(with server: TLSEnd) throws {
        while true {
            _ = handshake()
            let toServer = output()
            if !toServer.isEmpty, server.channel.isActive { try server.input(toServer) }
            let toClient = try server.output()
            receive(toClient)
            if toServer.isEmpty, toClient.isEmpty { return }
        }
    }
}
