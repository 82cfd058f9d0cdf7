import Contract
import NIOCore
import Testing

@testable import Wire

/// What an operator sees of the connections, and what a server remembers of calls that are over.
@Suite struct ConnectionInfoTests {
    @Test func connectionTellsWhoItIsAndWhatItDid() async throws {
        let handler: TestServer.Handler = { request, _ in
            if request.text == "fail" { throw RPCStatus(.notFound, "NONE", "") }
            return .with { $0.payload = request.payload }
        }
        let before = Timestamp.now()
        try await TestServer.run(handler: handler) { server in
            let client = try await server.connect(uri: "urn:icds:county:08:ehr")
            let echo = EchoServiceClient(client)
            _ = try await echo.echo(.with { $0.payload = [UInt8](repeating: 1, count: 1_000) })
            await #expect(throws: RPCStatus.self) {
                try await echo.echo(.with { $0.text = "fail" })
            }
            await #expect(throws: RPCStatus.self) {
                try await client.callRaw(method: "icds.testing.v1.EchoService/No", payload: [])
            }
            let connections = await server.server.connections()
            let info = try #require(connections.first)
            #expect(connections.count == 1)
            #expect(info.peer?.uri == "urn:icds:county:08:ehr")
            #expect(info.peer?.kind == .county && info.peer?.code == "08")
            #expect(info.id > 0 && info.ageMilliseconds >= 0)
            #expect(try #require(info.lastCallAt) >= info.openedAt)
            #expect(info.session?.protocolVersion == "TLSv1.3")
            #expect(info.session?.cipher.hasPrefix("TLS_") == true)
            #expect(info.session.map { $0.certificateNotAfter > before } == true)
            #expect(info.address == "127.0.0.1")
            #expect(info.state == .ready)
            #expect(info.openedAt.seconds >= before.seconds)
            #expect(info.openCalls == 0)
            let tally = info.tally
            #expect(tally.callsStarted == 2)
            #expect(tally.callsSucceeded == 1)
            #expect(tally.callsFailed == 1)
            #expect(tally.callsRejected == 1)
            #expect(tally.rejectionsByReason == ["UNKNOWN_METHOD": 1])
            #expect(tally.messagesReceived == 2)
            #expect(tally.messagesSent == 1)
            #expect(tally.bytesReceived > 1_000 && tally.bytesSent > 1_000)
        }
    }

    @Test func connectionInItsHandshakeIsThereWithoutAName() async throws {
        try await TestServer.run { server in
            let silent = try await SilentPeer.connect(port: server.port)
            while await server.server.connections().isEmpty { await Task.yield() }
            let info = try #require(await server.server.connections().first)
            #expect(info.state == .handshaking)
            #expect(info.peer == nil)
            await silent.close()
        }
    }

    @Test func messagesOfStreamsAreCounted() async throws {
        try await TestServer.run { server in
            let peer = try await RawPeer.admitted(server)
            try await peer.open(1, StreamService.chat, text: "a")
            try await peer.message(1, text: "b")
            for _ in 1...2 { _ = await peer.nextMessage() }
            let info = try #require(await server.server.connections().first)
            #expect(info.openCalls == 1)
            #expect(info.tally.messagesReceived == 2)
            #expect(info.tally.messagesSent == 2)
            try await peer.message(1, end: true)
            #expect(await peer.nextEnd()?.status == nil)
            #expect(await server.server.connections().first?.tally.callsSucceeded == 1)
        }
    }

    /// Calls are remembered by the greatest id only: a flood of resets leaves nothing behind.
    @Test func cancelledCallsLeaveNothingBehind() async throws {
        let calls: UInt32 = 20_000
        let batch: UInt32 = 100
        let handler: TestServer.Handler = { _, _ in
            try await Latch.untilCancelled(Latch())
            return EchoResponse()
        }
        let service = StreamService(collect: { requests, _ in
            for try await _ in requests {}
            return EchoResponse()
        })
        try await TestServer.run(handler: handler, streams: service) { server in
            let peer = try await RawPeer.admitted(server)
            let cancelled = RPCCode.cancelled.rawValue
            for first in stride(from: UInt32(1), to: calls, by: Int(batch)) {
                var writer = FrameWriter()
                for id in first..<first + batch {
                    let isUnary = id % 2 == 0
                    writer.writeCall(
                        callID: id,
                        method: (isUnary ? EchoServiceMethods.echo : StreamService.collect)
                            .fullName,
                        timeoutMilliseconds: 0, metadata: [], payload: isUnary ? [] : nil)
                    writer.writeCancel(callID: id)
                }
                try await peer.send(bytes: Array(writer.take().readableBytesView))
                var ends = 0
                for _ in 0..<batch where await peer.nextEnd()?.status?.code == cancelled {
                    ends += 1
                }
                #expect(ends == batch)
            }
            while server.server.statistics.runningHandlers > 0 { await Task.yield() }
            let statistics = server.server.statistics
            #expect(statistics.callsReceived == Int(calls))
            #expect(statistics.openCalls == 0)
            #expect(statistics.requestBytesHeld == 0)
            let info = try #require(await server.server.connections().first)
            #expect(info.openCalls == 0)
            // Ids below the greatest are known to be over; the connection goes on.
            try await peer.message(1, text: "late")
            try await peer.open(calls + 1, StreamService.collect, text: "a", end: true)
            #expect(await peer.nextEnd()?.status == nil)
        }
    }
}
