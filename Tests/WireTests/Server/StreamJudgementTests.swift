import Contract
import Testing

@testable import Wire

/// No part of an answer leaves before the call was judged, and a refusal is the last word.
@Suite struct StreamJudgementTests {
    /// What a call of `method` gets that the authority refuses, whose client sends what `act` says.
    private func refusal(
        _ service: StreamService, _ method: MethodDescriptor,
        _ act: (RawPeer) async throws -> Void = { _ in }
    ) async throws -> String? {
        var reason: String?
        try await TestServer.run(streams: service) { server in
            let peer = try await RawPeer.admitted(server)
            try await peer.open(1, method, metadata: [("refuse", "1")])
            try await act(peer)
            guard case .end(let end) = await peer.next() else {
                Issue.record("something of the answer came")
                return
            }
            reason = end.status?.reason
            #expect(end.payload.isEmpty && end.metadata.isEmpty && end.trailingMetadata.isEmpty)
            while server.server.statistics.runningHandlers > 0 { await Task.yield() }
            #expect(server.authority.judgements == 1)
        }
        return reason
    }

    @Test func streamWithoutMessagesIsJudgedBeforeItsEndIsTold() async throws {
        let told = Latch()
        let service = StreamService(collect: { requests, _ in
            for try await _ in requests {}
            told.open()
            return .with { $0.text = "secret" }
        })
        let reason = try await refusal(service, StreamService.collect) {
            try await $0.message(1, end: true)
        }
        #expect(reason == "FOREIGN_ORGANISATION")
        #expect(!told.isOpen)
    }

    @Test func answerWithoutReadingIsJudgedFirst() async throws {
        let answering = StreamService(collect: { _, _ in .with { $0.text = "secret" } })
        #expect(try await refusal(answering, StreamService.collect) == "FOREIGN_ORGANISATION")
        let failing = StreamService(collect: { _, _ in throw RPCStatus(.notFound, "SECRET", "") })
        #expect(try await refusal(failing, StreamService.collect) == "FOREIGN_ORGANISATION")
    }

    @Test func messageBeforeAnythingWasReadIsJudgedFirst() async throws {
        let speaking = StreamService(chat: { _, responses, _ in
            try await responses.send(.with { $0.text = "secret" })
        })
        #expect(try await refusal(speaking, StreamService.chat) == "FOREIGN_ORGANISATION")
        let heading = StreamService(chat: { _, responses, context in
            context.setLeadingMetadata(Metadata([.init(key: "k", value: [0x31])]))
            context.setTrailingMetadata(Metadata([.init(key: "t", value: [0x31])]))
            try await responses.sendLeadingMetadata()
        })
        #expect(try await refusal(heading, StreamService.chat) == "FOREIGN_ORGANISATION")
    }

    @Test func callIsJudgedOnceMoreThanItsMessagesOnlyWhereItHasNone() async throws {
        try await TestServer.run { server in
            let peer = try await RawPeer.admitted(server)
            try await peer.open(1, StreamService.chat, end: true)
            #expect(await peer.nextEnd()?.status == nil)
            #expect(server.authority.judgements == 1)
            try await peer.open(2, StreamService.chat, text: "a", end: true)
            #expect(await peer.nextEnd()?.status == nil)
            #expect(server.authority.judgements == 2)
        }
    }

    /// The refusal is on its way to an event loop that is busy when the handler has returned already.
    @Test func refusalWinsOverAHandlerThatReturnsAtOnce() async throws {
        let isJudging = Latch()
        let isBusy = Latch()
        let hasRead = Latch()
        let service = StreamService(collect: { requests, _ in
            let reading = Task.detached { do { for try await _ in requests {} } catch {} }
            Task.detached {
                await reading.value
                hasRead.open()
            }
            await reading.value
            return .with { $0.text = "accepted" }
        })
        let holdsTheLoop: TestServer.Handler = { _, _ in
            isBusy.open()
            while !hasRead.isOpen {}
            // The handler above is woken by the same event.
            let until = ContinuousClock.now + .milliseconds(5)
            while ContinuousClock.now < until {}
            return EchoResponse()
        }
        let authority = TestAuthorityOfCalls(beforeRefusal: {
            isJudging.open()
            await isBusy.wait()
        })
        try await TestServer.run(
            authority: authority, handler: holdsTheLoop, streams: service
        ) { server in
            let peer = try await RawPeer.admitted(server)
            try await peer.open(1, StreamService.collect, metadata: [("refuse", "1")])
            try await peer.message(1, text: "a")
            await isJudging.wait()
            try await peer.open(2, EchoServiceMethods.echo, end: true)
            var reasons: [UInt32: String] = [:]
            for _ in 1...2 {
                guard let end = await peer.nextEnd() else { break }
                reasons[end.callID] = end.status?.reason ?? "OK"
            }
            #expect(reasons == [1: "FOREIGN_ORGANISATION", 2: "OK"])
        }
    }
}
