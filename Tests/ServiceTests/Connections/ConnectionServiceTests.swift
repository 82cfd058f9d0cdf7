import Contract
import TestSupport
import Testing
import Wire

@testable import Services

@Suite struct ConnectionServiceTests {
    private let directory = ScriptedConnections()

    private func context(_ method: MethodDescriptor) -> ServerContext {
        ServerContext(
            peer: PeerIdentity(
                kind: .operator, code: "test", system: "admin", uri: "urn:icds:operator:test:admin",
                certificateFingerprint: [], remoteAddress: "192.0.2.1"),
            method: method, callReference: "test")
    }

    private func connection(_ id: UInt64, _ kind: OrganisationKind, _ code: String) -> Connection {
        Connection.with {
            $0.id = id
            $0.organisationKind = kind
            $0.organisationCode = code
        }
    }

    private func list(_ request: ListConnectionsRequest) async throws -> ListConnectionsResponse {
        try await ConnectionService(directory: directory).listConnections(
            request, context: context(ConnectionServiceMethods.listConnections))
    }

    @Test func pagesGoOnWhereTheLastEndedWhateverCloses() async throws {
        let all = (1...5).map { connection($0, .municipality, "837") }
        directory.set(all.shuffled())
        let first = try await list(.with { $0.pageSize = 2 })
        #expect(first.connections.map(\.id) == [1, 2])
        // The last of the page and the next one have closed meanwhile.
        directory.set([all[0], all[3], all[4]])
        let second = try await list(
            .with {
                $0.pageSize = 2
                $0.pageToken = first.nextPageToken
            })
        #expect(second.connections.map(\.id) == [4, 5])
        #expect(second.nextPageToken.isEmpty)
    }

    @Test func onlyTheOrganisationThatIsAskedForIsListed() async throws {
        directory.set([
            connection(1, .municipality, "837"), connection(2, .county, "08"),
            connection(3, .municipality, "091"), connection(4, .unspecified, ""),
        ])
        let municipalities = try await list(.with { $0.organisationKind = .municipality })
        #expect(municipalities.connections.map(\.id) == [1, 3])
        let one = try await list(
            .with {
                $0.organisationKind = .municipality
                $0.organisationCode = "091"
            })
        #expect(one.connections.map(\.id) == [3])
        #expect(try await list(.init()).connections.count == 4)
    }

    @Test func tokensOfAnotherListingAreRefused() async throws {
        directory.set((1...3).map { connection($0, .county, "08") })
        let token = try await list(.with { $0.pageSize = 1 }).nextPageToken
        let requests = [
            ListConnectionsRequest.with { $0.pageToken = "00" },
            .with {
                $0.pageToken = token
                $0.organisationKind = .county
            },
            .with { $0.organisationCode = "08" },
            .with { $0.organisationKind = .unrecognized(99) },
        ]
        for request in requests {
            let refused = await #expect(throws: RPCStatus.self) { try await list(request) }
            #expect(refused?.reason == "INVALID_FIELD")
        }
    }

    @Test func pagesAreBounded() async throws {
        directory.set((1...1_001).map { connection($0, .county, "08") })
        #expect(try await list(.with { $0.pageSize = 5_000 }).connections.count == 1_000)
        #expect(try await list(.init()).connections.count == 500)
    }

    @Test func aConnectionThatHasClosedIsNotFound() async throws {
        let service = ConnectionService(directory: directory)
        directory.set([connection(7, .county, "08")])
        let context = context(ConnectionServiceMethods.getConnection)
        let found = try await service.getConnection(.with { $0.id = 7 }, context: context)
        #expect(found.connection?.organisationCode == "08")
        let refused = await #expect(throws: RPCStatus.self) {
            try await service.getConnection(.with { $0.id = 8 }, context: context)
        }
        #expect(refused == ConnectionService.connectionNotFound)
    }
}
