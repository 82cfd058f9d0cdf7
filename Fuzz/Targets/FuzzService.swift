#if DEBUG
    import Contract
    @testable import Wire

    /// Methods that answer, that wait until they are cancelled, and that fail.
    struct FuzzService: RPCService {
        var methods: [RegisteredMethod] {
            [
                .unary(Self.method("Echo", .unary)) { (request: EchoRequest, _) in
                    EchoResponse.with {
                        $0.text = request.text
                        $0.payload = request.payload
                    }
                },
                .unary(Self.method("Wait", .unary)) { (_: EchoRequest, _) -> EchoResponse in
                    await Self.untilCancelled()
                    throw CancellationError()
                },
                .unary(Self.method("Fail", .unary)) { (request: EchoRequest, _) -> EchoResponse in
                    throw RPCStatus(.aborted, "FAILED", request.text)
                },
                .serverStream(Self.method("ServerStream", .serverStream)) {
                    (request: EchoRequest, responses: ResponseWriter<EchoResponse>, _) in
                    for _ in 0..<request.numbers.count {
                        try await responses.send(.with { $0.payload = request.payload })
                    }
                },
                .clientStream(Self.method("ClientStream", .clientStream)) {
                    (requests: RequestStream<EchoRequest>, _) -> EchoResponse in
                    var response = EchoResponse()
                    for try await request in requests { response.text += request.text }
                    return response
                },
                .bidirectional(Self.method("Bidi", .bidirectional)) {
                    (
                        requests: RequestStream<EchoRequest>,
                        responses: ResponseWriter<EchoResponse>,
                        context
                    ) in
                    context.setLeadingMetadata(Metadata([.init(key: "k", value: [0x76])]))
                    for try await request in requests {
                        try await responses.send(.with { $0.text = request.text })
                    }
                    context.setTrailingMetadata(Metadata([.init(key: "t", value: [0x76])]))
                },
            ]
        }

        static func method(_ name: String, _ kind: CallKind) -> MethodDescriptor {
            MethodDescriptor(
                service: "f", name: name, kind: kind, callers: [.municipality], isAudited: false,
                isIdempotent: true, hasNoSideEffects: true,
                requestType: EchoRequest.messageName, responseType: EchoResponse.messageName)
        }

        /// Returns when the task is cancelled.
        static func untilCancelled() async {
            let (stream, continuation) = AsyncStream.makeStream(of: Void.self)
            for await _ in stream {}
            continuation.finish()
        }
    }
#endif
