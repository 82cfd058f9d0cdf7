import TestSupport
import Testing

@testable import icds

/// `icds call METHOD -`: requests from standard input, with the program itself.
@Suite("Calls with requests from standard input")
struct StandardInputTests {
    private func call(
        _ method: String, _ arguments: [String] = ["-"],
        _ body: (RunningProgram) async throws -> Void
    ) async throws -> (status: Int32, lines: [String]) {
        var result: (Int32, [String])?
        try await ScriptedServer.run(ScriptedServices(tellsTesting: true)) { server in
            let words = ["call", "icds.testing.v1.TestService/\(method)"] + arguments
            let program = try server.program(words)
            try await body(program)
            result = (try await program.exitCode(), program.lines)
        }
        return try #require(result)
    }

    private func request(_ size: Int) -> String { #"{"responseParameters": [{"size": \#(size)}]}"# }

    @Test func eachLineOfAStreamIsSentAsItComes() async throws {
        let result = try await call("FullDuplexCall") { program in
            try program.write(request(1))
            // The input is still open: the answer can only come because the line was sent.
            _ = try await program.line(containing: #"{"payload":{"body":"AA=="}}"#)
            try program.write("")
            try program.write(request(2))
            _ = try await program.line(containing: #"{"payload":{"body":"AAA="}}"#)
            program.endInput()
        }
        #expect(result.status == ExitStatus.success.rawValue)
        #expect(result.lines.count == 2)
    }

    @Test func streamThatTheServerEndsIsOverWithTheInputOpen() async throws {
        let result = try await call("FullDuplexCall") { program in
            try program.write(
                #"{"responseParameters": [{"size": 1}], "responseStatus": {"code": 5}}"#)
        }
        #expect(result.status == ExitStatus.notFound.rawValue)
        #expect(result.lines.first == #"{"payload":{"body":"AA=="}}"#)
        #expect(result.lines.contains { $0.contains("NOT_FOUND/ASKED_FOR") })
    }

    @Test func streamOfRequestsIsAnsweredAtItsEnd() async throws {
        // Without any argument the input is read, too; the last line needs no end.
        let result = try await call("StreamingInputCall", []) { program in
            for body in ["AAEC", "AA=="] {
                try program.write(#"{"payload": {"body": "\#(body)"}}"#)
            }
            program.endInput()
        }
        #expect(result.status == ExitStatus.success.rawValue)
        #expect(result.lines == [#"{"aggregatedPayloadSize":"4"}"#])
    }

    @Test func emptyInputIsAStreamWithoutMessages() async throws {
        let result = try await call("StreamingInputCall") { $0.endInput() }
        #expect(result.status == ExitStatus.success.rawValue)
        #expect(result.lines == ["{}"])
    }

    @Test func oneRequestMayHaveManyLines() async throws {
        let result = try await call("StreamingOutputCall") { program in
            for line in [#"{"responseParameters": ["#, #"{"size": 1}, {"size": 2}"#, "]}"] {
                try program.write(line)
            }
            program.endInput()
        }
        #expect(result.status == ExitStatus.success.rawValue)
        #expect(
            result.lines == [#"{"payload":{"body":"AA=="}}"#, #"{"payload":{"body":"AAA="}}"#])
        let unary = try await call("UnaryCall") { program in
            try program.write(#"{"responseSize": 1}"#)
            program.endInput()
        }
        #expect(unary.status == ExitStatus.success.rawValue)
        #expect(unary.lines.contains { $0.contains(#""AA==""#) })
    }

    @Test(arguments: [#"{"x": 1}"#, "no JSON"])
    func wrongLineEndsTheCall(_ line: String) async throws {
        let result = try await call("FullDuplexCall") { program in
            try program.write(request(1))
            _ = try await program.line(containing: "AA==")
            try program.write(line)
        }
        #expect(result.status == ExitStatus.usage.rawValue)
        #expect(result.lines.last?.hasPrefix("error: the request is no ") == true)
    }

    @Test func interruptionEndsAStreamThatWaitsForInput() async throws {
        let result = try await call("FullDuplexCall") { program in
            try program.write(request(1))
            _ = try await program.line(containing: "AA==")
            program.signal(2)
        }
        #expect(result.status == ExitStatus.interrupted.rawValue)
    }
}
