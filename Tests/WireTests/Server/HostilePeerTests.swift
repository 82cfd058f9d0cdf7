import Contract
import Testing

@testable import Wire

/// What a connection gets that breaks the rules; the server and its other connections go on.
@Suite struct HostilePeerTests {
    private static let echo = EchoServiceMethods.echo.fullName

    /// Opens a connection, does something bad, and expects this GoAway and the end.
    private func expect(
        _ reason: String, _ code: RPCCode, limits: Limits = .default, admitted: Bool = true,
        _ act: (RawPeer) async throws -> Void
    ) async throws {
        try await TestServer.run(limits: limits) { server in
            let good = try await server.connect()
            let peer =
                try await admitted ? RawPeer.admitted(server) : RawPeer.connect(server)
            try await act(peer)
            let goAway = await peer.goAway()
            #expect(goAway?.reason == reason)
            #expect(goAway?.code == code.rawValue)
            #expect(server.server.statistics.endsByReason[reason] == 1)
            _ = try await EchoServiceClient(good).echo(EchoRequest())
        }
    }

    private func call(_ id: UInt32, _ payload: [UInt8] = []) -> Frame.Kind {
        .call(
            .with {
                $0.callID = id
                $0.method = Self.echo
                $0.payload = payload
                $0.endOfStream = true
            })
    }

    @Test func oversizedFrameIsRefusedByItsLength() async throws {
        try await expect("FRAME_TOO_LARGE", .resourceExhausted) { peer in
            let length = UInt32(Limits.default.frameBytesMax + 1)
            try await peer.send(bytes: withUnsafeBytes(of: length.bigEndian, Array.init))
        }
    }

    @Test func garbageAfterTheHandshakeIsRefused() async throws {
        try await expect("FRAME_TOO_LARGE", .resourceExhausted, admitted: false) { peer in
            try await peer.send(bytes: Array("GET / HTTP/1.1\r\n\r\n".utf8))
        }
    }

    @Test func frameThatIsNoFrameIsRefused() async throws {
        for bytes: [UInt8] in [[], [0xff], [0x52, 0x00], [0x2a, 0x00, 0x2a, 0x00]] {
            try await expect("PROTOCOL_ERROR", .internal) { try await $0.send(frame: bytes) }
        }
    }

    @Test func frameBeforeTheHelloIsRefused() async throws {
        let frames: [Frame.Kind] = [call(1), .ping(Ping()), .cancel(.with { $0.callID = 1 })]
        for frame in frames {
            try await expect("PROTOCOL_ERROR", .internal, admitted: false) {
                try await $0.send(frame)
            }
        }
    }

    @Test func secondHelloIsRefused() async throws {
        try await expect("PROTOCOL_ERROR", .internal) { peer in
            try await peer.send(.hello(.with { $0.versions = [1] }))
        }
    }

    @Test func helloOfAnotherVersionIsRefused() async throws {
        try await expect("VERSION_NOT_SUPPORTED", .unimplemented, admitted: false) { peer in
            try await peer.send(.hello(.with { $0.versions = [2] }))
        }
    }

    @Test func helloWithControlCharactersIsRefused() async throws {
        try await expect("PROTOCOL_ERROR", .internal, admitted: false) { peer in
            try await peer.send(
                .hello(
                    .with {
                        $0.versions = [1]
                        $0.implementation = "a\nb"
                    }))
        }
    }

    @Test func implementationHas64BytesAtTheMost() async throws {
        func hello(_ count: Int) -> Frame.Kind {
            .hello(
                .with {
                    $0.versions = [1]
                    $0.implementation = String(repeating: "a", count: count)
                })
        }
        try await expect("PROTOCOL_ERROR", .internal, admitted: false) { peer in
            try await peer.send(hello(65))
        }
        try await TestServer.run { server in
            let peer = try await RawPeer.connect(server)
            try await peer.send(hello(64))
            guard case .hello = await peer.next() else {
                Issue.record("not admitted")
                return
            }
        }
    }

    @Test func methodOver256BytesIsUnknownAndTheConnectionGoesOn() async throws {
        try await TestServer.run { server in
            let peer = try await RawPeer.admitted(server)
            let service = EchoServiceMethods.echo.service + "/"
            for (id, count, reason) in [
                (UInt32(1), 256, "UNKNOWN_METHOD"), (2, 257, "UNKNOWN_SERVICE"),
            ] {
                let name = service + String(repeating: "x", count: count - service.utf8.count)
                try await peer.send(
                    .call(
                        .with {
                            $0.callID = id
                            $0.method = name
                            $0.endOfStream = true
                        }))
                let end = await peer.nextEnd()
                #expect(end?.status?.reason == reason)
                #expect(end?.status?.code == RPCCode.unimplemented.rawValue)
            }
        }
    }

    /// A GoAway with a code names the last call that was taken: what is above was not read.
    @Test func goAwayWithACodeNamesTheLastCallThatWasTaken() async throws {
        try await TestServer.run { server in
            let peer = try await RawPeer.admitted(server)
            let bad = try RawPeer.framed(.cancel(.with { $0.callID = 9 }))
            try await peer.send(
                bytes: try RawPeer.framed(call(3)) + bad + RawPeer.framed(call(4)))
            let goAway = await peer.goAway()
            #expect(goAway?.reason == "PROTOCOL_ERROR")
            #expect(goAway?.lastCallID == 3)
            #expect(server.server.statistics.callsReceived == 1)
        }
    }

    @Test func callIdUsedAgainIsRefused() async throws {
        for id: UInt32 in [0, 4, 5, .max] {
            try await expect("PROTOCOL_ERROR", .internal) { peer in
                try await peer.send(call(5))
                #expect(await peer.nextEnd()?.callID == 5)
                try await peer.send(call(id))
            }
        }
    }

    @Test func frameOfACallNeverOpenedIsRefused() async throws {
        try await expect("PROTOCOL_ERROR", .internal) { peer in
            try await peer.send(.cancel(.with { $0.callID = 1 }))
        }
    }

    @Test func frameOfAFinishedCallIsIgnored() async throws {
        try await TestServer.run { server in
            let peer = try await RawPeer.admitted(server)
            try await peer.send(call(1))
            #expect(await peer.nextEnd()?.callID == 1)
            try await peer.send(.cancel(.with { $0.callID = 1 }))
            try await peer.send(.message(.with { $0.callID = 1 }))
            try await peer.send(call(2))
            #expect(await peer.nextEnd()?.callID == 2)
        }
    }

    @Test func pingsAreAnsweredUntilThereAreTooMany() async throws {
        try await expect("TOO_MANY_PINGS", .resourceExhausted) { peer in
            for opaque in 1...UInt64(Limits.default.pingStrikesMax + 1) {
                try await peer.send(.ping(.with { $0.opaque = opaque }))
                #expect(await peer.next() == .pong(.with { $0.opaque = opaque }))
            }
            try await peer.send(.ping(Ping()))
        }
    }

    @Test func unaryCallWithoutItsEndIsRefusedAndTheConnectionGoesOn() async throws {
        try await TestServer.run { server in
            let peer = try await RawPeer.admitted(server)
            try await peer.send(
                .call(
                    .with {
                        $0.callID = 1
                        $0.method = Self.echo
                    }))
            #expect(await peer.nextEnd()?.status?.reason == "WRONG_CALL_KIND")
            try await peer.send(call(2))
            #expect(await peer.nextEnd()?.status == nil)
        }
    }

    @Test func badMetadataEndsTheCallOnly() async throws {
        try await TestServer.run { server in
            let peer = try await RawPeer.admitted(server)
            try await peer.send(
                .call(
                    .with {
                        $0.callID = 1
                        $0.method = Self.echo
                        $0.endOfStream = true
                        $0.metadata = [.with { $0.key = "UPPER" }]
                    }))
            #expect(await peer.nextEnd()?.status?.reason == "BAD_METADATA")
            try await peer.send(call(2))
            #expect(await peer.nextEnd()?.callID == 2)
        }
    }

    @Test func truncatedFrameIsCountedAndHarmsNobody() async throws {
        try await TestServer.run { server in
            let good = try await server.connect()
            let peer = try await RawPeer.admitted(server)
            try await peer.send(bytes: [0, 0, 0, 100, 0x12])
            await peer.close()
            while server.server.statistics.openConnections > 1 { await Task.yield() }
            #expect(server.server.statistics.endsByReason["TRUNCATED_FRAME"] == 1)
            _ = try await EchoServiceClient(good).echo(EchoRequest())
        }
    }

    @Test func silenceBeforeTheHelloIsNotWaitedFor() async throws {
        var limits = Limits.default
        limits.helloMillisecondsMax = 20
        // Alone: another client's Hello might be as late on a machine that is busy.
        try await TestServer.run(limits: limits) { server in
            let peer = try await RawPeer.connect(server)
            #expect(await peer.goAway()?.reason == "HELLO_TIMEOUT")
        }
    }

    @Test func frameThatStopsHalfwayIsNotWaitedFor() async throws {
        var limits = Limits.default
        limits.frameGapMillisecondsMax = 20
        try await expect("FRAME_TIMEOUT", .deadlineExceeded, limits: limits) { peer in
            try await peer.send(bytes: [0, 0, 0, 100, 0x12])
        }
    }

    @Test func frameThatDripsIsNotWaitedForEither() async throws {
        var limits = Limits.default
        limits.frameMillisecondsMax = 20
        try await expect("FRAME_TIMEOUT", .deadlineExceeded, limits: limits) { peer in
            try await peer.send(bytes: [0, 0, 0, 100, 0x12])
        }
    }

    /// A call between two pings makes each welcome, so that strikes do not bound them: what the
    /// peer does not read does. Large answers fill the sockets at once.
    @Test func answersToPingsThatNobodyReadsAreBounded() async throws {
        var limits = Limits.default
        limits.outboundBytesMax = 65_536
        limits.writeStallMillisecondsMax = 50
        // A call that is refused makes no ping welcome, and many may come at once here.
        limits.openCallsMax = .max
        limits.connectionHandlersMax = .max
        limits.organisationCallsMax = .max
        limits.organisationHandlersMax = .max
        limits.serverCallsMax = .max
        limits.serverHandlersMax = .max
        let answer = [UInt8](repeating: 7, count: 2_000_000)
        let handler: TestServer.Handler = { request, _ in
            request.text == "large" ? .with { $0.payload = answer } : EchoResponse()
        }
        try await TestServer.run(limits: limits, handler: handler) { server in
            let good = try await server.connect()
            let peer = try await RawPeer.admitted(server)
            try await peer.stopReading()
            var id: UInt32 = 0
            func frames(_ count: Int, _ text: String) throws -> [UInt8] {
                try (0..<count).flatMap { _ in
                    id += 1
                    let ping = Frame.Kind.ping(.with { $0.opaque = UInt64(id) })
                    let payload = try EchoRequest.with { $0.text = text }.encoded()
                    return try RawPeer.framed(ping) + RawPeer.framed(call(id, payload))
                }
            }
            try await peer.send(bytes: try frames(8, "large"))
            while server.server.statistics.openConnections > 1 {
                // A write that the server does not read any more ends with the connection.
                try? await peer.send(bytes: try frames(10, ""))
            }
            #expect(server.server.statistics.endsByReason["WRITE_STALLED"] == 1)
            _ = try await EchoServiceClient(good).echo(EchoRequest())
        }
    }

    @Test func idleConnectionIsToldToLeave() async throws {
        var limits = Limits.default
        limits.idleMillisecondsMax = 20
        try await TestServer.run(limits: limits) { server in
            let peer = try await RawPeer.admitted(server)
            guard case .goAway(let first) = await peer.next(),
                case .ping(let ping) = await peer.next()
            else {
                Issue.record("no GoAway and ping")
                return
            }
            #expect(first.reason == "IDLE")
            #expect(first.code == 0)
            #expect(first.lastCallID == .max)
            try await peer.send(.pong(.with { $0.opaque = ping.opaque }))
            #expect(await peer.goAway()?.lastCallID == 0)
        }
    }

    @Test func connectionsFromOneAddressAreLimited() async throws {
        var limits = Limits.default
        limits.addressConnectionsMax = 2
        try await TestServer.run(limits: limits) { server in
            let first = try await server.connect()
            let second = try await server.connect()
            let refused = await #expect(throws: RPCStatus.self) { try await server.connect() }
            #expect(refused?.code == .unavailable)
            #expect(server.server.statistics.endsByReason["tooManyFromAddress"] == 1)
            await first.close()
            while server.server.statistics.openConnections > 1 { await Task.yield() }
            let third = try await server.connect()
            _ = try await EchoServiceClient(third).echo(EchoRequest())
            _ = try await EchoServiceClient(second).echo(EchoRequest())
        }
    }

    @Test func connectionsOverTheServersLimitWaitAndAreServedLater() async throws {
        var limits = Limits.default
        limits.connectionsMax = 1
        try await TestServer.run(limits: limits) { server in
            let first = try await server.connect()
            async let second = server.connect()
            _ = try await EchoServiceClient(first).echo(EchoRequest())
            await first.close()
            _ = try await EchoServiceClient(try await second).echo(EchoRequest())
        }
    }
}
