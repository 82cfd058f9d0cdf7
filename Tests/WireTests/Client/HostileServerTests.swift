import Contract
import NIOCore
import Testing

@testable import Wire

/// Servers that break the rules: the connection is closed with a status that says how, and every call
/// on it fails with that status.
@Suite struct HostileServerTests {
    /// Opens calls 1 (unary), 2 (server stream), 3 (client stream) and 4 (bidirectional), lets the
    /// server send, and returns what the bidirectional call fails with.
    private func failure(
        after frames: [Frame.Kind],
        _ configure: (inout ClientConfiguration) -> Void = { _ in }
    ) async throws -> RPCStatus? {
        var status: RPCStatus?
        try await ScriptedServer.run(configure) { server, client in
            let unary = Task { () -> EchoResponse in
                try await client.call(
                    EchoMessages.method(.unary), EchoRequest(), options: CallOptions())
            }
            _ = try await server.nextCall()
            let stream: ResponseStream<EchoResponse> = try await client.serverStream(
                EchoMessages.method(.serverStream), EchoRequest(), options: CallOptions())
            _ = try await server.nextCall()
            let sum = Task { () -> EchoResponse in
                try await client.clientStream(
                    EchoMessages.method(.clientStream), options: CallOptions()
                ) { (_: RequestWriter<EchoRequest>) in }
            }
            _ = try await server.nextCall()
            let both: BidirectionalCall<EchoRequest, EchoResponse> = try await client.bidirectional(
                EchoMessages.method(.bidirectional), options: CallOptions())
            for frame in frames { try? await server.send(frame) }
            do {
                while try await both.responses.next() != nil {}
            } catch {
                status = error as? RPCStatus
            }
            await client.waitUntilClosed()
            await #expect(throws: RPCStatus.self) { _ = try await client.ping() }
            _ = try? await unary.value
            _ = try? await sum.value
            stream.cancel()
        }
        return status
    }

    struct Violation: CustomTestStringConvertible, Sendable {
        let testDescription: String
        let frames: [Frame.Kind]
        let says: String

        init(_ name: String, _ frames: [Frame.Kind], _ says: String) {
            testDescription = name
            self.frames = frames
            self.says = says
        }
    }

    static let lead = Metadata([Metadata.Entry(key: "a", value: [0x31])])

    static let violations: [Violation] = [
        Violation(
            "over the call's credit",
            [
                .message(2, payloadBytes: 936), .message(2, payloadBytes: 0),
            ], "the server sent more than a call's credit allows"),
        Violation(
            "Message for a unary call", [.message(1, payloadBytes: 1)],
            "the server sent a Message for a call that has one answer"),
        Violation(
            "Message for a client stream", [.message(3, payloadBytes: 1)],
            "the server sent a Message for a call that has one answer"),
        Violation(
            "Message for a call never made", [.message(9, payloadBytes: 1)],
            "the server sent a frame for a call never made"),
        Violation(
            "Message for call 0", [.message(0, payloadBytes: 1)],
            "the server sent a frame for a call never made"),
        Violation(
            "Message that ends its stream", [.message(2, payloadBytes: 1, endOfStream: true)],
            "the server sent a Message that ends a stream of answers"),
        Violation(
            "Message that says nothing", [.message(.with { $0.callID = 2 })],
            "the server sent a Message that says nothing"),
        Violation(
            "leading metadata twice",
            [
                .message(2, payloadBytes: 0, leading: lead),
                .message(2, payloadBytes: 0, leading: lead),
            ], "the server sent leading metadata after the first Message"),
        Violation(
            "Message after its End", [.end(.with { $0.callID = 2 }), .message(2, payloadBytes: 1)],
            "the server sent a Message for a call that is over"),
        Violation(
            "two Ends", [.end(.with { $0.callID = 2 }), .end(.with { $0.callID = 2 })],
            "the server sent an End for a call that is over"),
        Violation(
            "End for a call never made", [.end(.with { $0.callID = 9 })],
            "the server sent a frame for a call never made"),
        Violation(
            "answer in the End of a stream",
            [
                .end(
                    .with {
                        $0.callID = 2
                        $0.payload = [1]
                    })
            ], "the server sent an answer in the End of a stream of answers"),
        Violation(
            "credit of nothing", [.credit(4, 0)],
            "the server sent credit of nothing, or of too much"),
        Violation(
            "too much credit", [.credit(4, 2_147_483_647)],
            "the server sent credit of nothing, or of too much"),
        Violation(
            "no credit for the connection", [.credit(0, 0)],
            "the server sent credit of nothing, or of too much"),
        Violation(
            "too much for the connection", [.credit(0, .max)],
            "the server sent credit of nothing, or of too much"),
        Violation(
            "credit for a unary call", [.credit(1, 5)],
            "the server sent credit for a call that sends one message"),
        Violation(
            "credit for a call never made", [.credit(9, 5)],
            "the server sent a frame for a call never made"),
        Violation(
            "a second Hello", [.hello(.with { $0.versions = [1] })],
            "the server sent a second Hello"),
        Violation(
            "a Call", [.call(.with { $0.callID = 1 })],
            "the server sent a frame that only a client sends"),
        Violation(
            "a Cancel", [.cancel(.with { $0.callID = 1 })],
            "the server sent a frame that only a client sends"),
    ]

    @Test(arguments: violations)
    func violationClosesTheConnectionAndSaysHow(_ violation: Violation) async throws {
        let status = try await failure(after: violation.frames)
        #expect(status?.code == .internal)
        #expect(status?.reason == "PROTOCOL_ERROR")
        #expect(status?.message == violation.says)
    }

    @Test func moreThanTheConnectionsCreditIsAViolation() async throws {
        // Three calls within their own windows, together over what the connection may have while
        // nobody reads.
        try await ScriptedServer.run {
            $0.bufferedBytesMax = 0
        } _: { server, client in
            var streams: [ResponseStream<EchoResponse>] = []
            for id: UInt32 in 1...4 {
                streams.append(
                    try await client.serverStream(
                        EchoMessages.method(.serverStream), EchoRequest(), options: CallOptions()))
                _ = try await server.nextCall()
                try await server.send(.message(id, payloadBytes: 936))
            }
            await client.waitUntilClosed()
            do {
                while try await streams[3].next() != nil {}
                Issue.record("ended well")
            } catch {
                let status = error as? RPCStatus
                #expect(
                    status?.message
                        == "the server sent more than the connection's credit allows")
            }
        }
    }

    @Test func frameThatIsNoneClosesTheConnection() async throws {
        for bytes: [UInt8] in [
            [0, 0, 0, 0], [0, 0, 0, 1, 0xff], [0, 0, 0, 2, 0x1a, 5], [0, 0, 0, 2, 0x5a, 0],
        ] {
            try await ScriptedServer.run { server, client in
                try await server.send(bytes: bytes)
                await client.waitUntilClosed()
                await #expect(throws: RPCStatus.self) { _ = try await client.ping() }
            }
        }
    }

    @Test func frameThatIsTooLargeIsNotWaitedFor() async throws {
        try await ScriptedServer.run { server, client in
            try await server.send(bytes: [0x7f, 0xff, 0xff, 0xff])
            await client.waitUntilClosed()
        }
    }

    @Test func answerThatIsNoMessageFailsItsCallAlone() async throws {
        try await ScriptedServer.run { server, client in
            let stream: ResponseStream<EchoResponse> = try await client.serverStream(
                EchoMessages.method(.serverStream), EchoRequest(), options: CallOptions())
            _ = try await server.nextCall()
            try await server.send(
                .message(
                    .with {
                        $0.callID = 1
                        $0.payload = [0xff]
                        $0.hasPayload = true
                    }))
            await #expect(throws: RPCStatus.self) { _ = try await stream.next() }
            guard case .cancel = try await server.next() else {
                Issue.record("no Cancel")
                return
            }
            #expect(try await client.ping(answeredBy: server) >= .zero)
        }
    }

    @Test func metadataOverTheLimitFailsItsCallAlone() async throws {
        let long = Metadata([
            Metadata.Entry(key: "a", value: [UInt8](repeating: 0x31, count: 9_000))
        ])
        try await ScriptedServer.run { server, client in
            let stream: ResponseStream<EchoResponse> = try await client.serverStream(
                EchoMessages.method(.serverStream), EchoRequest(), options: CallOptions())
            _ = try await server.nextCall()
            try await server.send(.message(1, payloadBytes: 0, leading: long))
            do {
                _ = try await stream.next()
                Issue.record("taken")
            } catch {
                #expect((error as? RPCStatus)?.reason == "METADATA_TOO_LARGE")
            }
            guard case .cancel = try await server.next() else {
                Issue.record("no Cancel")
                return
            }
            async let answer: EchoResponse = client.call(
                EchoMessages.method(.unary), EchoRequest(), options: CallOptions())
            _ = try await server.nextCall()
            try await server.send(.end(2, trailing: long))
            do {
                _ = try await answer
                Issue.record("taken")
            } catch {
                #expect((error as? RPCStatus)?.reason == "METADATA_TOO_LARGE")
            }
        }
    }

    @Test func serverThatPingsAndDoesNotReadIsLeft() async throws {
        try await ScriptedServer.run { server, client in
            try await server.stopReading()
            // Fill what the kernel takes, so that Pongs wait here.
            let request = EchoRequest.with { $0.payload = [UInt8](repeating: 0, count: 900_000) }
            let calls = (0..<8).map { _ in
                Task { () -> EchoResponse in
                    try await client.call(
                        EchoMessages.method(.unary), request, options: CallOptions())
                }
            }
            let pings = (0..<1_000).map { value in Frame.Kind.ping(.with { $0.opaque = value }) }
            for ping in pings {
                do { try await server.send(ping) } catch { break }
            }
            await client.waitUntilClosed()
            for call in calls { _ = try? await call.value }
        }
    }

    @Test func endForACallThatACancelCrossedIsNotAViolation() async throws {
        try await ScriptedServer.run { server, client in
            let call = Task { () -> EchoResponse in
                try await client.call(
                    EchoMessages.method(.unary), EchoRequest(), options: CallOptions())
            }
            _ = try await server.nextCall()
            call.cancel()
            guard case .cancel = try await server.next() else {
                Issue.record("no Cancel")
                return
            }
            try await server.send(.end(.with { $0.callID = 1 }))
            #expect(try await client.ping(answeredBy: server) >= .zero)
        }
    }
}
