import Contract
import Wire

extension InteropCase {
    private static let requestSizes = [27_182, 8, 1_828, 45_904]
    private static let responseSizes: [UInt32] = [31_415, 9, 2_653, 58_979]

    static let streaming = [
        InteropCase("client_streaming") { target in
            let answer = try await target.withClient {
                try await TestServiceClient($0).streamingInputCall { requests in
                    for size in requestSizes {
                        try await requests.send(.with { $0.payload = payload(size) })
                    }
                }
            }
            try expect(answer.aggregatedPayloadSize, is: 74_922, "the sum")
        },
        InteropCase("server_streaming") { target in
            let sizes = try await target.withClient { client in
                let answers = try await TestServiceClient(client).streamingOutputCall(
                    .with {
                        $0.responseParameters = responseSizes.map { size in .with { $0.size = size }
                        }
                    })
                var sizes: [UInt32] = []
                for try await answer in answers {
                    sizes.append(UInt32(answer.payload?.body.count ?? -1))
                }
                return sizes
            }
            try expect(sizes, is: responseSizes, "sizes of the answers")
        },
        InteropCase("ping_pong") { target in
            try await target.withClient { client in
                let call = try await TestServiceClient(client).fullDuplexCall()
                for (request, response) in zip(requestSizes, responseSizes) {
                    try await call.requests.send(turn(request, response))
                    let answer = try await call.responses.next()
                    try expect(
                        answer?.payload?.body.count, is: Int(response), "bytes of the answer")
                }
                call.requests.finish()
                try expect(try await call.responses.next(), is: nil, "after the half-close")
            }
        },
        InteropCase("empty_stream") { target in
            try await target.withClient { client in
                let call = try await TestServiceClient(client).fullDuplexCall()
                call.requests.finish()
                try expect(try await call.responses.next(), is: nil, "the first answer")
            }
        },
    ]

    /// A request of a full-duplex call that is answered once.
    static func turn(_ requestBytes: Int, _ responseBytes: UInt32) -> FullDuplexCallRequest {
        .with {
            $0.payload = payload(requestBytes)
            $0.responseParameters = [.with { $0.size = responseBytes }]
        }
    }
}
