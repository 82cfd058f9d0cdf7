public import Contract
public import Wire

/// `icds.testing.v1.TestService`: answers with payloads of the sizes that it is asked for, and echoes
/// statuses and metadata (interop.proto).
public struct TestService: TestServiceProtocol {
    public init() {}

    public func emptyCall(
        _ request: EmptyCallRequest, context: ServerContext
    ) async throws -> EmptyCallResponse {
        echoMetadata(context)
        return EmptyCallResponse()
    }

    public func unaryCall(
        _ request: UnaryCallRequest, context: ServerContext
    ) async throws -> UnaryCallResponse {
        echoMetadata(context)
        try throwIfAsked(request.responseStatus)
        return try .with {
            $0.payload = try payload(ofBytes: request.responseSize)
            $0.identity = request.fillIdentity ? context.peer.uri : ""
        }
    }

    public func streamingOutputCall(
        _ request: StreamingOutputCallRequest,
        responses: ResponseWriter<StreamingOutputCallResponse>, context: ServerContext
    ) async throws {
        echoMetadata(context)
        for parameters in request.responseParameters {
            for _ in 0..<max(1, request.repetitions) {
                try await wait(parameters)
                let payload = try payload(ofBytes: parameters.size)
                try await responses.send(.with { $0.payload = payload })
            }
        }
        try throwIfAsked(request.responseStatus)
    }

    public func streamingInputCall(
        _ requests: RequestStream<StreamingInputCallRequest>, context: ServerContext
    ) async throws -> StreamingInputCallResponse {
        echoMetadata(context)
        var bytes: UInt64 = 0
        for try await request in requests { bytes += UInt64(request.payload?.body.count ?? 0) }
        return .with { $0.aggregatedPayloadSize = bytes }
    }

    public func fullDuplexCall(
        _ requests: RequestStream<FullDuplexCallRequest>,
        responses: ResponseWriter<FullDuplexCallResponse>, context: ServerContext
    ) async throws {
        echoMetadata(context)
        for try await request in requests {
            try throwIfAsked(request.responseStatus)
            for parameters in request.responseParameters {
                try await wait(parameters)
                let payload = try payload(ofBytes: parameters.size)
                try await responses.send(.with { $0.payload = payload })
            }
        }
    }

    private func echoMetadata(_ context: ServerContext) {
        let entries = context.metadata.entries
        context.setLeadingMetadata(Metadata(entries.filter { $0.key == InteropNames.initial }))
        context.setTrailingMetadata(Metadata(entries.filter { $0.key == InteropNames.trailing }))
    }

    private func wait(_ parameters: ResponseParameters) async throws {
        guard parameters.intervalMicroseconds > 0 else { return }
        try await Task.sleep(for: .microseconds(Int64(parameters.intervalMicroseconds)))
    }

    private func payload(ofBytes size: UInt32) throws -> Payload {
        guard size <= InteropNames.payloadBytesMax else {
            throw RPCStatus(
                .invalidArgument, "PAYLOAD_TOO_LARGE",
                "a payload has \(InteropNames.payloadBytesMax) bytes at the most")
        }
        return .with { $0.body = [UInt8](repeating: 0, count: Int(size)) }
    }

    private func throwIfAsked(_ status: EchoStatus?) throws {
        guard let status, status.code != 0 else { return }
        guard let code = RPCCode(rawValue: status.code) else {
            throw RPCStatus(.invalidArgument, "UNKNOWN_CODE", "codes are 0 to 16")
        }
        throw RPCStatus(code, InteropNames.echoedReason, status.message)
    }
}

/// What client and server of the cases have agreed on.
enum InteropNames {
    static let initial = "x-grpc-test-echo-initial"
    static let trailing = "x-grpc-test-echo-trailing-bin"
    /// Reason of a status that a request asked for.
    static let echoedReason = "ECHOED_STATUS"
    /// Over what any message may have, so that answers which are too large can be tried as well.
    static let payloadBytesMax = 8_388_608
}
