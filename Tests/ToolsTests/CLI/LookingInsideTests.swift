import Testing
import Wire

@testable import icds

@Suite("What the server tells of itself")
struct LookingInsideTests {
    @Test func describesServicesMethodsMessagesAndEnums() async throws {
        try await ScriptedServer.run { server in
            let all = await server.icds("describe")
            #expect(all.status == .success && all.error.isEmpty)
            #expect(all.output.contains("icds.v1.SharingService"))
            #expect(!all.output.contains("testing"))

            let service = await server.icds("describe", "SharingService")
            #expect(service.output.contains("Fetch"))
            #expect(!service.output.contains("icds.v1.ClientService"))

            let method = await server.icds("describe", "ClientService/UpdateClient")
            #expect(method.output.contains("ETAG_MISMATCH"))
            #expect(method.output.contains("updateMask: google.protobuf.FieldMask"))
            #expect(method.output.contains("May be called by: municipality."))

            let message = await server.icds("describe", "icds.v1.Client")
            #expect(message.output.contains("clientId: string"))
            let value = await server.icds("describe", "Purpose")
            #expect(value.output.contains("PURPOSE_ASSESSMENT = "))
        }
    }

    @Test func describesForPrograms() async throws {
        try await ScriptedServer.run { server in
            let result = await server.icds("describe", "Client", "--output", "json")
            let fields = try JSONValue(parsing: result.output)["fields"]?.elements ?? []
            let code = fields.first { $0["name"]?.stringValue == "identityCode" }
            #expect(code?["personal"] == .bool(true))
            let all = await server.icds("describe", "--output", "json")
            #expect(try JSONValue(parsing: all.output)["services"]?.elements?.isEmpty == false)
        }
    }

    @Test(arguments: [
        ["call", "ClientService/NoSuchMethod", "{}"],
        ["call", "HealthService/Check", "{\"x\": 1}"],
        ["call", "testing.v1.EchoService/Echo", "{}"],
        ["describe", "NoSuchService"], ["describe", "ClientService/NoSuchMethod"],
    ])
    func refusesWhatTheServerDoesNotHave(_ arguments: [String]) async throws {
        try await ScriptedServer.run { server in
            let result = await server.icds(arguments)
            #expect(result.status == .usage)
            #expect(result.output.isEmpty)
            #expect(result.error.hasPrefix("error: "))
        }
    }

    @Test func suggestsAMethodThatComesNear() async throws {
        try await ScriptedServer.run { server in
            let result = await server.icds("call", "Sharing/fetch", "{}")
            #expect(result.error.contains("did you mean icds.v1.SharingService/Fetch?"))
        }
    }

    @Test func showsWhoIsConnected() async throws {
        try await ScriptedServer.run { server in
            let list = await server.icds("connections")
            #expect(list.status == .success)
            let rows = list.output.split(separator: "\n")
            #expect(rows.count == 3)
            #expect(rows[1].contains("urn:icds:municipality:837:casework"))
            #expect(rows[1].contains("2m") && rows[1].contains("2.3k"))
            #expect(rows[2].contains("(in its handshake)"))

            let one = await server.icds("connections", "show", "7")
            #expect(one.output.contains("TOO_MANY_OPEN_CALLS"))
            let none = await server.icds("connections", "show", "9")
            #expect(none.status == .notFound)
            let totals = await server.icds("connections", "totals")
            #expect(totals.output.contains("31"))
        }
    }

    @Test func amountsAreShort() {
        #expect(Amount.bytes(999) == "999")
        #expect(Amount.bytes(1_000) == "1.0k")
        #expect(Amount.bytes(12_345_678) == "12M")
        #expect(Amount.time(milliseconds: 119_999) == "119s")
        #expect(Amount.time(milliseconds: 7_200_000) == "2h")
        #expect(Amount.time(milliseconds: 172_800_000) == "2d")
    }
}
