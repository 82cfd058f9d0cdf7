#if DEBUG
    import Contract
    import NIOCore
    import NIOEmbedded
    import Synchronization
    @testable import Wire

    /// A client's connection above TLS that makes calls of every kind.
    final class ClientUnderTest: SideUnderTest {
        let channel: EmbeddedChannel
        private let connection: ClientConnection
        let rounds = LoopRounds()
        let executor: LoopTaskExecutor
        private var tasks: [Task<Void, Never>] = []

        init(_ loop: EmbeddedEventLoop) throws {
            executor = LoopTaskExecutor(eventLoop: loop, rounds: rounds)
            let ready = loop.makePromise(of: Hello.self)
            connection = ClientConnection(
                implementation: "fuzz", bufferedBytesMax: 10_000, keepaliveInterval: .seconds(60),
                keepaliveTimeout: .seconds(20), eventLoop: loop, ready: ready)
            channel = EmbeddedChannel(handler: connection, loop: loop)
            channel.connect(to: try SocketAddress(unixDomainSocketPath: "/fuzz"), promise: nil)
            // TLS would say so; the certificate has no part in what is tested here.
            connection.perform(connection.machine.handshakeCompleted())
        }

        /// Versions 1; limits: small credit, so that it runs out.
        var peersHello: [UInt8] {
            FrameInput.frame([0x0a, 11, 0x0a, 1, 1, 0x1a, 6, 0x28, 0x80, 0x02, 0x30, 0x80, 0x04])
        }

        func act(_ number: Int) {
            switch number % 6 {
            case 0: call(.unary)
            case 1: call(.serverStream)
            case 2: call(.clientStream)
            case 3: call(.bidirectional)
            case 4: if !tasks.isEmpty { tasks.removeFirst().cancel() }
            default: channel.pipeline.fireUserInboundEventTriggered(TLSInputClosed(clean: true))
            }
        }

        /// Makes a call that writes two messages where it may and reads all there are.
        private func call(_ kind: CallKind) {
            let connection = NIOLoopBound(connection, eventLoop: connection.eventLoop)
            tasks.append(
                Task(executorPreference: executor) { await ClientUnderTest.call(kind, connection) })
        }

        private static func call(
            _ kind: CallKind, _ connection: NIOLoopBound<ClientConnection>
        ) async {
            let hasPayload = kind == .unary || kind == .serverStream
            do {
                let request = try ClientRequest(
                    kind: kind, method: "f/\(kind)", payload: hasPayload ? [1] : nil,
                    options: CallOptions(), timeout: .seconds(30))
                if kind == .unary {
                    try await unary(request, connection)
                } else {
                    let deadline = connection.eventLoop.now + request.timeout
                    let stream = try connection.value.openStream(
                        request, deadline: deadline, onOver: {})
                    try await use(stream, writes: !hasPayload)
                }
            } catch {
                // Most calls fail here; that they end is what is looked at.
            }
        }

        private static func unary(
            _ request: ClientRequest, _ connection: NIOLoopBound<ClientConnection>
        ) async throws {
            let token = CallToken()
            _ = try await withTaskCancellationHandler {
                try await withCheckedThrowingContinuation { continuation in
                    connection.value.start(request, token: token, continuation: continuation)
                }
            } onCancel: {
                token.isCancelled.store(true, ordering: .releasing)
                connection.value.cancel(token)
            }
        }

        private static func use(_ stream: ClientStream, writes: Bool) async throws {
            let call = BidirectionalCall<EchoRequest, EchoResponse>(stream)
            if writes {
                for _ in 0..<2 {
                    try await call.requests.send(
                        .with { $0.text = String(repeating: "a", count: 200) })
                }
                call.requests.finish()
            }
            for try await _ in call.responses {}
        }

        var leftOver: String? {
            connection.calls.isEmpty ? nil : "\(connection.calls.count) calls"
        }
    }
#endif
