import Contract
import Testing

@testable import Wire

/// Limits of a connection over real sockets, each at the limit and over it.
@Suite struct ConnectionLimitTests {
    private func call(_ id: UInt32, payload: [UInt8] = [], timeout: UInt32 = 0) -> Frame.Kind {
        .call(
            .with {
                $0.callID = id
                $0.method = EchoServiceMethods.echo.fullName
                $0.timeoutMilliseconds = timeout
                $0.payload = payload
                $0.endOfStream = true
            })
    }

    private let hello = Frame.Kind.hello(.with { $0.versions = [1] })

    /// A Hello in a frame of exactly `bytes`, filled up with a field that no version knows.
    private func hello(frameBytes: Int) throws -> [UInt8] {
        let body = try Hello.with { $0.versions = [1] }.encoded()
        let filling = frameBytes - body.count - 6
        func length(_ value: Int) -> [UInt8] { [UInt8(value & 0x7f | 0x80), UInt8(value >> 7)] }
        let unknown: [UInt8] =
            [0x7a] + length(filling) + [UInt8](repeating: 0x20, count: filling)
        return [0x0a] + length(body.count + unknown.count) + body + unknown
    }

    @Test func helloHasItsOwnSmallLimit() async throws {
        try await TestServer.run { server in
            let atLimit = try await RawPeer.connect(server)
            let frame = try hello(frameBytes: Limits.helloBytesMax)
            #expect(frame.count == Limits.helloBytesMax)
            try await atLimit.send(frame: frame)
            guard case .hello = await atLimit.next() else {
                Issue.record("a Hello at the limit was not answered")
                return
            }
            let over = try await RawPeer.connect(server)
            let length = UInt32(Limits.helloBytesMax + 1)
            try await over.send(bytes: withUnsafeBytes(of: length.bigEndian, Array.init))
            #expect(await over.goAway()?.reason == "FRAME_TOO_LARGE")
        }
    }

    @Test func frameAtTheLimitPassesAndOneByteMoreDoesNot() async throws {
        var limits = Limits.default
        let payload = try EchoRequest.with { $0.payload = [UInt8](repeating: 1, count: 5_000) }
            .encoded()
        limits.frameBytesMax = try Frame.with { $0.kind = call(1, payload: payload) }
            .encoded().count
        try await TestServer.run(limits: limits) { server in
            let peer = try await RawPeer.admitted(server)
            try await peer.send(call(1, payload: payload))
            #expect(await peer.nextEnd()?.callID == 1)
            try await peer.send(call(2, payload: payload + [0x38, 0x00]))
            #expect(await peer.goAway()?.reason == "FRAME_TOO_LARGE")
        }
    }

    @Test func unfinishedFramesOfAllConnectionsAreLimitedTogether() async throws {
        var limits = Limits.default
        limits.serverRequestBytesMax = 300_000
        let part = [0, 16, 0, 0, 0x12] + [UInt8](repeating: 0x20, count: 149_995)
        try await TestServer.run(limits: limits) { server in
            let good = try await server.connect()
            let first = try await RawPeer.admitted(server)
            try await first.send(bytes: part)
            let second = try await RawPeer.admitted(server)
            try await second.send(bytes: part)
            while server.server.statistics.bytesReceived < 300_000 { await Task.yield() }
            #expect(server.server.statistics.endsByReason["SERVER_OVERLOADED"] == nil)

            let third = try await RawPeer.admitted(server)
            try await third.send(bytes: part)
            #expect(await third.goAway()?.reason == "SERVER_OVERLOADED")
            _ = try await EchoServiceClient(good).echo(EchoRequest())

            await first.cut()
            while server.server.statistics.openConnections > 2 { await Task.yield() }
            let fourth = try await RawPeer.admitted(server)
            let payload = try EchoRequest.with {
                $0.payload = [UInt8](repeating: 1, count: 100_000)
            }
            try await fourth.send(call(1, payload: try payload.encoded()))
            #expect(await fourth.nextEnd()?.status == nil)
        }
    }

    @Test func requestThatComesInPartsIsCountedOnce() async throws {
        var limits = Limits.default
        let payload = try EchoRequest.with { $0.payload = [UInt8](repeating: 1, count: 150_000) }
            .encoded()
        limits.serverRequestBytesMax = payload.count + 1_000
        try await TestServer.run(limits: limits) { server in
            let peer = try await RawPeer.admitted(server)
            let frame = try RawPeer.framed(call(1, payload: payload))
            let before = server.server.statistics.bytesReceived
            try await peer.send(bytes: Array(frame[..<140_000]))
            while server.server.statistics.bytesReceived < before + 140_000 { await Task.yield() }
            try await peer.send(bytes: Array(frame[140_000...]))
            let end = await peer.nextEnd()
            #expect(end?.callID == 1 && end?.status == nil)
        }
    }

    @Test func largeRequestsOfRunningHandlersAreLimitedAndSmallOnesAreNot() async throws {
        var limits = Limits.default
        let payload = try EchoRequest.with { $0.payload = [UInt8](repeating: 1, count: 100_000) }
            .encoded()
        // Room for two, and for the third one's frame while its end has not come.
        limits.serverRequestBytesMax = payload.count * 3 - 1
        let latch = Latch()
        let handler: TestServer.Handler = { _, _ in
            await latch.wait()
            return EchoResponse()
        }
        try await TestServer.run(limits: limits, handler: handler) { server in
            let peer = try await RawPeer.admitted(server)
            for id in UInt32(1)...3 { try await peer.send(call(id, payload: payload)) }
            let refused = await peer.nextEnd()
            #expect(refused?.callID == 3)
            #expect(refused?.status?.reason == "SERVER_BUSY")
            try await peer.send(call(4))
            latch.open()
            for _ in 1...3 { #expect(await peer.nextEnd()?.status == nil) }
            try await peer.send(call(5, payload: payload))
            #expect(await peer.nextEnd()?.status == nil)
            #expect(server.server.statistics.runningHandlers == 0)
        }
    }

    @Test func peerThatDoesNotReadIsClosed() async throws {
        var limits = Limits.default
        limits.outboundBytesMax = 65_536
        limits.writeStallMillisecondsMax = 50
        try await TestServer.run(limits: limits) { server in
            let good = try await server.connect()
            let peer = try await RawPeer.admitted(server)
            try await peer.stopReading()
            // What the kernel buffers on both sides is far less than all the answers.
            let payload = try large.encoded()
            for id in UInt32(1)...8 { try? await peer.send(call(id, payload: payload)) }
            while server.server.statistics.openConnections > 1 { await Task.yield() }
            #expect(server.server.statistics.endsByReason["WRITE_STALLED"] == 1)
            _ = try await EchoServiceClient(good).echo(EchoRequest())
        }
    }

    @Test func answersThatNobodyReadsAreLimitedInTheWholeServer() async throws {
        var limits = Limits.default
        limits.outboundBytesMax = 65_536
        limits.serverUnreadBytesMax = 12_000_000
        let latch = Latch()
        let payload = large.payload
        let handler: TestServer.Handler = { request, _ in
            guard request.text.isEmpty else { return EchoResponse() }
            await latch.wait()
            return .with { $0.payload = payload }
        }
        try await TestServer.run(limits: limits, handler: handler) { server in
            let good = try await server.connect()
            let peer = try await RawPeer.admitted(server)
            try await peer.stopReading()
            for id in UInt32(1)...8 { try await peer.send(call(id)) }
            while server.server.statistics.runningHandlers < 8 { await Task.yield() }
            latch.open()
            while server.server.statistics.openConnections > 1 { await Task.yield() }
            #expect(server.server.statistics.endsByReason["ANSWERS_NOT_READ"] == 1)
            _ = try await EchoServiceClient(good).echo(.with { $0.text = "still here" })
        }
    }

    @Test func peerThatReadsLateGetsEveryAnswer() async throws {
        var limits = Limits.default
        limits.outboundBytesMax = 65_536
        try await TestServer.run(limits: limits) { server in
            let peer = try await RawPeer.admitted(server)
            try await peer.stopReading()
            let payload = try large.encoded()
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    for id in UInt32(1)...8 { try await peer.send(call(id, payload: payload)) }
                }
                while server.server.statistics.callsReceived < 1 { await Task.yield() }
                try await peer.startReading()
                for _ in 1...8 {
                    let end = await peer.nextEnd()
                    #expect(end?.payload.count == payload.count)
                }
                try await group.waitForAll()
            }
        }
    }

    private var large: EchoRequest {
        .with { $0.payload = [UInt8](repeating: 7, count: 4_000_000) }
    }

    @Test func silentPeerIsPingedAndClosedWhenItDoesNotAnswer() async throws {
        var limits = Limits.default
        limits.keepaliveMilliseconds = 20
        limits.keepaliveTimeoutMilliseconds = 20
        try await TestServer.run(limits: limits) { server in
            // The clock runs from the end of the handshake, whatever was said since.
            let peer = try await RawPeer.connect(server)
            #expect(await peer.next() == .ping(Ping()))
            #expect(await peer.next() == nil)
            while server.server.statistics.openConnections > 0 { await Task.yield() }
            #expect(server.server.statistics.endsByReason["KEEPALIVE_TIMEOUT"] == 1)
        }
    }

    @Test func oldConnectionIsToldToLeaveAndCutWithItsCalls() async throws {
        var limits = Limits.default
        limits.ageMillisecondsMax = 20
        limits.drainMillisecondsMax = 20
        let told = Latch()
        let handler: TestServer.Handler = { _, _ in
            try await Latch.untilCancelled(told)
            return EchoResponse()
        }
        try await TestServer.run(limits: limits, handler: handler) { server in
            let peer = try await RawPeer.connect(server)
            // In one write, so that the call is there before the connection is old.
            try await peer.send(bytes: [hello, call(1)].flatMap { try RawPeer.framed($0) })
            let goAway = await peer.goAway()
            #expect(goAway?.reason == "MAX_AGE")
            await told.wait()
        }
    }

    @Test func timeOfACallIsTheDefaultOrTheMost() async throws {
        for (limits, timeout) in [
            (Limits.with { $0.timeoutMillisecondsDefault = 30 }, UInt32(0)),
            (Limits.with { $0.timeoutMillisecondsMax = 30 }, 60_000),
        ] {
            let told = Latch()
            let handler: TestServer.Handler = { _, _ in
                try await Latch.untilCancelled(told)
                return EchoResponse()
            }
            try await TestServer.run(limits: limits, handler: handler) { server in
                let peer = try await RawPeer.admitted(server)
                try await peer.send(call(1, timeout: timeout))
                #expect(await peer.nextEnd()?.status?.reason == "DEADLINE_EXCEEDED")
            }
        }
    }

    @Test func drainWaitsForHandlersThatTakeNoCancellation() async throws {
        let started = Latch()
        let latch = Latch()
        let handler: TestServer.Handler = { _, _ in
            started.open()
            await latch.wait()
            return EchoResponse()
        }
        try await TestServer.run(handler: handler) { server in
            let peer = try await RawPeer.admitted(server)
            try await peer.send(call(1))
            await started.wait()
            await peer.cut()
            while server.server.statistics.openConnections > 0 { await Task.yield() }
            #expect(server.server.statistics.runningHandlers == 1)
            async let drained: Void = server.server.drain(within: .seconds(60))
            latch.open()
            await drained
            #expect(server.server.statistics.runningHandlers == 0)
        }
    }
}

extension Limits {
    /// The defaults with a change.
    fileprivate static func with(_ change: (inout Limits) -> Void) -> Limits {
        var limits = Limits.default
        change(&limits)
        return limits
    }
}
