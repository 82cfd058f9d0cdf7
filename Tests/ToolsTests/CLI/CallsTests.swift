import Contract
import Synchronization
import TestSupport
import Testing
import Wire

@testable import icds

@Suite("Commands against a server")
struct CallsTests {
    @Test func healthShowsTheAnswerAndExitsByIt() async throws {
        try await ScriptedServer.run { server in
            let result = await server.icds("health")
            #expect(result.status == .success)
            #expect(result.output.contains("serving"))
            #expect(result.output.contains("9.9"))
        }
        try await ScriptedServer.run(ScriptedServices(serving: .notServing)) { server in
            let result = await server.icds("health")
            #expect(result.status == .tryAgain)
            #expect(result.output.contains("not-serving"))
        }
    }

    @Test func callsAnyMethodWithJSON() async throws {
        try await ScriptedServer.run(ScriptedServices(municipalities: ["837"])) { server in
            let result = await server.icds(
                "call", "RegistryService/GetOrganisation",
                #"{"kind": "ORGANISATION_KIND_MUNICIPALITY", "code": "837"}"#)
            #expect(result.status == .success)
            let answer = try GetOrganisationResponse(jsonString: result.output)
            #expect(answer.organisation?.name?.fi == "Kunta 837")
        }
    }

    @Test func readsTheRequestOfACallFromAFile() async throws {
        let file = try TemporaryFile(#"{"code": "837"}"#)
        try await ScriptedServer.run(ScriptedServices(municipalities: ["837"])) { server in
            let result = await server.icds(
                "call", "icds.v1.RegistryService/GetOrganisation", "@\(file.path)")
            #expect(result.status == .success)
        }
    }

    @Test func exitsByTheKindOfRefusal() async throws {
        try await ScriptedServer.run(ScriptedServices(municipalities: ["837"])) { server in
            let missing = await server.icds("organisations", "show", "564")
            #expect(missing.status == .notFound)
            #expect(missing.error.hasPrefix("error: NOT_FOUND/ORGANISATION_NOT_FOUND: "))
            #expect(missing.output.isEmpty)
            let unscripted = await server.icds("organisations", "suspend", "837")
            #expect(unscripted.status == .failed)
            // The method table lets no operator near a client, whatever the services are.
            let foreign = await server.icds(
                "clients", "get", "00000000-0000-4000-8000-000000000000", "--user", "u")
            #expect(foreign.status == .failed || foreign.status == .refused)
        }
    }

    @Test func listsFollowEveryPage() async throws {
        let codes = ["005", "009", "010", "016", "018"]
        try await ScriptedServer.run(ScriptedServices(municipalities: codes)) { server in
            let result = await server.icds("organisations", "list", "--output", "json")
            let answer = try ListOrganisationsResponse(jsonString: result.output)
            #expect(answer.organisations.map(\.code) == codes)
            let table = await server.icds("organisations", "list")
            #expect(table.output.split(separator: "\n").count == codes.count + 1)
        }
    }

    @Test func loadsTheWholeRegister() async throws {
        try await ScriptedServer.run { server in
            let result = await server.icds("register", "load", "--output", "json")
            let answer = try LoadRegisterResponse(jsonString: result.output)
            #expect(answer.municipalityCount == 308)
            #expect(answer.countyCount == 22)
        }
    }

    @Test func makesACallAgainThatMayBeRepeatedAndNoOther() async throws {
        let down = RPCStatus(.unavailable, "DATABASE_UNAVAILABLE", "Not now.")
        try await ScriptedServer.run(ScriptedServices(failures: [down, down])) { server in
            #expect(await server.icds("health").status == .success)
        }
        // A change with its key.
        try await ScriptedServer.run(ScriptedServices(failures: [down])) { server in
            #expect(await server.icds("register", "load").status == .success)
        }
        let defect = RPCStatus(.internal, "INTERNAL_ERROR", "Incident 1.")
        try await ScriptedServer.run(ScriptedServices(failures: [defect])) { server in
            let result = await server.icds("register", "load")
            #expect(result.status == .failed)
            #expect(result.error.hasPrefix("error: INTERNAL/INTERNAL_ERROR: "))
        }
        try await ScriptedServer.run(
            ScriptedServices(failures: Array(repeating: down, count: 10))
        ) { server in
            #expect(await server.icds("health").status == .tryAgain)
            // Four attempts, and no more.
            #expect(server.services.failures.withLock { $0.count } == 6)
        }
    }

    /// A change without a key would be made twice.
    @Test func anEmptyKeyOfACallIsNone() async throws {
        let down = RPCStatus(.unavailable, "DATABASE_UNAVAILABLE", "Not now.")
        for request in [
            "{}", #"{"idempotencyKey": ""}"#, #"{"idempotencyKey": null}"#,
            #"{"idempotency_key": "", "idempotencyKey": null}"#,
        ] {
            try await ScriptedServer.run(ScriptedServices(failures: [down])) { server in
                let result = await server.icds("call", "RegistryService/LoadRegister", request)
                #expect(result.status == .success, "\(request): \(result.error)")
                let keys = server.services.loadKeys.withLock { $0 }
                #expect(keys.count == 2 && Set(keys).count == 1, "\(request)")
                #expect(keys.first?.isEmpty == false, "\(request)")
            }
        }
        try await ScriptedServer.run { server in
            _ = await server.icds(
                "call", "RegistryService/LoadRegister", #"{"idempotency_key": "k-1"}"#)
            #expect(server.services.loadKeys.withLock { $0 } == ["k-1"])
        }
    }

    @Test func sayThatNothingListens() async throws {
        let pki = try TestPKI.shared
        let own = try pki.issue(uris: ["urn:icds:operator:keha:admin"])
        let result = await CommandResult.of([
            "health", "--server", "127.0.0.1:1", "--cert", own.certificatePath, "--key",
            own.keyPath, "--ca", pki.trustedAuthorityPath,
        ])
        #expect(result.status == .notConnected)
        #expect(result.error.contains("no connection to 127.0.0.1:1"))
    }

    @Test func sayThatTheServersAuthorityIsNotTrusted() async throws {
        let pki = try TestPKI.shared
        let own = try pki.issue(uris: ["urn:icds:operator:keha:admin"])
        try await ScriptedServer.run { server in
            let result = await CommandResult.of([
                "health", "--server", "\(server.address)", "--cert", own.certificatePath, "--key",
                own.keyPath, "--ca", pki.unknownAuthorityPath,
            ])
            #expect(result.status == .notConnected)
            #expect(result.error.contains("TLS"))
        }
    }
}
