import Contract
import Testing

@testable import Wire

/// Credit in both directions, against a server that the test plays. Its windows are 1,000 bytes a call
/// and 3,000 a connection; a message costs its payload and 64.
@Suite struct ClientStreamCreditTests {
    private func open(
        _ client: RPCClient, _ server: ScriptedConnection
    ) async throws -> BidirectionalCall<EchoRequest, EchoResponse> {
        let call: BidirectionalCall<EchoRequest, EchoResponse> = try await client.bidirectional(
            EchoMessages.method(.bidirectional), options: CallOptions())
        _ = try await server.nextCall()
        return call
    }

    /// What the client sends until it has answered two pings: the first may overtake what a task asked
    /// the event loop to send.
    private func frames(_ server: ScriptedConnection) async throws -> [Frame.Kind] {
        var frames: [Frame.Kind] = []
        for opaque: UInt64 in [77, 78] {
            try await server.send(.ping(.with { $0.opaque = opaque }))
            while true {
                let frame = try await server.next()
                if case .pong(let pong) = frame, pong.opaque == opaque { break }
                frames.append(frame)
            }
        }
        return frames
    }

    /// Credit that the client gives back.
    private func credits(_ server: ScriptedConnection) async throws -> [Credit] {
        try await frames(server).compactMap { frame in
            if case .credit(let credit) = frame { credit } else { nil }
        }
    }

    /// Messages that the client sends.
    private func messages(_ server: ScriptedConnection) async throws -> [Message] {
        try await frames(server).compactMap { frame in
            if case .message(let message) = frame { message } else { nil }
        }
    }

    /// An answer that costs 500.
    private func half(_ callID: UInt32) throws -> Frame.Kind {
        try .answer(callID, String(repeating: "x", count: 433))
    }

    // MARK: Receiving

    @Test func connectionsCreditGoesBackOnArrivalAndTheCallsWhenItIsRead() async throws {
        try await ScriptedServer.run { server, client in
            let slow = try await open(client, server)
            let quick = try await open(client, server)
            // Nobody reads the first call: its window is used up, the connection's is not.
            try await server.send(half(1), half(1))
            #expect(try await credits(server).isEmpty)
            try await server.send(half(2))
            #expect(try await credits(server).map(\.callID) == [0])
            _ = try await quick.responses.next()
            _ = try await slow.responses.next()
            let given = try await credits(server)
            #expect(Set(given.map(\.callID)) == [1, 2])
            #expect(given.map(\.bytes) == [500, 500])
        }
    }

    @Test func readerThatIsSlowStallsNobodyElse() async throws {
        try await ScriptedServer.run { server, client in
            let slow = try await open(client, server)
            let quick = try await open(client, server)
            try await server.send(half(1), half(1))
            var available = 2_000
            for _ in 0..<20 {
                try await server.send(.answer(2, "quick"))
                #expect(try await quick.responses.next()?.text == "quick")
                available -= 80
                available += try await credits(server).filter { $0.callID == 0 }
                    .reduce(0) { $0 + Int($1.bytes) }
                #expect(available > 0)
            }
            slow.cancel()
        }
    }

    @Test func tooMuchUnreadWithholdsTheConnectionsCredit() async throws {
        try await ScriptedServer.run {
            $0.bufferedBytesMax = 1_500
        } _: { server, client in
            let first = try await open(client, server)
            let second = try await open(client, server)
            try await server.send(half(1), half(1), half(2))
            #expect(try await credits(server).map(\.bytes) == [1_500])
            // Over the budget from here on.
            try await server.send(half(2))
            #expect(try await credits(server).isEmpty)
            let third = try await open(client, server)
            try await server.send(half(3), half(3))
            #expect(try await credits(server).isEmpty)
            // Readers catch up.
            for call in [first, second] { call.cancel() }
            var given: [Credit] = []
            while given.isEmpty { given = try await credits(server) }
            #expect(given.map(\.callID) == [0])
            #expect(given.map(\.bytes) == [1_500])
            third.cancel()
        }
    }

    @Test func messageLargerThanTheWindowArrives() async throws {
        try await ScriptedServer.run { server, client in
            let call = try await open(client, server)
            let bytes = try EchoResponse.with { $0.payload = [UInt8](repeating: 7, count: 50_000) }
                .encoded()
            try await server.send(
                .message(
                    .with {
                        $0.callID = 1
                        $0.payload = bytes
                        $0.hasPayload = true
                    }))
            #expect(try await call.responses.next()?.payload.count == 50_000)
            let given = try await credits(server)
            #expect(given.allSatisfy { Int($0.bytes) == bytes.count + 64 })
            #expect(Set(given.map(\.callID)) == [0, 1])
        }
    }

    @Test func streamThatWasLeftGivesItsConnectionsCreditBack() async throws {
        try await ScriptedServer.run { server, client in
            let call = try await open(client, server)
            call.cancel()
            guard case .cancel = try await server.next() else {
                Issue.record("no Cancel")
                return
            }
            try await server.send(half(1), half(1))
            #expect(try await credits(server).isEmpty)
            let other = try await open(client, server)
            try await server.send(half(2))
            #expect(try await credits(server).map(\.bytes) == [1_500])
            other.cancel()
        }
    }

    // MARK: Sending

    /// A request that costs 500.
    private static let request = EchoRequest.with { $0.payload = [UInt8](repeating: 0, count: 433) }

    @Test func writerStopsAtTheCallsCredit() async throws {
        try await ScriptedServer.run { server, client in
            let call = try await open(client, server)
            #expect(try Self.request.encoded().count == 436)
            for _ in 0..<4 { try await call.requests.send(Self.request) }
            call.requests.finish()
            #expect(try await messages(server).count == 2)
            try await server.send(.credit(1, 1))
            #expect(try await messages(server).count == 1)
            try await server.send(.credit(1, 499))
            #expect(try await messages(server).isEmpty)
            try await server.send(.credit(1, 1))
            let last = try await messages(server)
            #expect(last.map(\.endOfStream) == [true])
            #expect(last.map(\.payload.count) == [436])
        }
    }

    @Test func endOfAStreamDoesNotWaitForCredit() async throws {
        try await ScriptedServer.run { server, client in
            let call = try await open(client, server)
            for _ in 0..<2 { try await call.requests.send(Self.request) }
            #expect(try await messages(server).count == 2)
            call.requests.finish()
            #expect(try await messages(server).map(\.endOfStream) == [true])
        }
    }

    @Test func writersShareTheConnectionsCredit() async throws {
        try await ScriptedServer.run { server, client in
            var calls: [BidirectionalCall<EchoRequest, EchoResponse>] = []
            for _ in 0..<4 { calls.append(try await open(client, server)) }
            for call in calls {
                for _ in 0..<2 { try await call.requests.send(Self.request) }
            }
            #expect(try await messages(server).count == 6)
            try await server.send(.credit(0, 1))
            #expect(try await messages(server).map(\.callID) == [4])
            try await server.send(.credit(0, 1_000))
            #expect(try await messages(server).map(\.callID) == [4])
            calls = []
        }
    }

    @Test func writerWaitsWhenTooMuchWaitsForCredit() async throws {
        try await ScriptedServer.run { server, client in
            let call = try await open(client, server)
            let large = EchoRequest.with { $0.payload = [UInt8](repeating: 0, count: 60_000) }
            let sent = Task {
                for _ in 0..<3 { try await call.requests.send(large) }
            }
            // The first has no window left behind it; the second waits in the outbox, the third
            // outside.
            #expect(try await server.next().isMessage)
            #expect(try await messages(server).isEmpty)
            try await server.send(.credit(1, 61_000), .credit(0, 61_000))
            #expect(try await server.next().isMessage)
            try await sent.value
            call.cancel()
        }
    }

    @Test func cancelledWriterCancelsTheCall() async throws {
        try await ScriptedServer.run { server, client in
            let call = try await open(client, server)
            let large = EchoRequest.with { $0.payload = [UInt8](repeating: 0, count: 60_000) }
            let writer = Task {
                while true { try await call.requests.send(large) }
            }
            #expect(try await server.next().isMessage)
            writer.cancel()
            guard case .cancel = try await server.next() else {
                Issue.record("no Cancel")
                return
            }
            await #expect(throws: RPCStatus.self) { try await writer.value }
            await #expect(throws: RPCStatus.self) { _ = try await call.responses.next() }
        }
    }
}

extension Frame.Kind {
    var isMessage: Bool { if case .message = self { true } else { false } }
}
