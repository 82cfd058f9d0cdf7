import Contract
import NIOCore
import Synchronization
import Testing

@testable import Wire

/// A server that does not read: what waits for it is bounded, and nobody waits longer than he wants.
@Suite struct ClientBackpressureTests {
    private static let calls = 60
    private static let limits = ConnectionLimits.with {
        $0.messageBytesMax = 1_000_000
        $0.openCallsMax = 100
        $0.callCreditBytes = 1_000_000_000
        $0.connectionCreditBytes = 1_000_000_000
    }
    private final class Counter: Sendable {
        let value = Atomic(0)
    }

    /// Far more together than the kernel takes for both sides.
    private let payload = [UInt8](repeating: 0, count: 400_000)

    private func run(
        _ body: (ScriptedConnection, RPCClient) async throws -> Void
    ) async throws {
        try await ScriptedServer.run(limits: Self.limits) {
            $0.outboundBytesMax = 100_000
        } _: { server, client in
            try await server.stopReading()
            try await body(server, client)
        }
    }

    /// Makes the calls, each with its failure in the end, and returns when those wait that have to.
    private func makeCalls(_ client: RPCClient) async throws -> [Task<CallFailure?, Never>] {
        let payload = payload
        let calls = (0..<Self.calls).map { _ in
            Task { () -> CallFailure? in
                do throws(CallFailure) {
                    _ = try await client.unary(
                        method: "a/b", payload: payload, options: CallOptions())
                    return nil
                } catch {
                    return error
                }
            }
        }
        while try await counts(client).all < Self.calls { await Task.yield() }
        return calls
    }

    private func counts(_ client: RPCClient) async throws -> (all: Int, waiting: Int) {
        let connection = client.connection
        return try await connection.eventLoop.submit {
            let waiting = connection.value.waitingCalls.count
            return (connection.value.calls.count + waiting, waiting)
        }.get()
    }

    /// Closes the connection, and lets the server read what it is still told.
    private func close(_ client: RPCClient, _ server: ScriptedConnection) async throws {
        client.closeNow()
        while try await counts(client).all > 0 { await Task.yield() }
        try await server.startReading()
    }

    @Test func callsWaitAndAreSentWhenTheServerReads() async throws {
        try await run { server, client in
            let calls = try await makeCalls(client)
            // What the kernel takes is less than half of it.
            #expect(try await counts(client).waiting > Self.calls / 2)
            try await server.startReading()
            for id in 1...UInt32(Self.calls) {
                let call = try await server.nextCall()
                #expect(call.callID == id)
                #expect((1...60_000).contains(call.timeoutMilliseconds))
                try await server.send(.end(.with { $0.callID = id }))
            }
            for call in calls { #expect(await call.value == nil) }
        }
    }

    @Test func callThatWaitsEndsWithItsTimeOrItsTaskAndIsNeverSent() async throws {
        try await run { server, client in
            let calls = try await makeCalls(client)
            let late = Task {
                try await client.callRaw(
                    method: "a/late", payload: [], options: CallOptions(timeout: .milliseconds(30)))
            }
            await #expect(throws: LibraryReason.deadlineExceeded.status("the call's time is over"))
            {
                _ = try await late.value
            }
            let cancelled = Task { try await client.callRaw(method: "a/cancelled", payload: []) }
            while try await counts(client).all <= Self.calls { await Task.yield() }
            cancelled.cancel()
            await #expect(throws: CallFailure.cancelled.status) { _ = try await cancelled.value }
            let stream = Task {
                try await client.openRaw(.bidirectional, method: "a/stream", payload: nil)
            }
            while try await counts(client).all <= Self.calls { await Task.yield() }
            stream.cancel()
            await #expect(throws: CallFailure.cancelled.status) { _ = try await stream.value }
            try await server.startReading()
            for _ in calls {
                let call = try await server.nextCall()
                #expect(call.method == "a/b")
                try await server.send(.end(.with { $0.callID = call.callID }))
            }
            for call in calls { #expect(await call.value == nil) }
            #expect(try await client.ping(answeredBy: server) >= .zero)
        }
    }

    @Test func callsThatWaitAreNotOverTheServersLimit() async throws {
        try await run { server, client in
            let calls = try await makeCalls(client)
            let ended = EndedCalls()
            let more = (0..<50).map { _ in
                Task {
                    defer { ended.count.withLock { $0 += 1 } }
                    return try await client.callRaw(method: "a/more", payload: [])
                }
            }
            // All that may wait do, and all others were refused, before the connection is closed.
            while try await counts(client).all < 100 { await Task.yield() }
            while ended.count.withLock({ $0 }) < 10 { await Task.yield() }
            try await close(client, server)
            var reasons: [String: Int] = [:]
            for call in more {
                guard case .failure(let error) = await call.result else { continue }
                reasons[(error as? RPCStatus)?.reason ?? "", default: 0] += 1
            }
            #expect(reasons == ["TOO_MANY_OPEN_CALLS": 10, "CONNECTION_CLOSED": 40])
            for call in calls { #expect(await call.value != nil) }
        }
    }

    @Test(arguments: [true, false])
    func callsThatWaitWereNeverSentWhereTheServerLeaves(_ isOrderly: Bool) async throws {
        try await run { server, client in
            let calls = try await makeCalls(client)
            if isOrderly {
                try await server.send(.goAway(.max))
            } else {
                await server.close()
            }
            while try await counts(client).waiting > 0 { await Task.yield() }
            if isOrderly { try await close(client, server) }
            var unsent = 0
            for call in calls where await call.value?.origin == .unsent { unsent += 1 }
            let connection = client.connection
            let sent = try await connection.eventLoop.submit {
                Int(connection.value.machine.lastCallID)
            }.get()
            // A server that closes takes what it no longer wants, so that more is sent.
            #expect(!isOrderly || unsent > Self.calls / 2)
            #expect(unsent + sent == Self.calls)
        }
    }

    @Test func streamsWaitLikewise() async throws {
        try await run { server, client in
            let sent = Counter()
            let message = EchoRequest.with { $0.payload = payload }
            let call: BidirectionalCall<EchoRequest, EchoResponse> = try await client.bidirectional(
                EchoMessages.method(.bidirectional))
            let writing = Task {
                for _ in 0..<Self.calls {
                    try await call.requests.send(message)
                    sent.value.add(1, ordering: .relaxed)
                }
                call.requests.finish()
            }
            let connection = client.connection
            while try await connection.eventLoop.submit({
                connection.value.waitingForCredit.isEmpty
            }).get() {
                await Task.yield()
            }
            #expect(sent.value.load(ordering: .relaxed) < Self.calls / 2)
            try await server.startReading()
            _ = try await server.nextCall()
            var messages = 0
            while case .message(let message) = try await server.next() {
                if message.hasPayload { messages += 1 }
                if message.endOfStream { break }
            }
            #expect(messages == Self.calls)
            try await writing.value
        }
    }
}

private final class EndedCalls: Sendable {
    let count = Mutex(0)
}
