import Contract
import Testing

@testable import Wire

/// The three streaming kinds of call, frame by frame.
@Suite struct StreamingCallTests {
    private func text(_ message: Message?) throws -> String {
        try EchoResponse(decoding: try #require(message).payload).text
    }

    @Test func serverStreamSendsItsMessagesAndThenTheEnd() async throws {
        try await TestServer.run { server in
            let peer = try await RawPeer.admitted(server)
            try await peer.feed(1, bytes: [0, 1, 70_000])
            for bytes in [0, 1, 70_000] {
                let message = await peer.nextMessage()
                #expect(message?.callID == 1)
                #expect(message?.hasPayload == true)
                #expect(message?.endOfStream == false)
                let payload = try EchoResponse(decoding: message?.payload ?? []).payload
                #expect(payload.count == bytes)
            }
            #expect(await peer.next() == .end(.with { $0.callID = 1 }))
        }
    }

    @Test func serverStreamWithoutMessagesIsAnEnd() async throws {
        try await TestServer.run { server in
            let peer = try await RawPeer.admitted(server)
            try await peer.feed(1, bytes: [])
            #expect(await peer.next() == .end(.with { $0.callID = 1 }))
        }
    }

    @Test func clientStreamIsAnsweredAtItsEnd() async throws {
        try await TestServer.run { server in
            let peer = try await RawPeer.admitted(server)
            try await peer.open(1, StreamService.collect, text: "a")
            try await peer.message(1, text: "b")
            try await peer.message(1, text: "c", end: true)
            let end = await peer.nextEnd()
            #expect(try EchoResponse(decoding: end?.payload ?? []).text == "a b c")
            #expect(server.authority.judgements == 3)
        }
    }

    @Test func clientStreamMayBeEmptyOrEndWithItsCallOrWithABareMessage() async throws {
        try await TestServer.run { server in
            let peer = try await RawPeer.admitted(server)
            try await peer.open(1, StreamService.collect, end: true)
            #expect(await peer.nextEnd()?.payload.isEmpty == true)
            try await peer.open(2, StreamService.collect, text: "x", end: true)
            let second = await peer.nextEnd()
            #expect(try EchoResponse(decoding: second?.payload ?? []).text == "x")
            try await peer.open(3, StreamService.collect)
            try await peer.message(3, end: true)
            #expect(await peer.nextEnd()?.status == nil)
        }
    }

    @Test func messagesWithoutBytesAreMessages() async throws {
        let service = StreamService(collect: { requests, _ in
            var count = 0
            for try await request in requests where request == EchoRequest() { count += 1 }
            return .with { [count] in $0.text = "\(count)" }
        })
        try await TestServer.run(streams: service) { server in
            let peer = try await RawPeer.admitted(server)
            try await peer.open(1, StreamService.collect, text: "")
            for isLast in [false, true] { try await peer.message(1, text: "", end: isLast) }
            let end = await peer.nextEnd()
            #expect(try EchoResponse(decoding: end?.payload ?? []).text == "3")
        }
    }

    @Test func bidirectionalStreamAnswersWhileTheClientGoesOn() async throws {
        try await TestServer.run { server in
            let peer = try await RawPeer.admitted(server)
            try await peer.open(1, StreamService.chat)
            for word in ["one", "two", "three"] {
                try await peer.message(1, text: word)
                #expect(try text(await peer.nextMessage()) == word)
            }
            try await peer.message(1, end: true)
            #expect(await peer.next() == .end(.with { $0.callID = 1 }))
        }
    }

    @Test func serverMayEndBeforeTheClientAndIgnoresWhatCrosses() async throws {
        let service = StreamService(chat: { _, _, _ in throw RPCStatus(.aborted, "ENOUGH", "no") })
        try await TestServer.run(streams: service) { server in
            let peer = try await RawPeer.admitted(server)
            try await peer.open(1, StreamService.chat, text: "a")
            #expect(await peer.nextEnd()?.status?.reason == "ENOUGH")
            try await peer.message(1, text: "b")
            try await peer.credit(1, 5)
            try await peer.message(1, end: true)
            try await peer.feed(2, bytes: [])
            #expect(await peer.nextEnd()?.callID == 2)
            #expect(server.server.statistics.requestBytesHeld == 0)
        }
    }

    @Test func eachMessageIsAuthorizedBeforeTheHandlerSeesIt() async throws {
        let seen = Latch()
        let service = StreamService(collect: { requests, _ in
            // A handler that goes on after a refusal gets nothing more, and cannot answer.
            do { for try await _ in requests { seen.open() } } catch {}
            return EchoResponse()
        })
        try await TestServer.run(streams: service) { server in
            let peer = try await RawPeer.admitted(server)
            try await peer.open(1, StreamService.collect, metadata: [("refuse", "1")])
            try await peer.message(1, text: "secret")
            #expect(await peer.nextEnd()?.status?.reason == "FOREIGN_ORGANISATION")
            #expect(!seen.isOpen)
        }
    }

    @Test func messageThatCannotBeDecodedEndsTheCallOnly() async throws {
        try await TestServer.run { server in
            let peer = try await RawPeer.admitted(server)
            try await peer.open(1, StreamService.collect, text: "a")
            try await peer.send(
                .message(
                    .with {
                        $0.callID = 1
                        $0.payload = [0x0a, 0x7f]
                        $0.hasPayload = true
                    }))
            #expect(await peer.nextEnd()?.status?.reason == "MALFORMED_MESSAGE")
            try await peer.feed(2, bytes: [])
            #expect(await peer.nextEnd()?.status == nil)
        }
    }

    @Test func refusedAuditedStreamIsRecordedBeforeTheAnswer() async throws {
        try await TestServer.run { server in
            let peer = try await RawPeer.admitted(server)
            try await peer.open(1, TestServer.secretStream, text: "a")
            #expect(await peer.nextEnd()?.status?.reason == "METHOD_NOT_PERMITTED")
            #expect(server.authority.refusals == ["837 Listen"])
        }
    }

    /// The handler of `id` waits for its stream; it is told when that breaks off.
    private func cancelled(_ act: (RawPeer, TestServer) async throws -> Void) async throws {
        let started = Latch()
        let reader = Latch()
        let writer = Latch()
        let service = StreamService(chat: { requests, responses, _ in
            await withTaskGroup(of: Void.self) { group in
                group.addTask {
                    do { for try await _ in requests { started.open() } } catch { reader.open() }
                }
                group.addTask {
                    let large = EchoResponse.with {
                        $0.payload = [UInt8](repeating: 1, count: 9_999)
                    }
                    do { while true { try await responses.send(large) } } catch { writer.open() }
                }
            }
        })
        try await TestServer.run(streams: service) { server in
            let peer = try await RawPeer.admitted(server)
            try await peer.open(1, StreamService.chat, text: "a", timeout: 60)
            await started.wait()
            try await act(peer, server)
            await reader.wait()
            await writer.wait()
            while server.server.statistics.runningHandlers > 0 { await Task.yield() }
            #expect(server.server.statistics.openCalls == 0)
            #expect(server.server.statistics.requestBytesHeld == 0)
        }
    }

    @Test func cancelReachesBothSidesOfAStream() async throws {
        try await cancelled { peer, _ in
            try await peer.send(.cancel(.with { $0.callID = 1 }))
            #expect(await peer.nextEnd()?.status?.reason == "CANCELLED")
        }
    }

    @Test func deadlineReachesBothSidesOfAStream() async throws {
        try await cancelled { peer, _ in
            #expect(await peer.nextEnd()?.status?.reason == "DEADLINE_EXCEEDED")
        }
    }

    @Test func lostConnectionReachesBothSidesOfAStream() async throws {
        try await cancelled { peer, _ in await peer.cut() }
    }

    @Test func streamsAndUnaryCallsShareAConnection() async throws {
        try await TestServer.run { server in
            let peer = try await RawPeer.admitted(server)
            for id in UInt32(1)...20 { try await peer.open(id, StreamService.chat) }
            for id in UInt32(1)...20 { try await peer.message(id, text: "call \(id)", end: true) }
            var texts: Set<String> = []
            var ends = 0
            while ends < 20, let frame = await peer.next() {
                switch frame {
                case .message(let message):
                    texts.insert(try text(message))
                    #expect(try text(message) == "call \(message.callID)")
                case .end(let end):
                    #expect(end.status == nil)
                    ends += 1
                default: break
                }
            }
            #expect(texts.count == 20)
            #expect(server.server.statistics.callsSucceeded == 20)
        }
    }
}
