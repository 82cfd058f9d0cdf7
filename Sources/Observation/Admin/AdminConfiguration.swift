public import NIOCore

/// Where the admin port listens, and what a peer may cost it.
///
/// There is no authentication on this port, so it is for this machine alone.
public struct AdminConfiguration: Sendable {
    /// A loopback address: in 127.0.0.0/8, or ::1.
    public let host: String
    /// TCP port; 0 lets the system choose one.
    public let port: Int
    /// Bytes of a request, its headers included. A scraper sends a few hundred. Over it: 431.
    public var requestBytesMax = 8_192
    /// Connections at once. One more is closed at once.
    public var connectionsMax = 16
    /// Time for a request to arrive. After it: 408.
    public var requestTimeout: TimeAmount = .seconds(5)
    /// Time from the request to the last byte of the answer. After it the connection is closed.
    public var answerTimeout: TimeAmount = .seconds(10)

    /// - Throws: `AdminError.notLoopback`.
    public init(host: String, port: Int) throws(AdminError) {
        guard Self.isLoopback(host) else { throw .notLoopback(host) }
        self.host = host
        self.port = port
    }

    /// Whether it is the address of this machine's loopback. Names are not: what they stand for may
    /// change.
    public static func isLoopback(_ host: String) -> Bool {
        guard let address = try? SocketAddress(ipAddress: host, port: 0) else { return false }
        return isLoopback(address)
    }

    /// By the address's canonical text.
    static func isLoopback(_ address: SocketAddress) -> Bool {
        switch (address.protocol, address.ipAddress) {
        case (.inet, let text?): text.hasPrefix("127.")
        case (.inet6, let text?): text == "::1"
        default: false
        }
    }
}

/// Why the admin port is not there.
public enum AdminError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The address is not of the loopback.
    case notLoopback(String)
    /// The address cannot be listened on; the text says why.
    case cannotListen(host: String, port: Int, why: String)

    public var description: String {
        switch self {
        case .notLoopback(let host):
            "the admin port is for this machine alone: \(host) is neither in 127.0.0.0/8 nor ::1"
        case .cannotListen(let host, let port, let why):
            "the admin port cannot listen on \(host):\(port): \(why)"
        }
    }
}
