import NIOCore
import NIOPosix
import Synchronization

/// One connection to a server, on which any number of tasks make calls at once.
///
/// It does not reconnect: once it is closed, or the server said GoAway, make another.
public final class RPCClient: RPCCaller, Sendable {
    /// The URI under which the server admitted us.
    public let admittedAs: String
    /// Name and version of the server's software.
    public let serverImplementation: String

    /// Calls that the server allows at once on a connection.
    let openCallsMax: Int
    /// Timeout of a call that sets none.
    let callTimeout: Duration
    /// The same of a ping.
    private let pingTimeout: Duration
    let connection: NIOLoopBound<ClientConnection>

    private let channel: any Channel
    private let nextPing = Atomic<UInt64>(1)

    private init(
        channel: any Channel, connection: NIOLoopBound<ClientConnection>, hello: Hello,
        configuration: ClientConfiguration
    ) {
        self.channel = channel
        self.connection = connection
        callTimeout = configuration.callTimeout
        pingTimeout = configuration.keepaliveTimeout
        let limit = Int(hello.limits?.openCallsMax ?? 0)
        openCallsMax = limit == 0 ? ClientConnection.openCallsMaxDefault : limit
        admittedAs = hello.admittedAs
        serverImplementation = hello.implementation
    }

    // MARK: Connecting

    /// Connects, and waits until the server has admitted us.
    ///
    /// - Throws: `RPCStatus`: UNAVAILABLE/CONNECT_FAILED, DEADLINE_EXCEEDED/CONNECT_TIMEOUT,
    ///   UNAVAILABLE/TLS_FAILED, UNAUTHENTICATED/CERTIFICATE_REFUSED, UNAVAILABLE/CONNECTION_LOST,
    ///   or what the server said in its GoAway.
    public static func connect(_ configuration: ClientConfiguration) async throws -> RPCClient {
        try await connect(configuration, observer: nil)
    }

    /// Connects; `observer` is told what becomes of the connection, on its event loop.
    static func connect(
        _ configuration: ClientConfiguration, observer: ClientConnection.Observer?
    ) async throws(RPCStatus) -> RPCClient {
        let group = EventLoops.group
        let eventLoop = group.next()
        let timeout = TimeAmount(configuration.connectTimeout.bounded)
        let candidates = ConnectionCandidates()
        let bytesMax = min(max(2, configuration.outboundBytesMax), Int(Int32.max))
        let bootstrap = ClientBootstrap(group: eventLoop)
            .connectTimeout(timeout)
            .channelOption(.tcpOption(.tcp_nodelay), value: 1)
            .channelOption(
                .writeBufferWaterMark, value: .init(low: bytesMax / 2, high: bytesMax)
            )
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try candidates.add(channel, configuration, observer)
                }
            }
        let channel: any Channel
        do {
            channel = try await bootstrap.connect(
                host: configuration.host, port: configuration.port
            ).get()
        } catch {
            throw RPCStatus(connecting: error, to: configuration.host, port: configuration.port)
        }
        guard let (connection, ready) = candidates.winner(channel) else {
            // Every channel of the bootstrap was made by the initializer above.
            channel.close(promise: nil)
            throw LibraryReason.connectFailed.status("the connection was lost at once")
        }
        let hello = try await admission(connection, ready, within: timeout)
        return RPCClient(
            channel: channel, connection: connection, hello: hello, configuration: configuration)
    }

    /// Waits until the server has let the connection in; where it does not, the connection is closed,
    /// and its observer is never told anything.
    private static func admission(
        _ connection: NIOLoopBound<ClientConnection>, _ ready: EventLoopFuture<Hello>,
        within timeout: TimeAmount
    ) async throws(RPCStatus) -> Hello {
        let eventLoop = connection.eventLoop
        let expiry = eventLoop.scheduleTask(in: timeout) {
            connection.value.giveUpConnecting(
                LibraryReason.connectTimeout.status("the server did not admit us in time"))
        }
        defer { expiry.cancel() }
        do {
            return try await withTaskCancellationHandler {
                try await ready.get()
            } onCancel: {
                eventLoop.execute {
                    connection.value.giveUpConnecting(
                        LibraryReason.cancelled.status("connecting was cancelled"))
                }
            }
        } catch {
            throw error as? RPCStatus
                ?? LibraryReason.connectionLost.status("the connection was lost: \(error)")
        }
    }

    // MARK: Looking after it

    /// Asks whether the server is there.
    ///
    /// - Parameter timeout: how long to wait for the answer; nil: `keepaliveTimeout` of the
    ///   configuration.
    /// - Returns: the round trip's time.
    /// - Throws: `RPCStatus`: DEADLINE_EXCEEDED after the timeout, CANCELLED when the task is
    ///   cancelled, or why the connection is closed.
    public func ping(timeout: Duration? = nil) async throws -> Duration {
        let opaque = nextPing.add(1, ordering: .relaxed).newValue
        let timeout = TimeAmount((timeout ?? pingTimeout).bounded)
        let token = CallToken()
        let connection = connection
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                connection.eventLoop.execute {
                    connection.value.ping(
                        opaque, timeout: timeout, token: token, continuation: continuation)
                }
            }
        } onCancel: {
            token.isCancelled.store(true, ordering: .releasing)
            connection.eventLoop.execute { connection.value.cancelPing(opaque) }
        }
    }

    /// Closes the connection. Calls in flight fail with UNAVAILABLE/CONNECTION_CLOSED.
    public func close() async {
        closeNow()
        try? await channel.closeFuture.get()
    }

    /// Has the connection closed, and does not wait until it is.
    func closeNow() {
        let connection = connection
        connection.eventLoop.execute {
            let status = LibraryReason.connectionClosed.status("the connection was closed")
            connection.value.perform(connection.value.machine.close(status))
        }
    }

    /// Returns when the connection is closed, whoever closed it.
    public func waitUntilClosed() async {
        try? await channel.closeFuture.get()
    }
}
