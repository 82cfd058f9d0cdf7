#if DEBUG
    import Contract
    import Logging
    import NIOCore
    import NIOEmbedded
    @testable import Wire

    /// A server's connection above TLS, with handlers of every kind.
    final class ServerUnderTest: SideUnderTest {
        let channel: EmbeddedChannel
        let rounds = LoopRounds()
        let executor: LoopTaskExecutor
        private let connection: ServerConnection

        init(_ loop: EmbeddedEventLoop) throws {
            executor = LoopTaskExecutor(eventLoop: loop, rounds: rounds)
            connection = ServerConnection(
                core: try Self.core(), executor: executor, remoteAddress: "peer")
            // TLS would say so; the certificate has no part in what is tested here.
            connection.peer = Self.peer
            channel = EmbeddedChannel(handler: connection, loop: loop)
            channel.connect(to: try SocketAddress(unixDomainSocketPath: "/fuzz"), promise: nil)
        }

        private static func core() throws -> ServerCore {
            // Credit that a few messages use up.
            var limits = Limits.default
            limits.callCreditBytes = 300
            limits.connectionCreditBytes = 600
            return try ServerCore(
                limits: limits, services: [FuzzService()], authority: FuzzAuthority(),
                logger: Logger(label: "fuzz") { _ in SwiftLogNoOpLogHandler() })
        }

        private static let peer = PeerIdentity(
            kind: .municipality, code: "837", system: "fuzz", uri: "urn:icds:municipality:837:fuzz",
            certificateFingerprint: [UInt8](repeating: 1, count: 32), remoteAddress: "peer")

        var peersHello: [UInt8] {
            FrameInput.frame([0x0a, 3, 0x0a, 1, 1])
        }

        func act(_ number: Int) {
            switch number % 3 {
            case 0:
                let action = connection.machine.drain(
                    .draining, within: .seconds(5), now: connection.eventLoop.now)
                connection.perform(action)
            case 1: channel.pipeline.fireUserInboundEventTriggered(TLSInputClosed(clean: true))
            default: channel.pipeline.fireUserInboundEventTriggered(TLSInputClosed(clean: false))
            }
        }

        var leftOver: String? {
            if !connection.calls.isEmpty { return "\(connection.calls.count) calls" }
            if connection.runningHandlers != 0 { return "\(connection.runningHandlers) handlers" }
            return nil
        }
    }

    /// Lets everybody in but those who name organisation 666.
    struct FuzzAuthority: ServerAuthority {
        func admit(_ peer: PeerIdentity) async throws(RPCStatus) {}
        func isAdmitted(_ peer: PeerIdentity) -> Bool { true }
        func authorize(_ context: ServerContext) async throws {
            if context.address.municipalityCode == "666" {
                throw RPCStatus(.permissionDenied, "FOREIGN_ORGANISATION", "")
            }
        }
        func recordRefusal(_ context: ServerContext, _ status: RPCStatus) async throws {}
    }
#endif
