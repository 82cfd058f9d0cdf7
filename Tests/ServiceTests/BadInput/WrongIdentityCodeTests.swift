import Contract
import TestSupport
import Testing
import Wire

@testable import Services

/// Identity codes that are none, sent to a server in every call that takes one.
@Suite struct WrongIdentityCodeTests {
    @Test(arguments: [("010594Y9033", "CHECK_CHARACTER"), ("310294Y9032", "DATE")])
    func aWrongIdentityCodeIsNamedAndNothingIsRecorded(text: String, fault: String) async throws {
        let server = try await ServiceServer.shared()
        let code = try await server.fixture.activeMunicipality()
        let caller = try await server.caller(.municipality, code)
        let client = try await caller.create()
        var wrong = ServiceExamples.client()
        wrong.identityCode = text
        wrong.birthDate = ""
        let sent = wrong

        let created = try await status { _ = try await caller.create(sent) }
        let found = try await status {
            _ = try await caller.clients.findClient(
                .with {
                    $0.access = ServiceExamples.access()
                    $0.identityCode = text
                })
        }
        let updated = try await status {
            _ = try await caller.clients.updateClient(
                .with {
                    $0.access = ServiceExamples.access()
                    $0.clientID = client.clientID
                    $0.etag = client.etag
                    $0.client = sent
                    $0.updateMask = FieldMask(paths: ["identity_code"])
                })
        }
        for (refusal, field) in [
            (created, "client.identity_code"), (found, "identity_code"),
            (updated, "client.identity_code"),
        ] {
            #expect(refusal?.code == .invalidArgument && refusal?.reason == "INVALID_FIELD")
            #expect(refusal?.violationSummary == ["\(field) \(fault)"])
            #expect(refusal?.message.contains(text) == false)
        }

        let stored = try server.fixture.rows("SELECT client_id FROM m\(code).client")
        #expect(stored == [[client.clientID]])
        let rows = try server.fixture.rows(
            "SELECT outcome, refusal_reason, a::text FROM m\(code).audit a ORDER BY seq OFFSET 1")
        #expect(rows.map { $0[1] } == ["INVALID_FIELD", "INVALID_FIELD", "INVALID_FIELD"])
        #expect(rows.allSatisfy { $0[0] == "2" && $0[2]?.contains(text) == false })
        #expect(try await !"\(server.fixture.openedLog(of: code))".contains(text))
        #expect(try await caller.get(client.clientID) == client)
    }
}
