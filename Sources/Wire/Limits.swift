/// Everything that a peer could make grow, and where it stops.
///
/// A server takes one of these in its configuration. The table "Limits" of PROTOCOL.md lists every
/// field with its default and what the peer gets at the limit; a test compares the two. Fields that
/// a client has to know travel in the server's Hello (`ConnectionLimits`).
public struct Limits: Sendable, Equatable {
    // MARK: Frames and messages

    /// Bytes of one frame without its length: what a connection may make us buffer before anything
    /// is understood. Over it: GoAway RESOURCE_EXHAUSTED/FRAME_TOO_LARGE, then close.
    public var frameBytesMax = 4_259_840
    /// Bytes of one request or response message. Over it: the call ends with
    /// RESOURCE_EXHAUSTED/MESSAGE_TOO_LARGE (RESPONSE_TOO_LARGE for an answer of ours).
    public var messageBytesMax = 4_194_304
    /// Bytes of all keys and values of one call's metadata. Over it: the call ends with
    /// RESOURCE_EXHAUSTED/METADATA_TOO_LARGE.
    public var metadataBytesMax = 8_192
    /// Entries of one call's metadata: many empty entries cost memory too. Over it: as above.
    public var metadataEntriesMax = 64

    // MARK: Calls and handlers

    /// Calls open on one connection. Over it: the call ends with
    /// RESOURCE_EXHAUSTED/TOO_MANY_OPEN_CALLS and was not started.
    public var openCallsMax = 128
    /// Calls open on all connections of one organisation. Over it: the call ends with
    /// RESOURCE_EXHAUSTED/ORGANISATION_BUSY with a time after which to try again, not started.
    public var organisationCallsMax = 1_024
    /// Calls open in the whole server. Over it: RESOURCE_EXHAUSTED/SERVER_BUSY with a time after
    /// which to try again, not started.
    public var serverCallsMax = 4_096
    /// Handlers running for one connection, those included whose call was cancelled and that have
    /// not returned yet, so that opening and cancelling calls buys no work. Over it:
    /// RESOURCE_EXHAUSTED/TOO_MANY_RUNNING_HANDLERS, not started.
    public var connectionHandlersMax = 256
    /// Handlers running for one organisation, whatever became of their calls and connections. Over
    /// it: RESOURCE_EXHAUSTED/ORGANISATION_BUSY, not started.
    public var organisationHandlersMax = 2_048
    /// Handlers running in the whole server. Over it: RESOURCE_EXHAUSTED/SERVER_BUSY with a time
    /// after which to try again, not started.
    public var serverHandlersMax = 8_192
    /// Bytes of requests of one organisation that the server holds, counted and refused like those
    /// of the whole server below, with ORGANISATION_BUSY for a call.
    public var organisationRequestBytesMax = 67_108_864
    /// Bytes of requests that the whole server holds: those whose handlers run, messages of streams
    /// that no handler has taken, and frames whose end has not come. From half of it on, streams get
    /// no more of their connections' credit. Over it a stream that is ahead of its handler ends with
    /// RESOURCE_EXHAUSTED/STREAM_OVERLOADED, a larger call ends with RESOURCE_EXHAUSTED/SERVER_BUSY, not started, and
    /// a connection that goes on with a large frame gets GoAway RESOURCE_EXHAUSTED/SERVER_OVERLOADED.
    /// What is not larger than `smallRequestBytesMax` is served all the same.
    public var serverRequestBytesMax = 268_435_456
    /// Bytes that one call may be ahead of its reader, in each direction (streaming calls).
    public var callCreditBytes = 262_144
    /// Bytes that all streaming calls of a connection may be ahead of their readers together.
    public var connectionCreditBytes = 1_048_576

    // MARK: Connections

    /// Open connections of the whole server. At it, further ones wait in the kernel's backlog.
    public var connectionsMax = 10_000
    /// Open connections from one address. Over it, the connection is closed before its handshake.
    public var addressConnectionsMax = 512
    /// Admitted connections of one organisation, whatever addresses they come from. Over it: GoAway
    /// RESOURCE_EXHAUSTED/TOO_MANY_CONNECTIONS in place of the Hello, then close.
    public var organisationConnectionsMax = 512
    /// TLS handshakes at once: each costs half a millisecond of computing and waits for its turn
    /// (`HandshakeTurns`). At it, further connections wait in the backlog. How long one may take is
    /// `TLSLimits.handshakeTimeoutSeconds`.
    public var handshakesMax = 64
    /// TLS handshakes at once with one address: whoever has no certificate must not take all of the
    /// places above by connecting and saying nothing. Over it, the connection is closed before its
    /// handshake.
    public var addressHandshakesMax = 16
    /// Milliseconds that a handshake has while all of `handshakesMax` are taken, so that others may wait.
    /// The oldest over it, where the server waits for its peer, fails as if its whole time were over:
    /// silent connections keep nobody out for longer. Two seconds are several round trips.
    public var crowdedHandshakeMillisecondsMax = 2_000
    /// Milliseconds from the end of the handshake until the client's Hello is complete and the
    /// client admitted. Over it: GoAway DEADLINE_EXCEEDED/HELLO_TIMEOUT, then close.
    public var helloMillisecondsMax = 10_000
    /// Milliseconds between two reads of bytes of one frame: nobody drips. Over it: GoAway
    /// DEADLINE_EXCEEDED/FRAME_TIMEOUT, then close.
    public var frameGapMillisecondsMax = 15_000
    /// Milliseconds from the first byte of a frame to its last: 4 MiB in a minute are slower than any
    /// line that is worth waiting for. Over it: as above.
    public var frameMillisecondsMax = 60_000
    /// Milliseconds that a connection may be open without a call. After it: orderly GoAway OK/IDLE.
    public var idleMillisecondsMax = 900_000
    /// Milliseconds that a connection lives, give or take a tenth so that those who came together do
    /// not leave together. After it: orderly GoAway OK/MAX_AGE, calls in flight finish.
    public var ageMillisecondsMax = 3_600_000
    /// Milliseconds that calls in flight get once a GoAway for idleness or age was sent. After it
    /// the connection is closed and its handlers are cancelled.
    public var drainMillisecondsMax = 30_000

    // MARK: Keepalive

    /// Milliseconds that should lie between two pings of a client without a call in between; more
    /// often is a strike.
    public var pingIntervalMillisecondsMin = 10_000
    /// Strikes that are forgiven. One more: GoAway RESOURCE_EXHAUSTED/TOO_MANY_PINGS, then close.
    public var pingStrikesMax = 2
    /// Milliseconds without a byte from the client after which the server pings.
    public var keepaliveMilliseconds = 120_000
    /// Milliseconds that a peer has to answer the server's ping with any byte. Over it: closed.
    public var keepaliveTimeoutMilliseconds = 20_000

    // MARK: Writing

    /// Bytes waiting to be sent to a peer that reads slowly. Over it the server stops reading from
    /// that connection until half has gone.
    public var outboundBytesMax = 1_048_576
    /// Bytes of streams' messages waiting to be sent on a connection: what is more than a line needs to
    /// be busy only delays the answers of other calls behind it. At it, writers wait.
    public var streamOutboundBytesMax = 262_144
    /// Bytes of answers that wait for such peers in the whole server: calls that were open when their
    /// peer stopped to read are still answered. Over it: the connection that adds to them is closed.
    public var serverUnreadBytesMax = 268_435_456
    /// Milliseconds in which such a peer must take half of it. Over it: closed.
    public var writeStallMillisecondsMax = 30_000

    // MARK: Time of a call

    /// Milliseconds that a call gets whose client set no timeout.
    public var timeoutMillisecondsDefault = 60_000
    /// Milliseconds that a call gets at the most; a longer timeout is cut to this.
    public var timeoutMillisecondsMax = 600_000
    /// Milliseconds of the client's time that are kept for the answer to get back: the handler has
    /// so much less, but half of the time at least.
    public var deadlineReserveMilliseconds = 20
    /// Milliseconds that must be left for a call to be started: less is work for nobody. Under it:
    /// DEADLINE_EXCEEDED/DEADLINE_TOO_SHORT at once, not started.
    public var usefulMillisecondsMin = 30

    /// The limits of a server that sets none.
    public static let `default` = Limits()

    /// The defaults; change what has to differ.
    public init() {}
}

extension Limits {
    /// Bytes of the frame of a client's Hello: nobody who is not admitted yet makes us buffer more.
    static let helloBytesMax = 4_096
    /// Bytes of a request that is served however much the server holds.
    static let smallRequestBytesMax = 65_536
    /// Bytes that one stream writes before its connection looks at its other calls.
    static let streamTurnBytesMax = 65_536
    /// Milliseconds after which a connection looks again whether there is room for credit that it
    /// withheld.
    static let withheldCreditMilliseconds = 20
    /// Bytes of the full name of a method; longer names exist nowhere and are unknown.
    static let methodNameBytesMax = 256
    /// Bytes of one metadata key.
    static let metadataKeyBytesMax = 64
    /// Bytes of `Hello.implementation`.
    static let implementationBytesMax = 64
    /// Bytes of a `GoAway.message` or `Status.message` that are sent; the rest is cut.
    static let statusMessageBytesMax = 2_048
}
