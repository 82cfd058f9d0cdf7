import Contract
import Wire

extension InteropCase {
    static let requestBytes = 271_828
    static let responseBytes = 314_159

    static let unary = [
        InteropCase("empty_unary") { target in
            let answer = try await target.withClient {
                try await TestServiceClient($0).emptyCall(EmptyCallRequest())
            }
            try expect(answer, is: EmptyCallResponse(), "the answer")
        },
        InteropCase("cacheable_unary") { target in
            // There is no proxy that could keep an answer: a method without side effects gives the
            // same one, whatever connection it comes over.
            var request = UnaryCallRequest()
            request.responseSize = 64
            var answers: [[UInt8]] = []
            for _ in 0..<2 {
                let wanted = request
                answers.append(
                    try await target.withClient {
                        try await TestServiceClient($0).unaryCall(wanted).encoded()
                    })
            }
            try expect(answers[0], is: answers[1], "the second answer")
        },
        InteropCase("large_unary") { target in
            try await target.withClient { try await largeUnary($0) }
        },
        InteropCase("unimplemented_method") { target in
            try await target.withClient { client in
                let status = try await expectFailure(.unimplemented, "an unknown method") {
                    try await call(client, service: "icds.testing.v1.TestService")
                }
                try expect(status.reason, is: "UNKNOWN_METHOD", "the reason")
            }
        },
        InteropCase("unimplemented_service") { target in
            try await target.withClient { client in
                let status = try await expectFailure(.unimplemented, "an unknown service") {
                    try await call(client, service: "icds.testing.v1.UnimplementedService")
                }
                try expect(status.reason, is: "UNKNOWN_SERVICE", "the reason")
            }
        },
        InteropCase("timeout_on_sleeping_server") { target in
            try await target.withClient { client in
                _ = try await expectFailure(.deadlineExceeded, "a call of 1 ms") {
                    // A client that knows the server's least useful time does not even open it.
                    let call = try await TestServiceClient(client).fullDuplexCall(
                        options: CallOptions(timeout: .milliseconds(1)))
                    try await call.requests.send(
                        .with {
                            $0.payload = payload(27_182)
                            $0.responseParameters = [
                                .with { $0.intervalMicroseconds = 1_000_000 }
                            ]
                        })
                    _ = try await call.responses.next()
                }
            }
        },
    ]

    static func payload(_ bytes: Int) -> Payload {
        .with { $0.body = [UInt8](repeating: 0, count: bytes) }
    }

    static func largeUnary(_ client: any RPCCaller) async throws {
        let answer = try await TestServiceClient(client).unaryCall(
            .with {
                $0.responseSize = UInt32(responseBytes)
                $0.payload = payload(requestBytes)
            })
        try expect(answer.payload?.body.count, is: responseBytes, "bytes of the answer")
    }

    private static func call(_ client: RPCClient, service: String) async throws {
        let method = MethodDescriptor(
            service: service, name: "UnimplementedCall", kind: .unary, callers: [],
            isAudited: false, isIdempotent: false, hasNoSideEffects: false,
            requestType: EmptyCallRequest.messageName, responseType: EmptyCallResponse.messageName)
        let _: EmptyCallResponse = try await client.call(
            method, EmptyCallRequest(), options: CallOptions())
    }
}
