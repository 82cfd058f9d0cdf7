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
    let connection: NIOLoopBound<ClientConnection>

    private let channel: any Channel
    private let nextPing = Atomic<UInt64>(1)

    private init(
        channel: any Channel, connection: NIOLoopBound<ClientConnection>, hello: Hello,
        callTimeout: Duration
    ) {
        self.channel = channel
        self.connection = connection
        self.callTimeout = callTimeout
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
        let ready = eventLoop.makePromise(of: Hello.self)
        let timeout = TimeAmount(configuration.connectTimeout)
        let bootstrap = ClientBootstrap(group: eventLoop)
            .connectTimeout(timeout)
            .channelOption(.tcpOption(.tcp_nodelay), value: 1)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandlers([
                        TLSHandler(context: configuration.tls),
                        ClientConnection(
                            configuration: configuration, eventLoop: channel.eventLoop,
                            ready: ready, observer: observer),
                    ])
                }
            }
        let channel: any Channel
        do {
            channel = try await bootstrap.connect(
                host: configuration.host, port: configuration.port
            ).get()
        } catch {
            let status = RPCStatus(
                connecting: error, to: configuration.host, port: configuration.port)
            ready.fail(status)
            throw status
        }
        let expiry = eventLoop.scheduleTask(in: timeout) {
            ready.fail(
                LibraryReason.connectTimeout.status("the server did not admit us in time"))
        }
        do {
            let hello = try await withTaskCancellationHandler {
                try await ready.futureResult.get()
            } onCancel: {
                ready.fail(LibraryReason.cancelled.status("connecting was cancelled"))
            }
            expiry.cancel()
            let connection = try await channel.eventLoop.submit {
                NIOLoopBound(
                    try channel.pipeline.syncOperations.handler(type: ClientConnection.self),
                    eventLoop: channel.eventLoop)
            }.get()
            return RPCClient(
                channel: channel, connection: connection, hello: hello,
                callTimeout: configuration.callTimeout)
        } catch {
            expiry.cancel()
            channel.close(promise: nil)
            throw RPCStatus(connecting: error, to: configuration.host, port: configuration.port)
        }
    }

    /// Asks whether the server is there.
    ///
    /// - Returns: the round trip's time.
    /// - Throws: `RPCStatus` when the connection is closed.
    public func ping() async throws -> Duration {
        let opaque = nextPing.add(1, ordering: .relaxed).newValue
        let connection = connection
        return try await withCheckedThrowingContinuation { continuation in
            connection.eventLoop.execute {
                connection.value.ping(opaque, continuation: continuation)
            }
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
