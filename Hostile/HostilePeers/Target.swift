/// The server under attack, and with what an attacker comes.
public struct Target: Sendable {
    /// IPv4 address of the server.
    public var host: String
    public var port: UInt16
    /// A certificate that the server admits.
    public var certificate: String
    public var key: String
    /// A certificate of an authority that the server does not know.
    public var strangeCertificate: String
    public var strangeKey: String
    /// Further certificates that the server admits, of other organisations, each as a path to which
    /// ".pem" and ".key" are added. Limits of one organisation are met without them.
    public var crowd: [String]
    /// The attackers' addresses are 127.1.0.1 and the following, as many as this. Limits of one
    /// address and of the whole server are met by few and by many.
    public var addresses: Int

    public init(
        host: String = "127.0.0.1", port: UInt16, certificate: String, key: String,
        strangeCertificate: String, strangeKey: String, crowd: [String] = [], addresses: Int
    ) {
        self.host = host
        self.port = port
        self.certificate = certificate
        self.key = key
        self.strangeCertificate = strangeCertificate
        self.strangeKey = strangeKey
        self.crowd = crowd
        self.addresses = addresses
    }
}

/// Why a step of an attack did not succeed. What matters of it is counted in the tally.
public enum HostileError: Error {
    /// The attacker itself could not: out of files, no such certificate.
    case own(String)
    /// The server closed the connection, or never opened it.
    case closed
    /// Nothing came in time.
    case timeout
}
