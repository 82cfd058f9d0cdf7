import Contract
import Testing

@testable import Wire

/// Unary calls from our client to our server, over real TLS.
@Suite struct UnaryCallTests {
    private func status(_ body: () async throws -> Void) async -> RPCStatus? {
        do {
            try await body()
            return nil
        } catch {
            return error as? RPCStatus
        }
    }

    private func status(of client: RPCClient, method: String) async -> RPCStatus? {
        await status { _ = try await client.callRaw(method: method, payload: []) }
    }

    @Test func echoReturnsWhatItWasSent() async throws {
        try await TestServer.run { server in
            let client = try await server.connect()
            #expect(client.admittedAs == "urn:icds:municipality:837:casework")
            let echo = EchoServiceClient(client)
            for bytes in [0, 1, 200, 70_000, 1_000_000] {
                let payload = [UInt8](repeating: 7, count: bytes)
                let response = try await echo.echo(
                    .with {
                        $0.text = "Äänekoski 😈\t"
                        $0.payload = payload
                    })
                #expect(response.text == "Äänekoski 😈\t")
                #expect(response.payload == payload)
            }
            await client.close()
            #expect(server.server.statistics.callsSucceeded == 5)
        }
    }

    @Test func manyCallsInFlightEachGetTheirOwnAnswer() async throws {
        try await TestServer.run { server in
            let client = try await server.connect()
            let echo = EchoServiceClient(client)
            try await withThrowingTaskGroup(of: Bool.self) { group in
                for index in 0..<100 {
                    group.addTask {
                        let text = "call \(index)"
                        return try await echo.echo(.with { $0.text = text }).text == text
                    }
                }
                for try await isRight in group { #expect(isRight) }
            }
            await client.close()
        }
    }

    @Test func handlersOfOneConnectionWaitSideBySide() async throws {
        let outside = Latch()
        let handler: TestServer.Handler = { request, _ in
            await outside.wait()
            return .with { $0.text = request.text }
        }
        try await TestServer.run(handler: handler) { server in
            let client = try await server.connect()
            async let first = EchoServiceClient(client).echo(.with { $0.text = "a" })
            async let second = EchoServiceClient(client).echo(.with { $0.text = "b" })
            outside.open()
            #expect(try await first.text == "a")
            #expect(try await second.text == "b")
        }
    }

    /// The one message of a call needs no flag to be there; with it, it spends credit, no more.
    @Test func hasPayloadChangesNothingOfACallWithOneMessage() async throws {
        try await TestServer.run { server in
            let peer = try await RawPeer.admitted(server)
            for (id, text, flag) in [
                (UInt32(1), "a", false), (2, "a", true), (3, "", false), (4, "", true),
            ] {
                let payload = try EchoRequest.with { $0.text = text }.encoded()
                try await peer.send(
                    .call(
                        .with {
                            $0.callID = id
                            $0.method = EchoServiceMethods.echo.fullName
                            $0.payload = payload
                            $0.hasPayload = flag
                            $0.endOfStream = true
                        }))
                let end = await peer.nextEnd()
                #expect(end?.callID == id && end?.status == nil)
                #expect(try EchoResponse(decoding: end?.payload ?? []).text == text)
            }
        }
    }

    @Test func unknownMethodAndServiceAreToldApart() async throws {
        try await TestServer.run { server in
            let client = try await server.connect()
            let cases = [
                ("icds.testing.v1.EchoService/Nothing", "UNKNOWN_METHOD"),
                ("icds.testing.v1.NoService/Echo", "UNKNOWN_SERVICE"),
                ("", "UNKNOWN_SERVICE"),
                (String(repeating: "x", count: 5_000), "UNKNOWN_SERVICE"),
            ]
            for (method, reason) in cases {
                let status = await status(of: client, method: method)
                #expect(status?.code == .unimplemented)
                #expect(status?.reason == reason)
            }
        }
    }

    @Test func statusOfTheHandlerReachesTheCaller() async throws {
        let thrown = RPCStatus(
            .failedPrecondition, "ETAG_MISMATCH", "\t\nwhitespace ☺ 😈\t\n",
            details: [
                .fieldViolation(field: "etag", reason: "STALE", description: "read again"),
                .resource(type: "client", name: "c1"),
                .message(typeName: "icds.v1.Decision", bytes: [1, 2]),
            ], retryAfterMilliseconds: 3)
        let handler: TestServer.Handler = { _, _ in throw thrown }
        try await TestServer.run(handler: handler) { server in
            let client = try await server.connect()
            let status = await status {
                _ = try await EchoServiceClient(client).echo(EchoRequest())
            }
            #expect(status == thrown)
        }
    }

    @Test func unknownErrorTellsAnIncidentAndNothingElse() async throws {
        struct Secret: Error { let text = "SELECT * FROM secret" }
        let handler: TestServer.Handler = { _, _ in throw Secret() }
        try await TestServer.run(handler: handler) { server in
            let client = try await server.connect()
            let status = await status {
                _ = try await EchoServiceClient(client).echo(EchoRequest())
            }
            #expect(status?.code == .internal)
            #expect(status?.reason == "INTERNAL_ERROR")
            #expect(status?.message.contains("incident") == true)
            #expect(status?.message.contains("SELECT") == false)
        }
    }

    @Test func metadataReachesTheHandlerWithinItsLimits() async throws {
        var limits = Limits.default
        limits.metadataBytesMax = 20
        limits.metadataEntriesMax = 3
        let handler: TestServer.Handler = { _, context in
            .with { $0.text = context.metadata.text("key") ?? "none" }
        }
        try await TestServer.run(limits: limits, handler: handler) { server in
            let client = try await server.connect()
            let echo = EchoServiceClient(client)
            func options(_ entries: [Metadata.Entry]) -> CallOptions {
                CallOptions(metadata: Metadata(entries))
            }
            let atLimit = Metadata.Entry(key: "key", value: Array(repeating: 0x61, count: 17))
            let answer = try await echo.echo(EchoRequest(), options: options([atLimit]))
            #expect(answer.text == String(repeating: "a", count: 17))
            let over = Metadata.Entry(key: "key", value: Array(repeating: 0x61, count: 18))
            let tooLarge = await status {
                _ = try await echo.echo(EchoRequest(), options: options([over]))
            }
            #expect(tooLarge?.reason == "METADATA_TOO_LARGE")
            let many = [Metadata.Entry](repeating: .init(key: "k", value: []), count: 4)
            let tooMany = await status {
                _ = try await echo.echo(EchoRequest(), options: options(many))
            }
            #expect(tooMany?.reason == "METADATA_TOO_LARGE")
            let bad = await status {
                _ = try await echo.echo(
                    EchoRequest(), options: options([.init(key: "Key", value: [])]))
            }
            #expect(bad?.reason == "BAD_METADATA")
        }
    }

    @Test func authorizerStopsACallBeforeItsHandler() async throws {
        try await TestServer.run { server in
            let client = try await server.connect()
            var options = CallOptions()
            options.metadata.append("refuse", "please")
            let given = options
            let status = await status {
                _ = try await EchoServiceClient(client).echo(EchoRequest(), options: given)
            }
            #expect(status?.reason == "FOREIGN_ORGANISATION")
        }
    }

    @Test func refusedAuditedMethodIsRecordedBeforeTheAnswer() async throws {
        try await TestServer.run { server in
            let client = try await server.connect()
            let status = await status(of: client, method: TestServer.secretMethod.fullName)
            #expect(status?.code == .permissionDenied)
            #expect(status?.reason == "METHOD_NOT_PERMITTED")
            #expect(server.authority.refusals == ["837 Look"])
            let keha = try await server.connect(uri: "urn:icds:operator:keha:admin")
            _ = try await keha.callRaw(method: TestServer.secretMethod.fullName, payload: [])
            #expect(server.authority.refusals.count == 1)
        }
    }

    @Test func refusalThatCannotBeRecordedIsUnavailable() async throws {
        let authority = TestAuthorityOfCalls(isAuditBroken: true)
        try await TestServer.run(authority: authority) { server in
            let client = try await server.connect()
            let status = await status(of: client, method: TestServer.secretMethod.fullName)
            #expect(status?.code == .unavailable)
            #expect(status?.reason == "AUDIT_UNAVAILABLE")
        }
    }

    @Test func messageAtTheLimitPassesAndOneByteMoreDoesNot() async throws {
        var limits = Limits.default
        limits.messageBytesMax = 1_000
        try await TestServer.run(limits: limits) { server in
            let client = try await server.connect()
            // Tag and two length bytes go before the payload.
            let atLimit = EchoRequest.with { $0.payload = [UInt8](repeating: 1, count: 997) }
            #expect(try atLimit.encoded().count == 1_000)
            _ = try await EchoServiceClient(client).echo(atLimit)
            let over = EchoRequest.with { $0.payload = [UInt8](repeating: 1, count: 998) }
            let status = await status { _ = try await EchoServiceClient(client).echo(over) }
            #expect(status?.code == .resourceExhausted)
            #expect(status?.reason == "MESSAGE_TOO_LARGE")
        }
    }

    @Test func answerOverTheLimitIsRefusedByTheServer() async throws {
        var limits = Limits.default
        limits.messageBytesMax = 1_000
        let handler: TestServer.Handler = { _, _ in
            .with { $0.payload = [UInt8](repeating: 1, count: 1_000) }
        }
        try await TestServer.run(limits: limits, handler: handler) { server in
            let client = try await server.connect()
            let status = await status {
                _ = try await EchoServiceClient(client).echo(EchoRequest())
            }
            #expect(status?.reason == "RESPONSE_TOO_LARGE")
        }
    }

    @Test func messageWithBadContentEndsTheCallAndNotTheConnection() async throws {
        let nested = (0..<10_000).reduce(into: [UInt8]()) { bytes, _ in
            var wrapped: [UInt8] = [0x0a]
            var length = bytes.count
            while length >= 0x80 {
                wrapped.append(UInt8(length & 0x7f) | 0x80)
                length >>= 7
            }
            bytes = wrapped + [UInt8(length)] + bytes
        }
        let node = EchoRequest.with { $0.payload = nested }
        // Field 2 (payload) becomes field 4 (node): the same bytes are then a tree.
        var deep = try node.encoded()
        deep[0] = 0x22
        let bombs = [UInt8](repeating: 0, count: 4_000_000).enumerated().map {
            $0.offset % 2 == 0 ? UInt8(0x32) : 0
        }
        let cases: [([UInt8], RPCCode, String)] = [
            ([0x0a, 0x02, 0xf0, 0x80], .internal, "INVALID_UTF8"),
            ([0x0a, 0x03, 0x61, 0x00, 0x62], .internal, "NUL_IN_STRING"),
            (deep, .internal, "NESTING_TOO_DEEP"),
            (bombs, .resourceExhausted, "MESSAGE_TOO_COMPLEX"),
            ([0x0a, 0x7f], .internal, "MALFORMED_MESSAGE"),
        ]
        try await TestServer.run { server in
            let client = try await server.connect()
            for (payload, code, reason) in cases {
                let status = await status {
                    _ = try await client.callRaw(
                        method: EchoServiceMethods.echo.fullName, payload: payload)
                }
                #expect(status?.code == code)
                #expect(status?.reason == reason)
            }
            _ = try await EchoServiceClient(client).echo(EchoRequest())
        }
    }
}
