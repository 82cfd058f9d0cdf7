import COpenSSL
import NIOCore

/// One connection's `SSL`, which it frees. Not Sendable: it lives on its channel's event loop.
///
/// Every call into OpenSSL clears the thread's error queue first, because an error left there by
/// another connection would be read as this one's, and empties it after a failure.
final class TLSSession {
    enum Progress: Equatable {
        case done
        case needsInput
        case failed(TLSFailure)
    }

    enum ReadOutcome: Equatable {
        /// All that has arrived has been read.
        case needsInput
        /// The buffer has reached the limit of one read; there may be more.
        case more
        case closeNotify
        case failed(TLSFailure)
    }

    let transport: TLSTransportBuffers
    let context: TLSContext
    private let ssl: OpaquePointer
    /// The peer's certificate as the verification saw it. It proves nothing before the handshake is
    /// complete.
    private var peerCertificate: Certificate?
    /// What a callback has found wrong.
    private var refusal: TLSFailure?
    private var hasFailed = false
    private var isEstablished = false
    /// Which check of the peer's chain failed.
    private var failedCheck: CertificateCheck?
    private var traffic: TLSTrafficBudget

    init(context: TLSContext, spare: SpareBuffers) throws(TLSFailure) {
        ERR_clear_error()
        guard let ssl = SSL_new(context.pointer) else {
            throw TLSFailure(.internalError, detail: "SSL_new")
        }
        self.ssl = ssl
        self.context = context
        transport = TLSTransportBuffers(spare: spare)
        traffic = TLSTrafficBudget(recordsWithoutDataMax: context.limits.recordsWithoutDataMax)
        guard let bio = transport.makeBIO() else {
            throw TLSFailure(.internalError, detail: "BIO_new")
        }
        // One reference for both directions, which the SSL owns from here on.
        SSL_set_bio(ssl, bio, bio)
        let pointer = Unmanaged.passUnretained(self).toOpaque()
        guard SSL_set_ex_data(ssl, tlsSessionIndex, pointer) == 1 else {
            throw TLSFailure(.internalError, detail: "SSL_set_ex_data")
        }
        transport.consumedBytesMax = context.limits.handshakeBytesMax
        switch context.side {
        case .server:
            SSL_set_accept_state(ssl)
        case .client(let serverName):
            guard serverName.require(in: ssl) else {
                throw TLSFailure(.internalError, detail: "server name")
            }
            SSL_set_connect_state(ssl)
        }
    }

    /// Nothing refers to this object from OpenSSL once the SSL is freed.
    deinit { SSL_free(ssl) }

    /// The session whose callback is running.
    static func session(of ssl: OpaquePointer) -> TLSSession? {
        guard let pointer = SSL_get_ex_data(ssl, tlsSessionIndex) else { return nil }
        return Unmanaged<TLSSession>.fromOpaque(pointer).takeUnretainedValue()
    }

    // MARK: Handshake

    func handshake() -> Progress {
        // Cheaper and clearer than what OpenSSL says of a stray HTTP request: a TLS peer begins
        // with a handshake record, a server that refuses may begin with an alert.
        if transport.consumedBytes == 0, let first = transport.firstReceivedByte,
            first != UInt8(SSL3_RT_HANDSHAKE),
            context.side == .server || first != UInt8(SSL3_RT_ALERT)
        {
            hasFailed = true
            return .failed(TLSFailure(.notTLS))
        }
        ERR_clear_error()
        let result = SSL_do_handshake(ssl)
        guard result == 1 else {
            return SSL_get_error(ssl, result) == SSL_ERROR_WANT_READ
                ? .needsInput : .failed(failure())
        }
        if let failure = checkEstablished() {
            hasFailed = true
            return .failed(failure)
        }
        isEstablished = true
        transport.consumedBytesMax = nil
        watchRecords()
        return .done
    }

    /// What OpenSSL's callbacks should have seen to already, looked at once more.
    private func checkEstablished() -> TLSFailure? {
        guard SSL_version(ssl) == TLS1_3_VERSION else { return TLSFailure(.protocolVersion) }
        guard peerCertificate != nil, SSL_get0_peer_certificate(ssl) != nil else {
            return TLSFailure(.noCertificate)
        }
        guard SSL_get_verify_result(ssl) == Int(X509_V_OK) else {
            return TLSFailure(.badCertificate)
        }
        var bytes: UnsafePointer<UInt8>?
        var length: UInt32 = 0
        SSL_get0_alpn_selected(ssl, &bytes, &length)
        let selected = UnsafeBufferPointer(start: bytes, count: Int(length))
        guard selected.elementsEqual(tlsApplicationProtocol) else {
            return TLSFailure(.wrongALPN)
        }
        return nil
    }

    /// The event to fire, once, after the handshake.
    func takeCompletion() -> TLSHandshakeCompleted? {
        guard isEstablished, let peer = peerCertificate else { return nil }
        peerCertificate = nil
        let cipher = SSL_CIPHER_standard_name(SSL_get_current_cipher(ssl))
        return TLSHandshakeCompleted(
            peer: peer, protocolVersion: String(cString: SSL_get_version(ssl)),
            cipher: cipher.map { String(cString: $0) } ?? "",
            validUntil: validUntil(atMost: peer.notAfter))
    }

    private func validUntil(atMost notAfter: Int64) -> Int64 {
        let chain = SSL_get0_verified_chain(ssl)
        return (0..<icds_X509_chain_count(chain)).reduce(notAfter) { earliest, index in
            guard let certificate = icds_X509_chain_certificate(chain, index),
                let end = Certificate.unixSeconds(X509_get0_notAfter(certificate))
            else { return earliest }
            return min(earliest, end)
        }
    }

    /// The certificates that the peer has shown, to be judged again by another context.
    func peerChain() -> TLSPeerChain? {
        guard isEstablished, let leaf = SSL_get1_peer_certificate(ssl) else { return nil }
        return TLSPeerChain(owning: leaf, others: icds_SSL_get1_peer_chain(ssl))
    }

    /// Called by the verification for the peer's own certificate, whose chain is good.
    func accepts(certificate x509: OpaquePointer) -> Bool {
        guard let certificate = try? Certificate(x509: x509) else { return false }
        // OpenSSL takes a missing extended key usage for "any".
        let usage = context.side == .server ? "clientAuth" : "serverAuth"
        guard certificate.extendedKeyUsages.contains(usage) else {
            refuse(TLSFailure(.wrongPurpose))
            return false
        }
        if context.side == .server {
            do {
                _ = try PeerName(certificate: certificate)
            } catch {
                refuse(TLSFailure(.badIdentity, detail: error.rawValue))
                return false
            }
        }
        peerCertificate = certificate
        return true
    }

    /// Called by a callback that has a better reason than OpenSSL will give.
    func refuse(_ failure: TLSFailure) { refusal = failure }

    /// Called by the verification where a check has failed.
    func noteFailedCheck(_ check: CertificateCheck) { failedCheck = check }

    /// Counts what the peer sends from now on and stops reading past the limit.
    private func watchRecords() {
        let pointer = Unmanaged.passUnretained(self).toOpaque()
        icds_SSL_set_message_callback(
            ssl,
            { isWritten, _, kind, bytes, length, _, session in
                guard isWritten == 0, let session else { return }
                Unmanaged<TLSSession>.fromOpaque(session).takeUnretainedValue()
                    .received(kind, UnsafeRawBufferPointer(start: bytes, count: length))
            }, pointer)
    }

    /// OpenSSL tells of each record's inner type, and then of the message in it.
    private func received(_ kind: Int32, _ bytes: UnsafeRawBufferPointer) {
        switch (kind, bytes.last.map { Int32($0) }) {
        case (SSL3_RT_HANDSHAKE, _): traffic.receivedHandshakeMessage()
        case (SSL3_RT_INNER_CONTENT_TYPE, SSL3_RT_HANDSHAKE): traffic.receivedHandshakeRecord()
        case (SSL3_RT_INNER_CONTENT_TYPE, SSL3_RT_APPLICATION_DATA): traffic.receivedDataRecord()
        // Every other alert ends the connection, in one way or the other.
        case (SSL3_RT_ALERT, SSL_AD_USER_CANCELLED): traffic.receivedWarning()
        default: return
        }
        if traffic.isExceeded {
            refusal = refusal ?? TLSFailure(.tooManyRecordsWithoutData)
            transport.isCutOff = true
        }
    }

    // MARK: Data

    /// Appends plaintext to `buffer` until the peer's bytes are used up or the buffer holds
    /// `bytesMax`.
    func read(into buffer: inout ByteBuffer, bytesMax: Int) -> ReadOutcome {
        guard isEstablished, !hasFailed else { return .failed(TLSFailure(.internalError)) }
        buffer.reserveCapacity(min(bytesMax, max(1024, transport.receivedBytes)))
        while buffer.readableBytes < bytesMax {
            ERR_clear_error()
            var count = 0
            var result: Int32 = 0
            buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: 1024) { target in
                result = SSL_read_ex(ssl, target.baseAddress, target.count, &count)
                return result == 1 ? count : 0
            }
            if result == 1 {
                traffic.read(bytes: count)
                // Asking once more would only be told that there is nothing.
                let isAll = transport.receivedBytes == 0 && SSL_has_pending(ssl) == 0
                if isAll, !transport.isCutOff { return .needsInput }
                continue
            }
            switch SSL_get_error(ssl, result) {
            case SSL_ERROR_WANT_READ: return .needsInput
            case SSL_ERROR_ZERO_RETURN: return .closeNotify
            default: return .failed(failure())
            }
        }
        return .more
    }

    /// Encrypts all of `bytes` into the transport's buffer. Nil on success.
    func write(_ bytes: ByteBuffer) -> TLSFailure? {
        guard isEstablished, !hasFailed else { return TLSFailure(.internalError) }
        guard bytes.readableBytes > 0 else { return nil }
        transport.reserveOutbound(plaintextBytes: bytes.readableBytes)
        return bytes.withUnsafeReadableBytes { source in
            var written = 0
            while written < source.count {
                ERR_clear_error()
                var count = 0
                let rest = UnsafeRawBufferPointer(rebasing: source[written...])
                let result = SSL_write_ex(ssl, rest.baseAddress, rest.count, &count)
                // Our transport takes everything, and TLS 1.3 writes without reading: whatever
                // OpenSSL waits for here would never come, so that it is not tried again.
                guard result == 1, count > 0 else { return failure() }
                written += count
            }
            return nil
        }
    }

    /// Puts close_notify into the transport's buffer where the connection is in order.
    func sendCloseNotify() {
        guard isEstablished, !hasFailed else { return }
        ERR_clear_error()
        // 0: sent, the peer's is missing; 1: both have closed. The peer's is found by reading.
        if SSL_shutdown(ssl) < 0 { hasFailed = true }
        ERR_clear_error()
    }

    /// What went wrong in the call just made. Empties the error queue.
    private func failure() -> TLSFailure {
        hasFailed = true
        let code = ERR_peek_error()
        let verification = SSL_get_verify_result(ssl)
        defer { ERR_clear_error() }
        if let refusal {
            return TLSFailure(
                refusal.reason, detail: refusal.detail, check: refusal.check ?? failedCheck)
        }
        if let failedCheck, ERR_GET_REASON(code) == SSL_R_CERTIFICATE_VERIFY_FAILED {
            return TLSFailure(failed: failedCheck)
        }
        if transport.isCutOff { return TLSFailure(.handshakeTooLarge) }
        return TLSFailure(openSSLError: code, verification: verification)
    }
}

/// The slot of an `SSL` in which its session is found by callbacks.
private let tlsSessionIndex = icds_SSL_new_ex_index()
