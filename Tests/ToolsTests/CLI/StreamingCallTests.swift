import Contract
import Testing
import Wire

@testable import icds

/// `icds call` of the kinds of call that stream, with a service that only the server knows.
@Suite("Calls of streams by JSON")
struct StreamingCallTests {
    private func call(_ method: String, _ requests: String...) async throws -> CommandResult {
        var result: CommandResult?
        try await ScriptedServer.run(ScriptedServices(tellsTesting: true)) { server in
            result = await server.icds(
                ["call", "icds.testing.v1.TestService/\(method)"] + requests)
        }
        return try #require(result)
    }

    @Test func aStreamOfAnswersIsOneALine() async throws {
        let result = try await call(
            "StreamingOutputCall", #"{"responseParameters": [{"size": 1}, {"size": 2}]}"#)
        #expect(result.status == .success)
        #expect(
            result.output == #"{"payload":{"body":"AA=="}}"# + "\n"
                + #"{"payload":{"body":"AAA="}}"# + "\n")
    }

    @Test func eachArgumentIsARequestOfAStream() async throws {
        let result = try await call(
            "StreamingInputCall", #"{"payload": {"body": "AAEC"}}"#,
            #"{"payload": {"body": "AA=="}}"#)
        #expect(result.status == .success)
        #expect(result.output == #"{"aggregatedPayloadSize":"4"}"# + "\n")
    }

    @Test func bothDirectionsMayStream() async throws {
        let request = #"{"responseParameters": [{"size": 1}]}"#
        let result = try await call("FullDuplexCall", request, request, request)
        #expect(result.status == .success)
        #expect(result.output.split(separator: "\n").count == 3)
    }

    @Test func anEndThatIsNotOKIsSaidAfterTheAnswers() async throws {
        let result = try await call(
            "StreamingOutputCall",
            #"{"responseParameters": [{"size": 1}], "responseStatus": {"code": 5, "message": "x"}}"#
        )
        #expect(result.status == .notFound)
        #expect(result.output.split(separator: "\n").count == 1)
    }

    @Test func aWrongRequestOfAStreamCancelsTheCall() async throws {
        let result = try await call("FullDuplexCall", "{}", #"{"x": 1}"#)
        #expect(result.status == .usage)
        #expect(result.error.contains("the message has no such field"))
    }

    @Test func oneRequestIsNoStream() async throws {
        let result = try await call("StreamingOutputCall", "{}", "{}")
        #expect(result.status == .usage)
        #expect(result.error.contains("takes one request"))
    }

    @Test func aStreamIsDescribedAsOne() async throws {
        try await ScriptedServer.run(ScriptedServices(tellsTesting: true)) { server in
            let result = await server.icds(
                "describe", "icds.testing.v1.TestService/FullDuplexCall")
            #expect(result.output.contains("Any number of requests, each"))
            #expect(result.output.contains("Any number of answers, each"))
        }
    }
}

/// Answers as the interoperability tests' service does, as far as these tests need it.
struct StreamTestService: TestServiceProtocol {
    func emptyCall(
        _ request: EmptyCallRequest, context: ServerContext
    ) async throws -> EmptyCallResponse { EmptyCallResponse() }

    func unaryCall(
        _ request: UnaryCallRequest, context: ServerContext
    ) async throws -> UnaryCallResponse {
        .with { $0.payload = Self.payload(.with { $0.size = request.responseSize }) }
    }

    func streamingOutputCall(
        _ request: StreamingOutputCallRequest,
        responses: ResponseWriter<StreamingOutputCallResponse>, context: ServerContext
    ) async throws {
        for parameters in request.responseParameters {
            try await responses.send(.with { $0.payload = Self.payload(parameters) })
        }
        if let status = request.responseStatus {
            throw RPCStatus(RPCCode(rawValue: status.code) ?? .unknown, "ASKED_FOR", "As asked.")
        }
    }

    func streamingInputCall(
        _ requests: RequestStream<StreamingInputCallRequest>, context: ServerContext
    ) async throws -> StreamingInputCallResponse {
        var size: UInt64 = 0
        for try await request in requests { size += UInt64(request.payload?.body.count ?? 0) }
        return .with { $0.aggregatedPayloadSize = size }
    }

    func fullDuplexCall(
        _ requests: RequestStream<FullDuplexCallRequest>,
        responses: ResponseWriter<FullDuplexCallResponse>, context: ServerContext
    ) async throws {
        for try await request in requests {
            for parameters in request.responseParameters {
                try await responses.send(.with { $0.payload = Self.payload(parameters) })
            }
            if let status = request.responseStatus {
                throw RPCStatus(
                    RPCCode(rawValue: status.code) ?? .unknown, "ASKED_FOR", "As asked.")
            }
        }
    }

    private static func payload(_ parameters: ResponseParameters) -> Payload {
        .with { $0.body = [UInt8](repeating: 0, count: Int(parameters.size)) }
    }
}
