import Contract
import TestSupport
import Testing

@testable import Wire

/// Metadata of answers, trace contexts, and what statuses carry.
@Suite struct AnswerMetadataTests {
    private func metadata(_ key: String, _ value: String) -> Metadata {
        Metadata([.init(key: key, value: Array(value.utf8))])
    }

    private func entries(_ count: Int) -> Metadata {
        Metadata((0..<count).map { _ in .init(key: "k", value: []) })
    }

    private func names(_ entries: [MetadataEntry]) -> [String] {
        entries.map { "\($0.key)=\(String(decoding: $0.value, as: UTF8.self))" }
    }

    private let setBoth: @Sendable (ServerContext) -> Void = { context in
        context.setLeadingMetadata(
            Metadata([.init(key: "first", value: Array("1".utf8))]))
        context.setTrailingMetadata(
            Metadata([
                .init(key: "last-bin", value: [0, 0xff, 0x0a]), .init(key: "again", value: [0x61]),
                .init(key: "again", value: [0x62]),
            ]))
    }

    private let trailing = ["last-bin=\u{0}\u{fffd}\n", "again=a", "again=b"]

    private func call(_ peer: RawPeer, id: UInt32) async throws -> End? {
        try await peer.send(
            .call(
                .with {
                    $0.callID = id
                    $0.method = EchoServiceMethods.echo.fullName
                    $0.endOfStream = true
                }))
        return await peer.nextEnd()
    }

    @Test func unaryAnswerCarriesBothInItsEnd() async throws {
        let handler: TestServer.Handler = { [setBoth] _, context in
            setBoth(context)
            return EchoResponse()
        }
        try await TestServer.run(handler: handler) { server in
            let peer = try await RawPeer.admitted(server)
            let end = try await call(peer, id: 1)
            #expect(names(end?.metadata ?? []) == ["first=1"])
            #expect(names(end?.trailingMetadata ?? []) == trailing)
        }
    }

    @Test func failedCallCarriesTheMetadataOfItsContextAndOfItsStatus() async throws {
        let thrown = RPCStatus(
            .aborted, "AGAIN", "try again", details: [.resource(type: "a", name: "b")],
            retryAfterMilliseconds: 5,
            trailingMetadata: Metadata([.init(key: "of-status", value: [0x31])]))
        let handler: TestServer.Handler = { [setBoth] _, context in
            setBoth(context)
            throw thrown
        }
        try await TestServer.run(handler: handler) { server in
            let peer = try await RawPeer.admitted(server)
            let end = try await call(peer, id: 1)
            #expect(end?.status?.reason == "AGAIN")
            #expect(end?.status?.details.count == 2)
            #expect(names(end?.metadata ?? []) == ["first=1"])
            #expect(names(end?.trailingMetadata ?? []) == trailing + ["of-status=1"])
        }
    }

    @Test func streamCarriesLeadingMetadataInItsFirstMessageOnly() async throws {
        let service = StreamService(feed: { [setBoth] _, responses, context in
            setBoth(context)
            for _ in 1...2 { try await responses.send(EchoResponse()) }
            // Too late: the client has them.
            context.setLeadingMetadata(Metadata([.init(key: "late", value: [])]))
        })
        try await TestServer.run(streams: service) { server in
            let peer = try await RawPeer.admitted(server)
            try await peer.feed(1, bytes: [])
            let first = await peer.nextMessage()
            #expect(names(first?.metadata ?? []) == ["first=1"])
            #expect(first?.hasPayload == true)
            #expect(await peer.nextMessage()?.metadata.isEmpty == true)
            let end = await peer.nextEnd()
            #expect(end?.metadata.isEmpty == true)
            #expect(names(end?.trailingMetadata ?? []) == trailing)
        }
    }

    @Test func leadingMetadataMayGoAheadOfTheFirstMessage() async throws {
        let going = Latch()
        let service = StreamService(feed: { [setBoth] _, responses, context in
            setBoth(context)
            try await responses.sendLeadingMetadata()
            await going.wait()
            try await responses.send(EchoResponse())
        })
        try await TestServer.run(streams: service) { server in
            let peer = try await RawPeer.admitted(server)
            try await peer.feed(1, bytes: [])
            let first = await peer.nextMessage()
            #expect(names(first?.metadata ?? []) == ["first=1"])
            #expect(first?.hasPayload == false)
            going.open()
            #expect(await peer.nextMessage()?.hasPayload == true)
        }
    }

    @Test func answersMetadataHaveTheLimitsOfARequests() async throws {
        let limits = Limits.default
        let cases: [(Metadata, String?)] = [
            (metadata("k", String(repeating: "v", count: limits.metadataBytesMax - 1)), nil),
            (
                metadata("k", String(repeating: "v", count: limits.metadataBytesMax)),
                "METADATA_TOO_LARGE"
            ),
            (entries(limits.metadataEntriesMax), nil),
            (entries(limits.metadataEntriesMax + 1), "METADATA_TOO_LARGE"),
            (metadata("K", ""), "BAD_METADATA"), (metadata("k", "\n"), "BAD_METADATA"),
        ]
        for (metadata, reason) in cases {
            let handler: TestServer.Handler = { _, context in
                context.setTrailingMetadata(metadata)
                return .with { $0.text = "answer" }
            }
            let service = StreamService(feed: { _, responses, context in
                context.setLeadingMetadata(metadata)
                try await responses.send(EchoResponse())
            })
            try await TestServer.run(handler: handler, streams: service) { server in
                let peer = try await RawPeer.admitted(server)
                let end = try await call(peer, id: 1)
                #expect(end?.status?.reason == reason)
                #expect(end?.payload.isEmpty == (reason != nil))
                try await peer.feed(2, bytes: [])
                #expect(await peer.nextEnd()?.status?.reason == reason)
            }
        }
    }

    @Test func statusKeepsItsCodeWhereItsMetadataCannotBeSent() async throws {
        let handler: TestServer.Handler = { _, _ in
            throw RPCStatus(
                .dataLoss, "LOST", "", trailingMetadata: Metadata([.init(key: "K", value: [])]))
        }
        try await TestServer.run(handler: handler) { server in
            let peer = try await RawPeer.admitted(server)
            let end = try await call(peer, id: 1)
            #expect(end?.status?.code == RPCCode.dataLoss.rawValue)
            #expect(end?.trailingMetadata.isEmpty == true)
        }
    }

    @Test func statusKeepsItsCodeWhereItsDetailsAreTooLarge() async throws {
        let limits = Limits.default
        let handler: TestServer.Handler = { request, _ in
            throw RPCStatus(
                .notFound, "LARGE", "message",
                details: [
                    .message(
                        typeName: "t", bytes: [UInt8](repeating: 0, count: limits.messageBytesMax)),
                    .resource(type: "a", name: "b"),
                ])
        }
        try await TestServer.run(handler: handler) { server in
            let peer = try await RawPeer.admitted(server)
            let end = try await call(peer, id: 1)
            #expect(end?.status?.code == RPCCode.notFound.rawValue)
            #expect(end?.status?.message == "message")
            #expect(end?.status?.details.isEmpty == true)
        }
    }

    /// Every code that a service may throw reaches its caller as it is; OK is no failure.
    @Test func codesOfAServiceStayWhatTheyAre() async throws {
        let handler: TestServer.Handler = { request, _ in
            throw RPCStatus(RPCCode(rawValue: Int32(request.numbers[0])) ?? .unknown, "R", "")
        }
        try await TestServer.run(handler: handler) { server in
            let client = try await server.connect()
            for code in RPCCode.allCases {
                let status = await #expect(throws: RPCStatus.self) {
                    _ = try await EchoServiceClient(client).echo(
                        .with { $0.numbers = [UInt32(code.rawValue)] })
                }
                #expect(status?.code == (code == .ok ? .internal : code))
                #expect(status?.reason == (code == .ok ? "INTERNAL_ERROR" : "R"))
            }
        }
    }

    @Test func validTraceIsInTheContextAndInTheLogLinesOfTheCall() async throws {
        let trace = "0af7651916cd43dd8448eb211c80319c"
        let parent = "00-\(trace)-b7ad6b7169203331-01"
        let handler: TestServer.Handler = { request, context in
            #expect(context.traceContext?.traceID == (request.text == "valid" ? trace : nil))
            #expect(context.traceContext?.state == (request.text == "valid" ? "a=1,b=2" : nil))
            throw RPCStatus(.notFound, "NO_\(request.text.uppercased())", "")
        }
        let log = RecordedLog()
        try await TestServer.run(logger: log.logger, handler: handler) { server in
            let client = try await server.connect()
            let cases: [(String, [(String, String)])] = [
                ("valid", [("traceparent", parent), ("tracestate", "a=1"), ("tracestate", "b=2")]),
                ("wrong", [("traceparent", parent.uppercased()), ("tracestate", "a=1")]),
                ("twice", [("traceparent", parent), ("traceparent", parent)]),
            ]
            for (text, entries) in cases {
                var metadata = Metadata()
                for (key, value) in entries { metadata.append(key, value) }
                await #expect(throws: RPCStatus.self) {
                    _ = try await EchoServiceClient(client).echo(
                        .with { $0.text = text }, options: CallOptions(metadata: metadata))
                }
            }
        }
        let lines = log.lines
        #expect(lines.contains { $0.contains("NO_VALID") && $0.contains(trace) })
        for reason in ["NO_WRONG", "NO_TWICE"] {
            #expect(lines.contains { $0.contains(reason) && !$0.contains("trace_id") })
        }
    }
}
