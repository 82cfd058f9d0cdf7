/// How a channel reaches its servers.
public struct ChannelConfiguration: Sendable {
    /// The servers, tried in this order whenever a connection is opened; the first that lets us in is
    /// used. All of them must be the same service.
    public var endpoints: [ClientConfiguration]
    /// Connections that take calls at once. A second is opened only when the first has as many calls
    /// open as its server allows.
    public var connectionsMax = 4
    /// How long a connection besides the first may be without a call before it is closed.
    public var idleTimeout = Duration.seconds(60)
    /// Calls that wait for a connection with room; more fail with
    /// RESOURCE_EXHAUSTED/TOO_MANY_OPEN_CALLS.
    public var waitingCallsMax = 1_024
    /// How long to wait before connecting again.
    public var backoff = BackoffPolicy()
    /// Which calls are made again.
    public var retry = RetryPolicy()

    /// A channel to one server.
    public init(_ endpoint: ClientConfiguration) {
        endpoints = [endpoint]
    }

    /// A channel to the first server of several that can be reached.
    public init(endpoints: [ClientConfiguration]) {
        self.endpoints = endpoints
    }
}
