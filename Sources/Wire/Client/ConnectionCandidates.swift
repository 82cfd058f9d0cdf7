import NIOCore
import Synchronization

/// The connections that are tried for one name: each of its addresses may get one, and the first that
/// answers is used. Each has its own word on whether the server has let it in, so that one which is
/// dropped says nothing about the one that is used.
final class ConnectionCandidates: Sendable {
    typealias Candidate = (
        connection: NIOLoopBound<ClientConnection>, ready: EventLoopFuture<Hello>
    )

    private let candidates = Mutex<[ObjectIdentifier: Candidate]>([:])

    /// Puts a connection onto a channel that is being made; on the channel's event loop.
    func add(
        _ channel: any Channel, _ configuration: ClientConfiguration,
        _ observer: ClientConnection.Observer?
    ) throws {
        let ready = channel.eventLoop.makePromise(of: Hello.self)
        let connection = ClientConnection(
            configuration: configuration, eventLoop: channel.eventLoop, ready: ready,
            observer: observer)
        do {
            try channel.pipeline.syncOperations.addHandlers([
                TLSHandler(context: configuration.tls), connection,
            ])
        } catch {
            ready.fail(error)
            throw error
        }
        let candidate = (
            NIOLoopBound(connection, eventLoop: channel.eventLoop), ready.futureResult
        )
        candidates.withLock { $0[ObjectIdentifier(channel)] = candidate }
    }

    /// The connection of the channel that is used; the others are closed by whoever made them.
    func winner(_ channel: any Channel) -> Candidate? {
        candidates.withLock { candidates in
            defer { candidates = [:] }
            return candidates[ObjectIdentifier(channel)]
        }
    }
}
