public import CoreMetrics

/// What a server needs to start, besides its services and its authority.
public struct ServerConfiguration: Sendable {
    /// Address to listen on: an IP address or a name that resolves to one.
    public var host: String
    /// TCP port; 0 lets the system choose one, which `RPCServer.start` returns.
    public var port: Int
    /// Certificates, key and policy of the server's side.
    public var tls: TLSContext
    /// What peers may cost.
    public var limits: Limits
    /// Where the server counts its calls and handshakes.
    public var metrics: any MetricsFactory = NOOPMetricsHandler.instance

    /// What every connection is told once, with the End of a call.
    public var notice: ConnectionNotice?

    /// A server on `host` and `port`.
    public init(host: String, port: Int, tls: TLSContext, limits: Limits = .default) {
        self.host = host
        self.port = port
        self.tls = tls
        self.limits = limits
    }
}

/// Why a server could not be made or started.
public enum ServerConfigurationError: Error, Sendable, Equatable, CustomStringConvertible {
    /// Two services answer to the same method name.
    case duplicateMethod(String)
    /// The address cannot be listened on; the text says why.
    case cannotListen(host: String, port: Int, why: String)
    /// `start` was called twice, or after `drain`.
    case alreadyStarted

    public var description: String {
        switch self {
        case .duplicateMethod(let name): "two services answer to \(name)"
        case .cannotListen(let host, let port, let why): "cannot listen on \(host):\(port): \(why)"
        case .alreadyStarted: "the server was started before"
        }
    }
}

/// Where a server listens.
public struct SocketAddressDescription: Sendable, Hashable, CustomStringConvertible {
    /// The IP address.
    public let host: String
    /// The TCP port.
    public let port: Int

    public var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
}
