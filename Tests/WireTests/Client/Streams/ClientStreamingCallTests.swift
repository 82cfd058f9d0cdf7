import Contract
import Testing

@testable import Wire

/// The client's side of the four kinds of call, against a server that the test plays.
@Suite struct ClientStreamingCallTests {
    private func metadata(_ key: String, _ value: String) -> Metadata {
        Metadata([Metadata.Entry(key: key, value: Array(value.utf8))])
    }

    private func serverStream(
        _ client: RPCClient, options: CallOptions = CallOptions()
    ) async throws -> ResponseStream<EchoResponse> {
        try await client.serverStream(
            EchoMessages.method(.serverStream), EchoMessages.request("go"), options: options)
    }

    private func bidirectional(
        _ client: RPCClient
    ) async throws -> BidirectionalCall<EchoRequest, EchoResponse> {
        try await client.bidirectional(
            EchoMessages.method(.bidirectional), options: CallOptions())
    }

    private func failure(_ body: () async throws -> Void) async -> RPCStatus? {
        do {
            try await body()
            return nil
        } catch {
            return error as? RPCStatus
        }
    }

    // MARK: Answers

    @Test func answersComeInOrderWithMetadataAroundThem() async throws {
        try await ScriptedServer.run { server, client in
            let stream = try await serverStream(client)
            let call = try await server.nextCall()
            #expect(call.endOfStream)
            #expect(try EchoRequest(decoding: call.payload).text == "go")
            try await server.send(
                .message(
                    .with {
                        $0.callID = 1
                        $0.metadata = [
                            .with {
                                $0.key = "lead"
                                $0.value = [0x31]
                            }
                        ]
                    }),
                .answer(1, "a"), .answer(1, nil), .answer(1, "c"),
                .end(1, trailing: metadata("trail", "2")))
            #expect(await stream.metadata == metadata("lead", "1"))
            var texts: [String] = []
            for try await answer in stream { texts.append(answer.text) }
            #expect(texts == ["a", "", "c"])
            #expect(stream.trailingMetadata == metadata("trail", "2"))
            #expect(try await stream.next() == nil)
        }
    }

    @Test func failureComesAfterTheAnswersWithItsMetadata() async throws {
        try await ScriptedServer.run { server, client in
            let stream = try await serverStream(client)
            _ = try await server.nextCall()
            let status = RPCStatus(.notFound, "CLIENT_NOT_FOUND", "there is none")
            try await server.send(
                .answer(1, "a"), .end(1, status, trailing: metadata("trail", "2")))
            #expect(try await stream.next()?.text == "a")
            let thrown = await failure { _ = try await stream.next() }
            #expect(thrown?.reason == "CLIENT_NOT_FOUND")
            #expect(thrown?.trailingMetadata == metadata("trail", "2"))
            #expect(await stream.metadata.isEmpty)
        }
    }

    @Test func unaryCallReportsTheMetadataOfItsAnswer() async throws {
        try await ScriptedServer.run { server, client in
            let seen = ResponseMetadata()
            async let answer: EchoResponse = client.call(
                EchoMessages.method(.unary), EchoMessages.request(""),
                options: CallOptions(responseMetadata: seen))
            _ = try await server.nextCall()
            try await server.send(
                .end(
                    1, payload: EchoMessages.encoded("x"), leading: metadata("lead", "1"),
                    trailing: metadata("trail", "2")))
            #expect(try await answer.text == "x")
            #expect(seen.leading == metadata("lead", "1"))
            #expect(seen.trailing == metadata("trail", "2"))
        }
    }

    @Test func traceContextGoesWithTheCall() async throws {
        try await ScriptedServer.run { server, client in
            let trace = TraceContext(
                traceparent: "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
                tracestate: "a=1")
            let stream = try await serverStream(
                client,
                options: CallOptions(metadata: metadata("traceparent", "old"), traceContext: trace))
            let sent = try await server.nextCall().metadata
            #expect(sent.map(\.key) == ["traceparent", "tracestate"])
            #expect(
                sent.first.map { String(decoding: $0.value, as: UTF8.self) } == trace?.traceparent)
            stream.cancel()
        }
    }

    // MARK: Requests

    @Test func clientStreamSendsItsMessagesAndReadsOneAnswer() async throws {
        try await ScriptedServer.run { server, client in
            let seen = ResponseMetadata()
            async let answer: EchoResponse = client.clientStream(
                EchoMessages.method(.clientStream), options: CallOptions(responseMetadata: seen)
            ) { writer in
                for text in ["a", "b"] { try await writer.send(EchoMessages.request(text)) }
            }
            let call = try await server.nextCall()
            #expect(!call.endOfStream && !call.hasPayload)
            var texts: [String] = []
            var isOver = false
            while !isOver {
                guard case .message(let message) = try await server.next() else { break }
                if message.hasPayload {
                    texts.append(try EchoRequest(decoding: message.payload).text)
                }
                isOver = message.endOfStream
            }
            #expect(texts == ["a", "b"])
            try await server.send(
                .end(1, payload: EchoMessages.encoded("sum"), trailing: metadata("t", "2")))
            #expect(try await answer.text == "sum")
            #expect(seen.trailing == metadata("t", "2"))
        }
    }

    @Test func serverThatEndsAClientStreamEarlyIsBelieved() async throws {
        try await ScriptedServer.run { server, client in
            let status = RPCStatus(.invalidArgument, "ENOUGH", "no more of that")
            let call = Task { () -> EchoResponse in
                try await client.clientStream(
                    EchoMessages.method(.clientStream), options: CallOptions()
                ) { (writer: RequestWriter<EchoRequest>) in
                    // Ends by the error that sending gives once the call is over.
                    while true { try await writer.send(EchoMessages.request("again")) }
                }
            }
            _ = try await server.nextCall()
            try await server.send(.end(1, status))
            #expect(await failure { _ = try await call.value }?.reason == "ENOUGH")
        }
    }

    @Test func writerThatFailsCancelsItsCall() async throws {
        struct Broken: Error {}
        try await ScriptedServer.run { server, client in
            await #expect(throws: Broken.self) {
                let _: EchoResponse = try await client.clientStream(
                    EchoMessages.method(.clientStream), options: CallOptions()
                ) { (_: RequestWriter<EchoRequest>) in throw Broken() }
            }
            _ = try await server.nextCall()
            guard case .cancel(let cancel) = try await server.next() else {
                Issue.record("no Cancel")
                return
            }
            #expect(cancel.callID == 1)
        }
    }

    @Test func bothDirectionsAreIndependent() async throws {
        try await ScriptedServer.run { server, client in
            let call = try await bidirectional(client)
            _ = try await server.nextCall()
            try await server.send(.answer(1, "first"))
            #expect(try await call.responses.next()?.text == "first")
            try await call.requests.send(EchoMessages.request("q"))
            guard case .message(let question) = try await server.next() else {
                Issue.record("no Message")
                return
            }
            #expect(try EchoRequest(decoding: question.payload).text == "q")
            call.requests.finish()
            call.requests.finish()
            guard case .message(let last) = try await server.next() else {
                Issue.record("no end of the stream")
                return
            }
            #expect(last.endOfStream && !last.hasPayload)
            try await server.send(.answer(1, "after the half-close"), .end(1))
            #expect(try await call.responses.next()?.text == "after the half-close")
            #expect(try await call.responses.next() == nil)
        }
    }

    @Test func nothingIsSentAfterFinish() async throws {
        try await ScriptedServer.run { server, client in
            let call = try await bidirectional(client)
            call.requests.finish()
            let status = await failure { try await call.requests.send(EchoMessages.request("")) }
            #expect(status?.code == .internal)
            call.cancel()
        }
    }

    @Test func requestOverTheServersLimitIsRefusedHere() async throws {
        var small = ScriptedServer.limits
        small.messageBytesMax = 10
        try await ScriptedServer.run(limits: small) { server, client in
            let call = try await bidirectional(client)
            let status = await failure {
                try await call.requests.send(EchoMessages.request("0123456789"))
            }
            #expect(status?.reason == "MESSAGE_TOO_LARGE")
            try await call.requests.send(EchoMessages.request("01234567"))
            call.cancel()
        }
    }

    /// 0 is a window of 0, not one without an end: the server has to give credit first.
    @Test func streamWithoutCreditWaitsForSome() async throws {
        var none = ScriptedServer.limits
        none.callCreditBytes = 0
        none.connectionCreditBytes = 0
        try await ScriptedServer.run(limits: none) { server, client in
            let call = try await bidirectional(client)
            let id = try await server.nextCall().callID
            async let sent: Void = call.requests.send(EchoMessages.request("a"))
            // The answer to a ping shows that nothing else came before.
            try await server.send(.ping(.with { $0.opaque = 7 }))
            #expect(try await server.next() == .pong(.with { $0.opaque = 7 }))
            try await server.send(.credit(0, 1), .credit(id, 1))
            try await sent
            guard case .message = try await server.next() else {
                Issue.record("no message")
                return
            }
            call.cancel()
        }
    }

    // MARK: Ends

    @Test func droppedStreamCancelsItsCall() async throws {
        try await ScriptedServer.run { server, client in
            do {
                let stream = try await serverStream(client)
                _ = try await server.nextCall()
                try await server.send(.answer(1, "a"), .answer(1, "b"))
                for try await _ in stream { break }
            }
            guard case .cancel(let cancel) = try await server.next() else {
                Issue.record("no Cancel")
                return
            }
            #expect(cancel.callID == 1)
        }
    }

    @Test func cancelledReaderCancelsItsCall() async throws {
        try await ScriptedServer.run { server, client in
            let reader = Task {
                for try await _ in try await serverStream(client) {}
            }
            _ = try await server.nextCall()
            reader.cancel()
            guard case .cancel = try await server.next() else {
                Issue.record("no Cancel")
                return
            }
            #expect(await failure { try await reader.value }?.code == .cancelled)
        }
    }

    @Test func cancelledCallStaysKnownUntilItsEnd() async throws {
        try await ScriptedServer.run { server, client in
            let stream = try await serverStream(client)
            _ = try await server.nextCall()
            stream.cancel()
            #expect(await failure { _ = try await stream.next() }?.code == .cancelled)
            guard case .cancel = try await server.next() else {
                Issue.record("no Cancel")
                return
            }
            let late = RPCStatus(.cancelled, "CANCELLED", "")
            try await server.send(.answer(1, "late"), .end(1, late))
            #expect(try await client.ping(answeredBy: server) >= .zero)
        }
    }

    @Test func deadlineEndsAStreamOnThisSide() async throws {
        try await ScriptedServer.run { server, client in
            let stream = try await serverStream(
                client, options: CallOptions(timeout: .milliseconds(30)))
            let call = try await server.nextCall()
            #expect(call.timeoutMilliseconds == 30)
            #expect(await failure { _ = try await stream.next() }?.reason == "DEADLINE_EXCEEDED")
            guard case .cancel = try await server.next() else {
                Issue.record("no Cancel")
                return
            }
        }
    }

    @Test func lostConnectionFailsOpenStreams() async throws {
        try await ScriptedServer.run { server, client in
            let stream = try await serverStream(client)
            let call = try await bidirectional(client)
            _ = try await server.nextCall()
            try await server.send(.answer(1, "a"))
            #expect(try await stream.next()?.text == "a")
            await server.close()
            #expect(await failure { _ = try await stream.next() }?.reason == "CONNECTION_LOST")
            let status = await failure { try await call.requests.send(EchoMessages.request("")) }
            #expect(status?.reason == "CONNECTION_LOST")
        }
    }

    @Test func closedClientFailsOpenStreams() async throws {
        try await ScriptedServer.run { _, client in
            let stream = try await serverStream(client)
            await client.close()
            #expect(await failure { _ = try await stream.next() }?.reason == "CONNECTION_CLOSED")
        }
    }
}

extension RPCClient {
    /// A ping that the test's server answers: whatever was sent before it has been looked at.
    func ping(answeredBy server: ScriptedConnection) async throws -> Duration {
        async let roundTrip = ping()
        while true {
            guard case .ping(let ping) = try await server.next() else { continue }
            try await server.send(.pong(.with { $0.opaque = ping.opaque }))
            break
        }
        return try await roundTrip
    }
}
