import Contract
import Synchronization
import Testing

@testable import Wire

/// Credit and backpressure of streams over real sockets (PROTOCOL.md, "Credit").
@Suite struct StreamCreditTests {
    private static func with(_ change: (inout Limits) -> Void) -> Limits {
        var limits = Limits.default
        change(&limits)
        return limits
    }

    /// Makes a unary call and returns how many messages came before its End.
    private func messagesBeforeAnEcho(_ peer: RawPeer, id: UInt32) async throws -> Int {
        try await peer.send(
            .call(
                .with {
                    $0.callID = id
                    $0.method = EchoServiceMethods.echo.fullName
                    $0.endOfStream = true
                }))
        var messages = 0
        while let frame = await peer.next() {
            switch frame {
            case .message: messages += 1
            case .end(let end):
                #expect(end.callID == id)
                #expect(end.status == nil)
                return messages
            default: break
            }
        }
        Issue.record("the connection is closed")
        return messages
    }

    @Test(arguments: [true, false])
    func serverStreamStopsAtItsCreditAndHoldsUpNobody(_ isOfTheCall: Bool) async throws {
        let limits = Self.with {
            if isOfTheCall { $0.callCreditBytes = 1_000 } else { $0.connectionCreditBytes = 1_000 }
        }
        try await TestServer.run(limits: limits) { server in
            let peer = try await RawPeer.admitted(server)
            // 397 bytes are 400 encoded and cost 464: 1000, 536, 72, and then -392.
            try await peer.feed(1, bytes: [UInt32](repeating: 397, count: 6))
            for _ in 1...3 { #expect(await peer.nextMessage()?.payload.count == 400) }
            #expect(try await messagesBeforeAnEcho(peer, id: 2) == 0)
            // At zero it still waits; at one it sends.
            try await peer.credit(isOfTheCall ? 1 : 0, 392)
            #expect(try await messagesBeforeAnEcho(peer, id: 3) == 0)
            try await peer.credit(isOfTheCall ? 1 : 0, 1)
            #expect(await peer.nextMessage()?.callID == 1)
            #expect(try await messagesBeforeAnEcho(peer, id: 4) == 0)
            try await peer.credit(isOfTheCall ? 1 : 0, 100_000)
            for _ in 1...2 { #expect(await peer.nextMessage()?.callID == 1) }
            #expect(await peer.nextEnd()?.callID == 1)
        }
    }

    /// A server whose streams are read when `reading` is open.
    private func unread(_ reading: Latch) -> StreamService {
        StreamService(collect: { requests, _ in
            await reading.wait()
            for try await _ in requests {}
            return EchoResponse()
        })
    }

    @Test func messageBeyondTheCallsCreditIsAViolation() async throws {
        let reading = Latch()
        defer { reading.open() }
        let limits = Self.with { $0.callCreditBytes = 200 }
        try await TestServer.run(limits: limits, streams: unread(reading)) { server in
            let peer = try await RawPeer.admitted(server)
            // A text of one letter costs 67: 200, 133, 66, -1.
            try await peer.open(1, StreamService.collect, text: "a")
            for _ in 1...2 { try await peer.message(1, text: "b") }
            #expect(try await messagesBeforeAnEcho(peer, id: 2) == 0)
            try await peer.message(1, text: "c")
            let goAway = await peer.goAway()
            #expect(goAway?.reason == "PROTOCOL_ERROR")
            reading.open()
        }
    }

    @Test func callsCreditComesBackWhenTheHandlerReads() async throws {
        let reading = Latch()
        let limits = Self.with { $0.callCreditBytes = 1_000 }
        try await TestServer.run(limits: limits, streams: unread(reading)) { server in
            let peer = try await RawPeer.admitted(server)
            try await peer.open(1, StreamService.collect)
            try await peer.message(1, payloadBytes: 5_000)
            #expect(try await messagesBeforeAnEcho(peer, id: 2) == 0)
            #expect(server.server.statistics.requestBytesHeld == 5_067)
            reading.open()
            #expect(
                await peer.next()
                    == .credit(
                        .with {
                            $0.callID = 1
                            $0.bytes = 5_067
                        }))
            try await peer.message(1, payloadBytes: 1, end: true)
            #expect(await peer.nextEnd()?.status == nil)
            #expect(server.server.statistics.requestBytesHeld == 0)
        }
    }

    @Test func connectionsCreditComesBackOnArrivalAlsoForEndedCalls() async throws {
        let reading = Latch()
        let limits = Self.with { $0.connectionCreditBytes = 1_000 }
        try await TestServer.run(limits: limits, streams: unread(reading)) { server in
            let peer = try await RawPeer.admitted(server)
            let credit = Frame.Kind.credit(.with { $0.bytes = 667 })
            try await peer.open(1, StreamService.collect)
            try await peer.message(1, payloadBytes: 600)
            #expect(await peer.next() == credit)
            try await peer.send(.cancel(.with { $0.callID = 1 }))
            #expect(await peer.nextEnd()?.callID == 1)
            #expect(server.server.statistics.requestBytesHeld == 0)
            try await peer.message(1, payloadBytes: 600)
            #expect(await peer.next() == credit)
            reading.open()
        }
    }

    @Test func connectionsCreditIsWithheldWhileTooMuchIsHeld() async throws {
        let reading = Latch()
        let limits = Self.with {
            $0.connectionCreditBytes = 1_000
            $0.organisationRequestBytesMax = 4_000
        }
        try await TestServer.run(limits: limits, streams: unread(reading)) { server in
            let peer = try await RawPeer.admitted(server)
            try await peer.open(1, StreamService.collect)
            // Each holds 667; the fourth comes when more than half of the share is taken.
            for _ in 1...3 {
                try await peer.message(1, payloadBytes: 600)
                #expect(await peer.next() == .credit(.with { $0.bytes = 667 }))
            }
            try await peer.message(1, payloadBytes: 600)
            #expect(try await messagesBeforeAnEcho(peer, id: 2) == 0)
            reading.open()
            #expect(await peer.next() == .credit(.with { $0.bytes = 667 }))
        }
    }

    @Test func messageBeyondWithheldCreditIsAViolation() async throws {
        let reading = Latch()
        defer { reading.open() }
        let limits = Self.with {
            $0.connectionCreditBytes = 200
            $0.serverRequestBytesMax = 100
        }
        try await TestServer.run(limits: limits, streams: unread(reading)) { server in
            let peer = try await RawPeer.admitted(server)
            for id in UInt32(1)...4 { try await peer.open(id, StreamService.collect) }
            // Alone in their streams they are taken, at 86 each: 200, 114, 28, -58.
            for id in UInt32(1)...3 { try await peer.message(id, text: "aaaaaaaaaaaaaaaaaaaa") }
            #expect(try await messagesBeforeAnEcho(peer, id: 5) == 0)
            try await peer.message(4, text: "a")
            #expect(await peer.goAway()?.reason == "PROTOCOL_ERROR")
            reading.open()
        }
    }

    @Test(arguments: [true, false])
    func streamThatIsAheadWhileTooMuchIsHeldEnds(_ isOfTheServer: Bool) async throws {
        let reading = Latch()
        defer { reading.open() }
        let limits = Self.with {
            if isOfTheServer {
                $0.serverRequestBytesMax = 1_334
            } else {
                $0.organisationRequestBytesMax = 1_334
            }
        }
        try await TestServer.run(limits: limits, streams: unread(reading)) { server in
            let peer = try await RawPeer.admitted(server)
            try await peer.open(1, StreamService.collect)
            for _ in 1...2 { try await peer.message(1, payloadBytes: 600) }
            // At the limit; what is alone in its stream is taken beyond it.
            try await peer.open(2, StreamService.collect)
            try await peer.message(2, payloadBytes: 600)
            #expect(try await messagesBeforeAnEcho(peer, id: 3) == 0)
            try await peer.message(1, text: "a")
            let end = await peer.nextEnd()
            #expect(end?.callID == 1)
            #expect(end?.status?.reason == "STREAM_OVERLOADED")
            reading.open()
            try await peer.message(2, end: true)
            #expect(await peer.nextEnd()?.status == nil)
        }
    }

    @Test func creditOfNothingOrTooMuchIsAViolation() async throws {
        for (id, bytes) in [(UInt32(0), UInt32(0)), (1, 0), (0, .max), (1, .max)] {
            let reading = Latch()
            defer { reading.open() }
            try await TestServer.run(streams: unread(reading)) { server in
                let peer = try await RawPeer.admitted(server)
                try await peer.open(1, StreamService.collect)
                try await peer.credit(id, bytes)
                #expect(await peer.goAway()?.reason == "PROTOCOL_ERROR")
                reading.open()
            }
        }
    }

    @Test func messagesThatBreakTheRulesAreViolations() async throws {
        let wrong: [(RawPeer) async throws -> Void] = [
            { try await $0.message(1) },
            { peer in
                try await peer.message(1, end: true)
                try await peer.message(1, text: "after the end")
            },
            { peer in
                try await peer.send(
                    .message(
                        .with {
                            $0.callID = 1
                            $0.hasPayload = true
                            $0.metadata = [.with { $0.key = "a" }]
                        }))
            },
            { try await $0.message(2, text: "never opened") },
        ]
        for act in wrong {
            let reading = Latch()
            defer { reading.open() }
            try await TestServer.run(streams: unread(reading)) { server in
                let peer = try await RawPeer.admitted(server)
                try await peer.open(1, StreamService.collect)
                try await act(peer)
                #expect(await peer.goAway()?.reason == "PROTOCOL_ERROR")
                reading.open()
            }
        }
    }

    @Test func streamMessageOverTheLimitEndsItsCallInBothDirections() async throws {
        let limits = Self.with { $0.messageBytesMax = 1_000 }
        try await TestServer.run(limits: limits) { server in
            let peer = try await RawPeer.admitted(server)
            try await peer.open(1, StreamService.collect)
            try await peer.message(1, payloadBytes: 997)
            try await peer.message(1, payloadBytes: 998)
            #expect(await peer.nextEnd()?.status?.reason == "MESSAGE_TOO_LARGE")
            try await peer.feed(2, bytes: [997, 998])
            #expect(await peer.nextMessage()?.payload.count == 1_000)
            #expect(await peer.nextEnd()?.status?.reason == "RESPONSE_TOO_LARGE")
        }
    }

    /// The second message waits for its stream's next turn when it is found too large.
    @Test func messageOverTheLimitEndsItsCallFromTheQueue() async throws {
        let limits = Self.with { $0.messageBytesMax = 100_000 }
        try await TestServer.run(limits: limits) { server in
            let peer = try await RawPeer.admitted(server)
            try await peer.feed(1, bytes: [70_000, 70_000, 100_001])
            try await peer.feed(2, bytes: [10])
            var reasons: [String?] = []
            for _ in 1...2 { reasons.append(await peer.nextEnd()?.status?.reason) }
            #expect(Set(reasons) == ["RESPONSE_TOO_LARGE", nil])
        }
    }

    @Test func peerThatDoesNotReadStopsItsWritersAndCostsNoMemory() async throws {
        let sent = Mutex(0)
        let total = 4_000
        let message = EchoResponse.with { $0.payload = [UInt8](repeating: 3, count: 10_000) }
        let service = StreamService(feed: { _, responses, _ in
            for _ in 1...total {
                try await responses.send(message)
                sent.withLock { $0 += 1 }
            }
        })
        try await TestServer.run(streams: service) { server in
            let good = try await server.connect()
            let peer = try await RawPeer.admitted(server)
            try await peer.stopReading()
            try await peer.feed(1, bytes: [])
            try await peer.credit(1, 1_000_000_000)
            try await peer.credit(0, 1_000_000_000)
            // Until no more goes out: what the kernel takes on both sides is far less than all.
            var before = -1
            var now = 0
            while now > before || now == 0 {
                before = now
                for _ in 1...50 { _ = try await EchoServiceClient(good).echo(EchoRequest()) }
                now = sent.withLock { $0 }
            }
            #expect(now < total)
            let connection = await server.server.connections().first { $0.openCalls == 1 }
            #expect(
                connection?.tally.messagesSent == now || connection?.tally.messagesSent == now + 1)
            // The peer is not taken for one that does not read its answers.
            #expect(server.server.statistics.openConnections == 2)
            try await peer.startReading()
            for _ in 1...total {
                guard await peer.nextMessage() != nil else {
                    Issue.record("a message is missing")
                    return
                }
            }
            #expect(await peer.nextEnd()?.status == nil)
        }
    }
}
