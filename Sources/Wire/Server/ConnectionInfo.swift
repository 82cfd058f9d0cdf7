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

    /// Random name of the connection, as in the log.
    public var reference: String
    public var state: State
    /// URI of the peer's certificate; nil during the handshake.
    public var peer: String?
    /// Kind and code of its organisation: "municipality:837"; nil during the handshake.
    public var organisation: String?
    /// IP address of the peer.
    public var address: String
    /// What the client said of itself in its Hello; empty where it said nothing.
    public var implementation: String
    public var openedAt: Timestamp
    /// Calls that are open now.
    public var openCalls: Int
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
    /// Requests, and messages of streams, that were received.
    public var messagesReceived = 0
    /// Responses, and messages of streams, that were sent.
    public var messagesSent = 0
    /// Plaintext bytes read.
    public var bytesReceived = 0
    /// Plaintext bytes written.
    public var bytesSent = 0
}
