/// What a peer may cost before and beside application data. Every field says what the peer gets at
/// the limit.
public struct TLSLimits: Sendable, Equatable {
    /// From the start of the handshake to its end. 10 s: a few round trips over a bad line and a
    /// queue of other handshakes; one second was too little for others. Then: failure `timeout`.
    public var handshakeTimeoutSeconds = 10

    /// How long a closing connection waits for the peer to take the last bytes and to answer with
    /// its own close_notify. Then: the connection is closed, without an error.
    public var shutdownTimeoutSeconds = 5

    /// How long a server goes on reading after an alert that ended a connection: a socket that is
    /// closed with unread bytes in it is reset, and a reset may overtake the alert. Then, or when the
    /// peer has closed: the connection is closed.
    public var lingerTimeoutSeconds = 2

    /// Bytes that are read and dropped meanwhile, and while a closing connection waits for the peer's
    /// close_notify. Then: the connection is closed, when the transport has taken what it still sends.
    public var lingerBytesMax = 256 * 1024

    /// How long this side may go on writing after the peer's close_notify, so that what was written before
    /// gets there. Then: the connection is closed, without an error.
    public var halfClosedTimeoutSeconds = 10

    /// Bytes that a handshake may take from the peer. A full one with a chain of the largest size
    /// allowed below stays under it. Then: failure `handshakeTooLarge`.
    public var handshakeBytesMax = 128 * 1024

    /// Bytes of the peer's certificate chain. Then: failure `handshakeTooLarge`.
    public var certificateChainBytesMax = 32 * 1024

    /// Intermediate certificates between the peer's and a trusted authority.
    /// Then: failure `chainTooLong`.
    public var intermediateCertificatesMax = 4

    /// Records and handshake messages after the handshake that bring no application data, besides
    /// one for each MiB of it: KeyUpdates, each of which costs a key derivation and of which OpenSSL
    /// by itself takes any number, empty records, alerts that say nothing.
    /// Then: failure `tooManyRecordsWithoutData`.
    public var recordsWithoutDataMax = 32

    /// Plaintext that is encrypted before the channel is asked again whether it is writable.
    /// Nothing is refused: the rest waits in the queue.
    public var plaintextBytesPerTurnMax = 64 * 1024

    /// Plaintext that is passed on in one read; more comes as further reads of the same burst.
    public var plaintextBytesPerReadMax = 256 * 1024

    public init() {}

    public static let standard = TLSLimits()
}

/// The largest certificate, chain or key file that is read, in bytes.
let certificateFileBytesMax = 1024 * 1024
