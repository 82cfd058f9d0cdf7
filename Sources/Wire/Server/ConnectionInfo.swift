/// One open connection of a server, for its operator.
public struct ConnectionInfo: Sendable, Equatable {
    /// How far the connection is.
    public enum State: String, Sendable, CaseIterable {
        /// TLS is not agreed yet: nobody is known at the other end.
        case handshaking
        /// The certificate is known; the Hello or the admission is awaited.
        case admitting
        case ready
        /// It was told to leave and finishes its calls.
        case draining
        case closing
    }

    /// What TLS agreed on.
    public struct Session: Sendable, Equatable {
        /// Always "TLSv1.3".
        public var protocolVersion: String
        /// The cipher suite's name in RFC 8446.
        public var cipher: String
        /// When the peer's certificate runs out.
        public var certificateNotAfter: Timestamp
    }

    /// Unique while the server runs; grows with each connection.
    public var id: UInt64
    /// Random name of the connection, as in the log.
    public var reference: String
    public var state: State
    /// Who is at the other end; nil during the handshake.
    public var peer: PeerIdentity?
    /// IP address of the peer.
    public var address: String
    /// What the client said of itself in its Hello; empty where it said nothing.
    public var implementation: String
    public var openedAt: Timestamp
    /// Time since then, by a clock that is never set.
    public var ageMilliseconds: Int64
    /// When the last call came; nil where none has.
    public var lastCallAt: Timestamp?
    /// Calls that are open now.
    public var openCalls: Int
    /// Nil during the handshake.
    public var session: Session?
    /// What has happened since it was opened.
    public var tally: ConnectionTally
}

/// Counts of one connection since it was opened.
public struct ConnectionTally: Sendable, Equatable {
    /// Calls whose handler was started.
    public var callsStarted = 0
    /// Those of them that ended with OK.
    public var callsSucceeded = 0
    /// Those of them that ended otherwise.
    public var callsFailed = 0
    /// Calls that were refused before a handler.
    public var callsRejected = 0
    /// Why: `callsRejected` by reason, of which at most `reasonsMax` are told apart.
    public var rejectionsByReason: [String: Int] = [:]

    /// Reasons that are told apart; the rest is "OTHER".
    static let reasonsMax = 32
    /// Requests, and messages of streams, that were received.
    public var messagesReceived = 0
    /// Responses, and messages of streams, that were sent.
    public var messagesSent = 0
    /// Plaintext bytes read.
    public var bytesReceived = 0
    /// Plaintext bytes written.
    public var bytesSent = 0

    /// Counts a call that was refused before a handler.
    mutating func reject(_ reason: String) {
        callsRejected += 1
        let isKnown = rejectionsByReason[reason] != nil
        let key = isKnown || rejectionsByReason.count < Self.reasonsMax ? reason : "OTHER"
        rejectionsByReason[key, default: 0] += 1
    }
}
