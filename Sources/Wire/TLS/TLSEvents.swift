/// Fired inward once, when the handshake is complete and the peer's certificate has been accepted.
/// To a client it says only that the *server* was accepted: the server's Hello is the proof that
/// the server has accepted the client (PROTOCOL.md; RFC 8446 lets a client finish first).
package struct TLSHandshakeCompleted: Sendable, Equatable {
    let peer: Certificate
    /// Always "TLSv1.3".
    let protocolVersion: String
    /// The cipher suite's name in RFC 8446.
    let cipher: String
    /// The last second, in Unix time, at which every certificate of the peer's chain is valid.
    let validUntil: Int64
}

/// Fired inward once, after the last plaintext: nothing more will come from the peer. Whether the
/// end is at a frame's border is for the handler above to judge.
struct TLSInputClosed: Sendable, Equatable {
    /// The peer said that it has finished (close_notify). Where this is false the connection just
    /// ended, and an attacker on the path may have cut it.
    let clean: Bool
}
