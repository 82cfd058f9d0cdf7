/// How large the memory for keys must be: it has the municipalities' keys, and one key of each connection.
///
/// OpenSSL keeps the ephemeral key of a connection's handshake there for as long as the connection lives
/// and, unlike us, nowhere else: where there is no room for it the handshake fails.
struct SecretRoom: Sendable, Equatable {
    /// Connections that a server has at most where nothing else is set.
    static let standardConnectionsMax = 10_000

    /// Those that two keyrings hold, of 512 tenants each: five keys of each of three generations, and
    /// that of a month. What else there is, is a few dozen.
    private static let keyCount = 2 * 512 * (3 * 5 + 1) + 1_024
    private static let keyByteCount = 32
    /// Of the largest curve that a handshake may choose, P-521; X25519 takes a quarter of it.
    private static let connectionByteCount = 128
    /// The random generators of threads, two each, the servers' own private keys, and what is worked with.
    private static let libraryByteCount = 1 << 17

    let connectionsMax: Int

    /// What our keys may take of it.
    var ownByteCount: Int { Self.keyCount * Self.keyByteCount }

    /// What is left to OpenSSL at least.
    var libraryByteCount: Int {
        Self.libraryByteCount + max(0, connectionsMax) * Self.connectionByteCount
    }

    /// Of all; a power of two, as OpenSSL wants it. 2 MiB for the standard.
    var byteCount: Int {
        var size = 1 << 16
        while size < ownByteCount + libraryByteCount { size *= 2 }
        return size
    }
}
