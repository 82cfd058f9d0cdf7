import Synchronization
import Testing
import Wire

@testable import icds

@Suite("Provisioning many")
struct ProvisionTests {
    private let codes = (100..<140).map(String.init)

    @Test func makesAllAndFindsThemThereAgain() async throws {
        try await ScriptedServer.run(ScriptedServices(municipalities: codes)) { server in
            let first = await server.icds("organisations", "provision", "--all")
            #expect(first.status == .success)
            #expect(first.output == "40 made, 0 there already, 0 failed, 0 not tried\n")
            #expect(first.error.split(separator: "\n").count == 40)
            #expect(first.error.contains("40/40 made Kunta"))
            let second = await server.icds("organisations", "provision", "--all")
            #expect(second.output == "0 made, 40 there already, 0 failed, 0 not tried\n")
            #expect(server.services.provisioned.withLock { $0 } == Set(codes))
        }
    }

    @Test func goesOnWhereOneFailsAndSaysSo() async throws {
        let status = RPCStatus(.unavailable, "DATABASE_UNAVAILABLE", "Try again.")
        let services = ScriptedServices(
            municipalities: codes, refusals: ["103": status, "120": status])
        try await ScriptedServer.run(services) { server in
            let result = await server.icds("organisations", "provision", "--all")
            #expect(result.status == .partial)
            #expect(result.output.contains("38 made, 0 there already, 2 failed, 0 not tried"))
            #expect(result.output.contains("103   UNAVAILABLE/DATABASE_UNAVAILABLE"))
            let json = await server.icds(
                "organisations", "provision", "103", "104", "--output", "json")
            let value = try JSONValue(parsing: json.output)
            #expect(value["thereAlready"]?.elements == [.string("104")])
            #expect(value["failed"]?.elements?.first?["reason"] == .string("DATABASE_UNAVAILABLE"))
        }
    }

    @Test func stopsWhereNothingSucceeds() async throws {
        let status = RPCStatus(.unavailable, "DATABASE_UNAVAILABLE", "Try again.")
        let refusals = Dictionary(uniqueKeysWithValues: codes.map { ($0, status) })
        let services = ScriptedServices(municipalities: codes, refusals: refusals)
        try await ScriptedServer.run(services) { server in
            let result = await server.icds(
                "organisations", "provision", "--all", "--parallel", "1")
            #expect(result.status == .partial)
            #expect(result.output.contains("10 failed, 30 not tried"))
        }
    }

    @Test func asksForTheRegisterWhereThereIsNone() async throws {
        try await ScriptedServer.run { server in
            let result = await server.icds("organisations", "provision", "--all")
            #expect(result.status == .usage)
            #expect(result.error.contains("icds register load"))
        }
    }

    @Test func isStoppedByACancelledTaskAndSaysWhatIsLeft() async throws {
        try await ScriptedServer.run(ScriptedServices(municipalities: codes)) { server in
            let task = Task { await server.icds("organisations", "provision", "--all") }
            task.cancel()
            let result = await task.value
            #expect(result.status == .interrupted)
        }
    }

    @Test func progressRewritesOneLineOnATerminal() {
        var written = ""
        let progress = Progress(title: "provisioning", total: 2, isLive: true, columns: 60) {
            written += $0
        }
        progress.advance("made A")
        progress.advance("made B\u{1B}[0m")
        progress.finish()
        #expect(!written.contains("\n"))
        #expect(written.contains("[==========          ] 1/2"))
        #expect(written.contains("[====================] 2/2"))
        #expect(!written.contains("\u{1B}[0m"))
        #expect(written.hasSuffix("\r\u{1B}[K"))
    }
}
