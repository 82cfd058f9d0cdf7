import Contract
import Wire

extension InteropCase {
    static let metadata = [
        InteropCase("status_code_and_message") { target in
            try await target.withClient {
                try await echoStatus($0, .unknown, "test status message")
            }
        },
        InteropCase("special_status_message") { target in
            try await target.withClient {
                try await echoStatus(
                    $0, .unknown,
                    "\t\ntest with whitespace\r\nand Unicode BMP \u{263a} and non-BMP \u{1f608}\t\n"
                )
            }
        },
        InteropCase("custom_metadata") { target in
            try await target.withClient { client in
                try await customMetadataOfUnary(client)
                try await customMetadataOfStream(client)
            }
        },
        InteropCase("per_rpc_creds") { target in
            // There is no credential of a call: what metadata says changes nothing of who calls.
            try await target.withClient { client in
                var claimed = Metadata()
                claimed.append("authorization", "Bearer urn:icds:operator:keha:admin")
                try await expectIdentity(target.identity, client, CallOptions(metadata: claimed))
            }
        },
        InteropCase("compute_engine_channel_credentials") { target in
            // The channel's credential is the client's certificate.
            try await target.withClient { client in
                try expect(client.admittedAs, is: target.identity, "the identity in the Hello")
                try await expectIdentity(target.identity, client, CallOptions())
            }
        },
    ]

    /// The status comes back as it was asked for, from a unary call and from a stream.
    static func echoStatus(
        _ client: RPCClient, _ code: RPCCode, _ message: String
    ) async throws {
        let wanted = EchoStatus.with {
            $0.code = code.rawValue
            $0.message = message
        }
        let ofUnary = try await expectFailure(code, "the unary call") {
            _ = try await TestServiceClient(client).unaryCall(.with { $0.responseStatus = wanted })
        }
        try expect(ofUnary.message, is: message, "the message of the unary call")
        let ofStream = try await expectFailure(code, "the stream") {
            let call = try await TestServiceClient(client).fullDuplexCall()
            try await call.requests.send(.with { $0.responseStatus = wanted })
            call.requests.finish()
            _ = try await call.responses.next()
        }
        try expect(ofStream.message, is: message, "the message of the stream")
    }

    private static let trailingValue: [UInt8] = [0xab, 0xab, 0xab]
    private static let initialValue = "test_initial_metadata_value"

    private static var sent: Metadata {
        var metadata = Metadata()
        metadata.append(InteropNames.initial, initialValue)
        metadata.entries.append(.init(key: InteropNames.trailing, value: trailingValue))
        return metadata
    }

    private static func customMetadataOfUnary(_ client: RPCClient) async throws {
        let received = ResponseMetadata()
        _ = try await TestServiceClient(client).unaryCall(
            .with {
                $0.responseSize = UInt32(responseBytes)
                $0.payload = payload(requestBytes)
            }, options: CallOptions(metadata: sent, responseMetadata: received))
        try expectEchoed(received.leading, received.trailing, "the unary call")
    }

    private static func customMetadataOfStream(_ client: RPCClient) async throws {
        let call = try await TestServiceClient(client).fullDuplexCall(
            options: CallOptions(metadata: sent))
        try await call.requests.send(turn(requestBytes, UInt32(responseBytes)))
        call.requests.finish()
        while try await call.responses.next() != nil {}
        try expectEchoed(
            await call.responses.metadata, call.responses.trailingMetadata, "the stream")
    }

    private static func expectEchoed(
        _ leading: Metadata, _ trailing: Metadata, _ what: String
    ) throws {
        try expect(leading.text(InteropNames.initial), is: initialValue, "leading, \(what)")
        let value = trailing.entries.first { $0.key == InteropNames.trailing }?.value
        try expect(value, is: trailingValue, "trailing, \(what)")
    }

    private static func expectIdentity(
        _ identity: String, _ client: RPCClient, _ options: CallOptions
    ) async throws {
        let answer = try await TestServiceClient(client).unaryCall(
            .with {
                $0.fillIdentity = true
                $0.responseSize = UInt32(responseBytes)
                $0.payload = payload(requestBytes)
            }, options: options)
        try expect(answer.identity, is: identity, "the identity that the server saw")
        try expect(answer.payload?.body.count, is: responseBytes, "bytes of the answer")
    }
}
