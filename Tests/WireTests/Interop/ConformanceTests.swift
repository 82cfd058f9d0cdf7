import Contract
import Testing

@testable import Wire

/// Ideas of Connect's conformance suite: every code over every kind of answer, messages at a limit and
/// over it, cancelling before and after the half-close, keys of metadata that come twice. None is known to
/// fail.
@Suite struct ConformanceTests {
    // MARK: Every code

    @Test(arguments: RPCCode.allCases.filter { $0 != .ok })
    func codeEndsAUnaryCall(_ code: RPCCode) async throws {
        try await InteropServer.run { server in
            let client = try await server.connect()
            let status = await #expect(throws: RPCStatus.self) {
                _ = try await TestServiceClient(client).unaryCall(
                    .with { $0.responseStatus = Self.status(code) })
            }
            #expect(status?.code == code)
            #expect(status?.message == "status \(code.rawValue)")
        }
    }

    @Test(arguments: RPCCode.allCases.filter { $0 != .ok })
    func codeEndsAStreamAfterItsMessages(_ code: RPCCode) async throws {
        try await InteropServer.run { server in
            let client = try await server.connect()
            let answers = try await TestServiceClient(client).streamingOutputCall(
                .with {
                    $0.responseParameters = [.with { $0.size = 1 }, .with { $0.size = 2 }]
                    $0.responseStatus = Self.status(code)
                })
            #expect(try await answers.next()?.payload?.body.count == 1)
            #expect(try await answers.next()?.payload?.body.count == 2)
            let status = await #expect(throws: RPCStatus.self) { try await answers.next() }
            #expect(status?.code == code)
            #expect(status?.message == "status \(code.rawValue)")
        }
    }

    private static func status(_ code: RPCCode) -> EchoStatus {
        .with {
            $0.code = code.rawValue
            $0.message = "status \(code.rawValue)"
        }
    }

    // MARK: Sizes

    private static let messageBytesMax = 10_000
    /// Bytes of a payload in a request of client streaming whose encoding is at the limit: two tags
    /// and two lengths of two bytes each stand before them.
    private static let payloadBytesMax = messageBytesMax - 6

    private static var limits: Limits {
        var limits = Limits.default
        limits.messageBytesMax = messageBytesMax
        return limits
    }

    private static func request(_ bytes: Int) -> StreamingInputCallRequest {
        .with { $0.payload = .with { $0.body = [UInt8](repeating: 0, count: bytes) } }
    }

    @Test func allRequestsEqualToTheServersLimitPass() async throws {
        #expect(try Self.request(Self.payloadBytesMax).encoded().count == Self.messageBytesMax)
        try await InteropServer.run(limits: Self.limits) { server in
            let client = try await server.connect()
            let answer = try await TestServiceClient(client).streamingInputCall { requests in
                for _ in 0..<5 { try await requests.send(Self.request(Self.payloadBytesMax)) }
            }
            #expect(answer.aggregatedPayloadSize == 5 * UInt64(Self.payloadBytesMax))
        }
    }

    @Test(arguments: [0, 1, 4]) func aRequestOverTheServersLimitEndsTheCall(
        goodOnes: Int
    ) async throws {
        try await InteropServer.run(limits: Self.limits) { server in
            let peer = try await RawPeer.connect(
                port: server.port, tls: try InteropServer.clientConfiguration(port: 0).tls)
            try await peer.send(.hello(.with { $0.versions = [1] }))
            try await peer.send(
                .call(
                    .with {
                        $0.callID = 1
                        $0.method = TestServiceMethods.streamingInputCall.fullName
                    }))
            for number in 0...goodOnes {
                let bytes = Self.payloadBytesMax + (number == goodOnes ? 1 : 0)
                try await peer.send(
                    .message(
                        try .with {
                            $0.callID = 1
                            $0.payload = try Self.request(bytes).encoded()
                            $0.hasPayload = true
                        }))
            }
            let end = await peer.nextEnd()
            #expect(end?.status?.code == RPCCode.resourceExhausted.rawValue)
            #expect(end?.status?.reason == "MESSAGE_TOO_LARGE")
            await peer.close()
        }
    }

    @Test func theClientDoesNotSendWhatTheServerWouldRefuse() async throws {
        try await InteropServer.run(limits: Self.limits) { server in
            let client = try await server.connect()
            let status = await #expect(throws: RPCStatus.self) {
                _ = try await TestServiceClient(client).streamingInputCall { requests in
                    try await requests.send(Self.request(Self.payloadBytesMax + 1))
                }
            }
            #expect(status?.reason == "MESSAGE_TOO_LARGE")
            _ = try await TestServiceClient(client).emptyCall(EmptyCallRequest())
        }
    }

    @Test func answersOverTheLimitEndTheCall() async throws {
        try await InteropServer.run(limits: Self.limits) { server in
            let client = try await server.connect()
            let answers = try await TestServiceClient(client).streamingOutputCall(
                .with {
                    $0.responseParameters = [
                        .with { $0.size = UInt32(Self.payloadBytesMax) },
                        .with { $0.size = UInt32(Self.payloadBytesMax + 1) },
                    ]
                })
            #expect(try await answers.next()?.payload?.body.count == Self.payloadBytesMax)
            let status = await #expect(throws: RPCStatus.self) { try await answers.next() }
            #expect(status?.code == .resourceExhausted)
            #expect(status?.reason == "RESPONSE_TOO_LARGE")
        }
    }

    // MARK: Cancelling

    @Test(arguments: [false, true], [0, 1, 3])
    func cancelledCallEndsSoBeforeAndAfterTheHalfClose(
        isHalfClosed: Bool, answers: Int
    ) async throws {
        try await InteropServer.run { server in
            let client = try await server.connect()
            let call = try await TestServiceClient(client).fullDuplexCall()
            // The last answer never comes, so that the call is still open.
            try await call.requests.send(
                .with {
                    $0.responseParameters =
                        (0..<answers).map { _ in .with { $0.size = 10 } }
                        + [.with { $0.intervalMicroseconds = 30_000_000 }]
                })
            if isHalfClosed { call.requests.finish() }
            for _ in 0..<answers {
                #expect(try await call.responses.next()?.payload?.body.count == 10)
            }
            call.cancel()
            let status = await #expect(throws: RPCStatus.self) { try await call.responses.next() }
            #expect(status?.code == .cancelled)
            _ = try await TestServiceClient(client).emptyCall(EmptyCallRequest())
        }
    }

    // MARK: Metadata

    @Test func keysThatComeTwiceKeepTheirValuesAndTheirOrder() async throws {
        try await InteropServer.run { server in
            let client = try await server.connect()
            var metadata = Metadata()
            for value in ["b", "a", "b", ""] {
                metadata.append("x-grpc-test-echo-initial", value)
                metadata.entries.append(
                    .init(key: "x-grpc-test-echo-trailing-bin", value: Array(value.utf8) + [0]))
            }
            let received = ResponseMetadata()
            _ = try await TestServiceClient(client).unaryCall(
                UnaryCallRequest(),
                options: CallOptions(metadata: metadata, responseMetadata: received))
            #expect(
                received.leading.entries
                    == metadata.entries.filter { $0.key == "x-grpc-test-echo-initial" })
            #expect(
                received.trailing.entries
                    == metadata.entries.filter { $0.key == "x-grpc-test-echo-trailing-bin" })
        }
    }
}
