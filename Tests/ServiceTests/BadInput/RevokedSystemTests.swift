import Contract
import TestSupport
import Testing
import Wire

@testable import Services

/// A system that is registered and revoked, as it sees it from its own connections.
@Suite struct RevokedSystemTests {
    private func read(_ client: Client, by connection: RPCClient) async throws -> Client? {
        try await ClientServiceClient(connection).getClient(
            .with {
                $0.access = ServiceExamples.access()
                $0.clientID = client.clientID
            }
        ).client
    }

    @Test func aRevokedSystemIsShutOutAndOthersOfItsOrganisationAreNot() async throws {
        let server = try await ServiceServer.shared()
        let code = try await server.fixture.activeMunicipality()
        let other = try await server.caller(.municipality, code)
        let client = try await other.create()
        let registry = server.fixture.operation.registryService
        let issued = try ServiceServer.issue(.municipality, code)
        let unregistered = try await status { _ = try await server.connect(issued) }
        #expect(unregistered == AuthorityRefusals.notRegistered)

        let system = try await registry.registerSystem(.with { $0.certificate = issued.der }).system
        let connection = try await server.connect(issued)
        #expect(try await read(client, by: connection) == client)

        _ = try await registry.revokeSystem(
            .with {
                $0.certificateFingerprint = system?.certificateFingerprint ?? ""
                $0.reason = "Key lost."
            })
        let rows = try server.fixture.rows("SELECT FROM m\(code).audit").count
        let withdrawn = try await status { _ = try await read(client, by: connection) }
        #expect(withdrawn?.code == .unauthenticated)
        #expect(withdrawn?.reason == "ADMISSION_WITHDRAWN")
        let revoked = try await status { _ = try await server.connect(issued) }
        #expect(revoked == AuthorityRefusals.revoked)
        #expect(try server.fixture.rows("SELECT FROM m\(code).audit").count == rows)
        #expect(try await other.get(client.clientID) == client)
    }
}
