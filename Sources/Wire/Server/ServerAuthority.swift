/// Who is let in, and what a call may name. Given by the daemon; `Wire` knows no organisation.
public protocol ServerAuthority: Sendable {
    /// Judges a connection once, before the server's Hello. Throws what the peer is told.
    func admit(_ peer: PeerIdentity) async throws(RPCStatus)
    /// Whether the peer is still admitted. Asked for each call on the event loop: memory only.
    func isAdmitted(_ peer: PeerIdentity) -> Bool
    /// Judges a call before its handler: does the request name another organisation? Throws the
    /// `RPCStatus` that ends the call. Of a client's stream each message is judged before the handler
    /// gets it; where it has taken none when it answers or its stream ends, the call is judged with an
    /// empty address.
    func authorize(_ context: ServerContext) async throws
    /// Records that the method table refused a call of an audited method.
    func recordRefusal(_ context: ServerContext, _ status: RPCStatus) async throws
}
