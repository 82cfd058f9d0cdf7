import Glibc
public import Logging
import NIOCore
import NIOPosix
import Synchronization

/// A server of calls of all four kinds over TLS (PROTOCOL.md).
///
/// Handlers run as tasks on the event loop of their connection. A handler that computes for long
/// should hop away; one that waits costs nothing.
public final class RPCServer: Sendable {
    private enum State {
        case idle
        case listening(any Channel)
        case drained
    }

    private let configuration: ServerConfiguration
    let core: ServerCore
    let tls: Mutex<TLSContext>
    private let state = Mutex(State.idle)
    private let group = EventLoops.group
    private let executors: [ObjectIdentifier: LoopTaskExecutor]

    /// A server that does not listen yet.
    ///
    /// - Throws: `ServerConfigurationError.duplicateMethod`.
    public init(
        configuration: ServerConfiguration, services: [any RPCService],
        authority: any ServerAuthority, logger: Logger
    ) throws {
        self.configuration = configuration
        var core = try ServerCore(
            limits: configuration.limits, services: services, authority: authority, logger: logger,
            metrics: ServerMetrics(factory: configuration.metrics))
        core.notice = configuration.notice
        self.core = core
        tls = Mutex(configuration.tls)
        var executors: [ObjectIdentifier: LoopTaskExecutor] = [:]
        for loop in group.makeIterator() {
            executors[ObjectIdentifier(loop)] = LoopTaskExecutor(
                eventLoop: loop, rounds: EventLoops.rounds)
        }
        self.executors = executors
    }

    /// What the server has done and does.
    public var statistics: ServerStatistics { core.counters.snapshot }

    /// Whether every event loop that connections are served on runs a task within `limit`. One does not
    /// where a handler holds it without waiting: then its connections stand still.
    public func loopsRespond(within limit: Duration) async -> Bool {
        let (answers, answer) = AsyncStream.makeStream(of: Bool.self)
        var missing = 0
        for loop in group.makeIterator() {
            missing += 1
            loop.execute { answer.yield(true) }
        }
        let timer = Task {
            try await Task.sleep(for: limit)
            answer.yield(false)
        }
        defer { timer.cancel() }
        for await didRespond in answers {
            guard didRespond else { return false }
            missing -= 1
            if missing == 0 { return true }
        }
        return false
    }

    /// Every open connection as it is now, in no order.
    public func connections() async -> [ConnectionInfo] {
        await core.registry.collect { $0.info }
    }

    /// Takes other certificates for connections that come from now on; `recheck` judges the others.
    public func use(_ context: TLSContext) {
        tls.withLock { $0 = context }
    }

    private static func describe(_ error: any Error) -> String {
        guard let error = error as? IOError else { return "\(error)" }
        switch error.errnoCode {
        case EADDRINUSE: return "another program listens there; choose another port"
        case EADDRNOTAVAIL: return "this machine does not have the address"
        case EACCES: return "this user may not listen on the port"
        default: return error.description
        }
    }

    /// Listens.
    ///
    /// - Returns: the address, with the port that the system chose where 0 was asked for.
    /// - Throws: `ServerConfigurationError.cannotListen`, `.alreadyStarted`.
    public func start() async throws -> SocketAddressDescription {
        guard state.withLock({ if case .idle = $0 { true } else { false } }) else {
            throw ServerConfigurationError.alreadyStarted
        }
        let (host, port) = (configuration.host, configuration.port)
        let channel: any Channel
        do {
            channel = try await bootstrap().bind(host: host, port: port).get()
        } catch {
            throw ServerConfigurationError.cannotListen(
                host: host, port: port, why: Self.describe(error))
        }
        let isOurs = state.withLock { state in
            guard case .idle = state else { return false }
            state = .listening(channel)
            return true
        }
        guard isOurs else {
            try? await channel.close().get()
            throw ServerConfigurationError.alreadyStarted
        }
        return SocketAddressDescription(
            host: channel.localAddress?.ipAddress ?? host, port: channel.localAddress?.port ?? port)
    }

    /// Bytes that the kernel takes of a connection before the server has, 256 KiB: enough for 5 MB a second
    /// at 50 ms there and back. Left to itself it grows to megabytes, which nobody's limits count, and which
    /// are read in one round when the peer has closed. Connections inherit it from the listening socket.
    private static let receiveBufferBytes: SocketOptionValue = 256 * 1024

    private func bootstrap() -> ServerBootstrap {
        let core = core
        let executors = executors
        let outboundBytesMax = core.limits.outboundBytesMax
        return ServerBootstrap(group: group)
            .serverChannelOption(.backlog, value: 1_024)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .serverChannelOption(.maxMessagesPerRead, value: 1)
            .serverChannelOption(
                .socketOption(.so_rcvbuf), value: Self.receiveBufferBytes
            )
            .serverChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    guard let executor = executors[ObjectIdentifier(channel.eventLoop)] else {
                        throw ChannelError.inappropriateOperationForState
                    }
                    try channel.pipeline.syncOperations.addHandler(
                        AcceptHandler(
                            gate: core.gate, registry: core.registry,
                            patience: .milliseconds(
                                Int64(core.limits.crowdedHandshakeMillisecondsMax)),
                            turns: executor.handshakes))
                }
            }
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            // A peer that sends much has one read a round, as everybody else.
            .childChannelOption(.maxMessagesPerRead, value: 1)
            .childChannelOption(
                .writeBufferWaterMark,
                value: .init(low: outboundBytesMax / 2, high: outboundBytesMax)
            )
            .childChannelInitializer { [self] channel in
                channel.eventLoop.makeCompletedFuture {
                    let loop = channel.eventLoop
                    guard let executor = executors[ObjectIdentifier(loop)] else {
                        throw ChannelError.inappropriateOperationForState
                    }
                    let tls = TLSHandler(
                        context: tls.withLock { $0 }, spare: executor.spare,
                        turns: executor.handshakes, reads: executor)
                    let connection = ServerConnection(
                        core: core, executor: executor,
                        remoteAddress: channel.remoteAddress?.ipAddress ?? "unknown")
                    try channel.pipeline.syncOperations.addHandlers([tls, connection])
                }
            }
    }

    /// Stops listening, tells every client to leave (two-phase GoAway), lets calls in flight finish,
    /// and closes what is still open after `limit`. Returns when every connection is closed and
    /// every handler has returned, the latter for at most `limit` longer.
    public func drain(within limit: Duration) async {
        let previous = state.withLock { state in
            defer { state = .drained }
            return state
        }
        guard case .listening(let channel) = previous else { return }
        try? await channel.close().get()
        core.registry.startDraining()
        let grace = TimeAmount(limit.bounded)
        core.registry.onEach { $0.drain(within: grace) }
        let deadline = channel.eventLoop.scheduleTask(in: grace) { [core] in
            core.registry.onEach { $0.abort() }
        }
        await core.registry.waitUntilEmpty()
        deadline.cancel()
        await waitForHandlers(grace, on: channel.eventLoop)
    }

    /// Handlers were cancelled with their connections; they have until `limit` to notice.
    private func waitForHandlers(_ limit: TimeAmount, on eventLoop: any EventLoop) async {
        let counters = core.counters
        var end: Scheduled<Void>?
        await withCheckedContinuation { waiter in
            counters.whenIdle(waiter)
            end = eventLoop.scheduleTask(in: limit) { counters.releaseIdleWaiters() }
        }
        end?.cancel()
        let left = core.counters.handlersRunning
        if left > 0 {
            core.logger.warning("handlers did not return in time", metadata: ["count": "\(left)"])
        }
    }

    /// Closes the connections of peers that are no longer welcome, with GoAway
    /// UNAUTHENTICATED/ADMISSION_WITHDRAWN; their calls in flight are cancelled.
    public func disconnect(where isUnwelcome: @Sendable @escaping (PeerIdentity) -> Bool) {
        core.registry.onEach { connection in
            guard let peer = connection.peer, isUnwelcome(peer) else { return }
            connection.withdrawAdmission()
        }
    }
}
